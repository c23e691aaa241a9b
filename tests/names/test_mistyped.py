"""Slips of the hand in UIDs: what is named, and when it is sure enough for a fix."""

from __future__ import annotations

from random import Random

import pytest

from asprofile.names import mistyped, private, registry, uids
from asprofile.names.transfer_syntaxes import transfer_syntaxes
from asprofile.names.uids import SymbolKind

SOP = "1.2.840.10008.5.1.4.1.1."
SYNTAX = "1.2.840.10008.1.2"


@pytest.mark.parametrize(
    ("uid", "found", "certain"),
    [
        (SOP + "848.1", [SOP + "481.1"], True),  # and not the trial class 88.1
        (SOP + "418.1", [SOP + "481.1"], False),
        (SOP + "104.2.1", [SOP + "104.2"], False),
        (SOP + "82", [SOP + "2"], False),
        ("1.2.840.1008.5.1.4.1.1.2", [SOP + "2"], True),
        ("1.2.480.10008.5.1.4.1.1.2", [SOP + "2"], True),
        ("2.840.10008.5.1.4.1.1.4", [SOP + "4"], True),
        ("1.840.2.10008.5.1.4.1.1.4", [SOP + "4"], True),
        (SOP + "481.5.5", [SOP + "481.5"], True),
        ("1.3.46.670589.11.0.12.1", ["1.3.46.670589.11.0.0.12.1"], True),
        ("1.3.12.2.1107.59.1", ["1.3.12.2.1107.5.9.1"], True),
        ("1.3.46.670589.11.0.0.0.12.1", ["1.3.46.670589.11.0.0.12.1"], True),
        ("1.2.40.0.13.9.9.9", [], False),
    ],
)
def test_sop_classes(uid: str, found: list[str], certain: bool) -> None:
    meant = mistyped.meant(uid, "sop-class")
    assert (set(found) <= set(meant.uids)) and bool(found) == bool(meant.uids)
    assert meant.certain is certain


@pytest.mark.parametrize(
    ("uid", "found", "certain"),
    [
        (SYNTAX + "4.70", SYNTAX + ".4.70", True),
        (SYNTAX + ".44.70", SYNTAX + ".4.70", True),
        ("1.2.840.1008.1.2.1", SYNTAX + ".1", True),
        (SYNTAX + ".4.75", SYNTAX + ".4.57", False),
        (SYNTAX + ".4.9", SYNTAX + ".4.90", False),
        ("1.2.840.113619.5.5.2", "1.2.840.113619.5.2", True),
    ],
)
def test_transfer_syntaxes(uid: str, found: str, certain: bool) -> None:
    meant = mistyped.meant(uid, "transfer-syntax")
    assert found in meant.uids
    assert meant.certain is certain


def test_a_beginning_of_many_is_told_and_has_several_candidates() -> None:
    query = mistyped.meant("1.2.840.10008.5.1.4.1.2.1", "sop-class")
    assert {f"1.2.840.10008.5.1.4.1.2.1.{last}" for last in (1, 2, 3)} <= set(query.uids)
    assert SOP + "1" not in query.uids
    assert not query.certain
    jpeg = mistyped.meant(SYNTAX + ".4", "transfer-syntax")
    assert jpeg.begun > 10
    assert not jpeg.certain
    assert not mistyped.meant(SOP + "48", "sop-class").certain


# The SOP classes and transfer syntaxes that are in use, each mistyped in one way.
KNOWN: list[tuple[str, SymbolKind]] = [
    (uid, kind)
    for uid in (
        *registry.every_uid(),
        *(one.uid for one in private.private_sop_classes() if one.mistype_of is None),
        *(one.uid for one in transfer_syntaxes() if one.vendor),
    )
    for kind in ("sop-class", "transfer-syntax")
    if uids.can_be(uid, kind) and (info := uids.describe(uid)) and info.status in ("standard", "private")
]


def slips(uid: str) -> list[str]:
    parts = uid.split(".")
    middle = len(parts) // 2
    return [
        uid[:-2] + uid[-1] + uid[-2],
        ".".join([*parts[:middle], parts[middle], *parts[middle:]]),
        ".".join([*parts[:middle], *parts[middle + 1 :]]),
        uid[:9] + uid[10:],
        uid + uid[-1],
    ]


def test_the_one_that_was_meant_is_among_those_named() -> None:
    """No candidate is out of use, and where there is one that is certain it is the right one but for a very few."""
    wrong = []
    for uid, kind in KNOWN[::5]:
        for slip in slips(uid):
            if uids.describe(slip) is not None or not uids.is_well_formed(slip):
                continue
            meant = mistyped.meant(slip, kind)
            assert uid in meant.uids, (uid, slip, meant)
            assert all(found.status in ("standard", "private") for one in meant.uids if (found := uids.describe(one)))
            if meant.certain and meant.uids != (uid,):
                wrong.append(slip)
    assert wrong == []


def test_two_in_one() -> None:
    assert mistyped.glued(SOP + "21.2.840.10008.5.1.4.1.1.4") == (SOP + "2", SOP + "4")
    assert mistyped.glued(SYNTAX + SYNTAX + ".1") == (SYNTAX, SYNTAX + ".1")
    assert mistyped.glued(SOP + "2") is None
    assert mistyped.glued("1." * 100_000) is None


@pytest.mark.parametrize(
    "text",
    [
        "1.2.84O.10008.5.1.4.1.1.2",
        "1.2.840.l0008.5.1.4.1.1.2",
        "I.2.840.10008.5.1.4.1.1.2",
        "1,2,840,10008,5,1,4,1,1,2",
        "1.2.840.10008. 5.1.4.1.1.2",
    ],
)
def test_letters_for_digits(text: str) -> None:
    assert mistyped.with_digits(text) == SOP + "2"


@pytest.mark.parametrize("text", ["", "CTImageStorage", "1.2.84O", "lOl", SOP + "2", SOP + "9999"])
def test_what_has_no_letters_for_digits(text: str) -> None:
    assert mistyped.with_digits(text) is None


@pytest.mark.parametrize(
    "uid",
    [
        "1.2.840.113619.2.80.169552101.14703.1086382541.42",
        "1.3.12.2.1107.5.1.4.50714.30000016031608111223400000042",
        "1.2.826.0.1.3680043.2.1125.1.20240511103012",
        "1.2.276.0.7230010.3.1.4.8323329.4711.1495927169.335276",
    ],
)
def test_instance_uids(uid: str) -> None:
    assert mistyped.is_like_an_instance(uid)


def test_no_known_uid_is_like_an_instance() -> None:
    assert [uid for uid, _ in KNOWN if mistyped.is_like_an_instance(uid)] == []
    assert not mistyped.is_like_an_instance("2.25.329800735698586629295641978511506172918")


def _slipped(uid: str, choice: Random) -> str:
    """The UID with a slip that people make, or one that they do not."""
    place, parts = choice.randrange(len(uid)), uid.split(".")
    part, character = choice.randrange(len(parts)), choice.choice("0123456789.")
    return choice.choice(
        [
            uid[:place] + uid[place + 1 :],
            uid[:place] + character + uid[place:],
            uid[:place] + character + uid[place + 1 :],
            uid[:place] + uid[place : place + 2][::-1] + uid[place + 2 :],
            uid[:place] + uid[place : place + 3][::-1] + uid[place + 3 :],
            uid[:place] + uid[place + 1 : place + 3] + character + uid[place + 3 :],
            uid[: place + 1],
            ".".join(parts[:part] + parts[part + 1 :]),
            ".".join([*parts[:part], *parts[part:][:1], *parts[part:]]),
            ".".join([*parts[:part], *reversed(parts[part : part + 2]), *parts[part + 2 :]]),
            ".".join(parts[part:]),
        ]
    )


def test_of_many_the_same_is_meant_as_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = Random(1)
    known = mistyped._known()
    slips = [_slipped(choice.choice(known), choice) for _ in range(400)]
    slips += [_slipped(uid, choice) for uid in slips if uid]
    of_many = mistyped._candidates

    def meant(uid: str) -> object:
        mistyped.meant.cache_clear()
        return mistyped.meant(uid, "sop-class"), mistyped.meant(uid, "transfer-syntax")

    monkeypatch.setattr(mistyped, "_FEW_ASKED", 0)
    found = {uid: meant(uid) for uid in slips if uid}
    monkeypatch.setattr(mistyped, "_candidates", lambda _: known)
    assert {uid: meant(uid) for uid in found} == found
    assert sum(len(of_many(uid)) for uid in found) < len(found) * len(known) / 10
