from __future__ import annotations

import pytest

from asprofile.generate.words import abstract_syntax, syntaxes
from asprofile.names import dcm4che, registry, symbols, uids
from asprofile.names.releases import LATEST
from asprofile.names.suggest import suggest_symbol


@pytest.mark.parametrize(
    ("name", "uid"),
    [
        ("StudyRootQueryRetrieveInformationModelFIND", "1.2.840.10008.5.1.4.1.2.2.1"),
        ("PrivateSiemensCSANonImageStorage", "1.3.12.2.1107.5.9.1"),
        ("PrivateTomTecAnnotationStorage", "1.2.276.0.48.5.1.4.1.1.7"),
        ("MediaCreationManagementSOPClassUID", "1.2.840.10008.5.1.1.33"),
    ],
)
def test_a_class_may_be_named_as_in_dcm4che(name: str, uid: str) -> None:
    assert dcm4che.names()[name] == uid
    assert abstract_syntax(name) == uid


def test_a_transfer_syntax_may_be_named_as_in_dcm4che() -> None:
    assert syntaxes(["JPEGBaseline1", "MPEG4AVCH264HighProfileLevel41"]) == (
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.102",
    )


def test_a_name_that_dcmtk_does_not_know_is_told_by_every_one_of_them() -> None:
    for name, uid in dcm4che.names().items():
        if symbols.uid_of(name, LATEST) is None and dcm4che.older_meaning(name) is None:
            assert (symbols.name_of(uid, LATEST) or uid) in suggest_symbol(name, LATEST), name


def test_only_one_name_is_today_the_keyword_of_something_else() -> None:
    keywords = [info.keyword for uid in registry.every_uid() if (info := uids.describe(uid))]
    assert {word: dcm4che.older_meaning(word) for word in keywords if dcm4che.older_meaning(word)} == {
        "JPEGLossless": "1.2.840.10008.1.2.4.70"
    }
