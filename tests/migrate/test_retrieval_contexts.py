"""What is proposed for a C-GET: never more than fits, and what loses nothing first."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR

from asprofile.migrate.retrieval_contexts import tries
from asprofile.names import transfer_syntaxes
from asprofile.names.dcmtk import storage_classes

BASELINE = "1.2.840.10008.1.2.4.50"
PROCESS_14 = "1.2.840.10008.1.2.4.57"


@pytest.mark.parametrize(
    "missing",
    [[(CT, "")], [("", "")], [(CT, ""), ("", "")], [(one, "") for one in storage_classes()]],
    ids=["a class", "unknown", "both", "all classes"],
)
@pytest.mark.parametrize("came", [[], [(CT, JPEG_LOSSLESS), (CT, BASELINE), (MR, EXPLICIT)]], ids=["first", "later"])
def test_every_try_fits_into_an_association(missing: list[tuple[str, str]], came: list[tuple[str, str]]) -> None:
    found = list(tries(missing, came))
    assert all(0 < len(one) <= 127 and len(set(one)) == len(one) for one in found)
    assert len(set(found)) == len(found)
    syntaxes = [tuple(dict.fromkeys(syntax for _, syntax in one)) for one in found]
    for syntax in (EXPLICIT, IMPLICIT, JPEG_LOSSLESS, PROCESS_14, BASELINE):
        assert any(syntax in one for one in syntaxes)
    alone = [known for one in syntaxes if len(one) == 1 and (known := transfer_syntaxes.get(one[0])) is not None]
    keeps = [one.lossless_only for one in alone if not one.is_native]
    assert keeps == sorted(keeps, reverse=True), "what may lose something comes last"


def test_what_is_known_exactly_is_proposed_alone() -> None:
    both = ((CT, JPEG_LOSSLESS), (CT, EXPLICIT))
    assert list(tries([*both, both[0]], [(CT, IMPLICIT)])) == [both, both[:1], both[1:]]


def test_what_has_come_before_is_tried_early() -> None:
    found = list(tries([("", "")], [(CT, JPEG_LOSSLESS)]))
    assert (CT, EXPLICIT) in found[0]
    assert {syntax for _, syntax in found[1]} == {JPEG_LOSSLESS}


def test_a_class_has_a_context_for_each_syntax() -> None:
    first = next(tries([(CT, ""), (MR, "")], []))
    assert {sop_class for sop_class, _ in first} == {CT, MR}
    assert {(CT, JPEG_LOSSLESS), (MR, JPEG_LOSSLESS), (CT, PROCESS_14), (CT, BASELINE)} <= set(first)
    assert first[0] == (CT, EXPLICIT)
