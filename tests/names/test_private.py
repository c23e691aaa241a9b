from __future__ import annotations

import pytest

from asprofile.names import private


def test_siemens_csa() -> None:
    found = private.get("1.3.12.2.1107.5.9.1")
    assert found is not None
    assert (found.vendor, found.name, found.kind) == ("Siemens", "Siemens CSA Non-Image Storage", "storage")
    assert (found.pixel_data, found.mistype_of, found.unsure) == (False, None, ())
    assert found.transfer_syntaxes.startswith("Implicit and Explicit VR Little Endian only")


@pytest.mark.parametrize(
    ("uid", "meant"),
    [
        ("1.2.46.670589.5.0.1", "1.3.46.670589.5.0.1"),
        ("1.2.46.670589.5.0.8", "1.3.46.670589.5.0.8"),
        ("1.3.46.670589.5.0.1", None),
        ("1.2.840.113619.5.249", None),  # probably 1.2.840.113619.4.5.249, but nobody has confirmed it
        ("1.2.3", None),
    ],
)
def test_known_misprints(uid: str, meant: str | None) -> None:
    assert private.correct_uid(uid) == meant


def test_a_misprint_nobody_confirmed_is_marked() -> None:
    found = private.get("1.2.840.113619.5.249")
    assert found is not None
    assert (found.mistype_of, found.unsure) == ("1.2.840.113619.4.5.249", ("mistype_of",))


def test_what_sources_disagree_on_is_not_told() -> None:
    found = private.get("1.3.46.670589.2.3.1.1")
    assert found is not None
    assert found.pixel_data is None
    assert found.transfer_syntaxes.startswith("not known")


def test_vendors() -> None:
    assert private.vendors()[:4] == ("Agfa (Mitra)", "dcm4che", "ERAD", "Fujifilm")
    siemens = private.by_vendor("Siemens")
    assert [one.uid for one in siemens] == [
        "1.3.12.2.1107.5.9.1",
        "1.3.12.2.1107.5.99.3.10",
        "1.3.12.2.1107.5.99.3.11",
    ]
    assert private.by_vendor("Nobody") == ()
    listed = [one for vendor in private.vendors() for one in private.by_vendor(vendor)]
    assert len(listed) == sum(one.mistype_of is None for one in private.private_sop_classes())
