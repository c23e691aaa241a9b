from __future__ import annotations

import pytest

from asprofile.names import sop_classes

STORAGE = "1.2.840.10008.5.1.4.1.1."


def test_ct() -> None:
    ct = sop_classes.storage(STORAGE + "2")
    assert ct is not None
    assert (ct.name, ct.keyword, ct.category, ct.iod) == (
        "CT Image Storage",
        "CTImageStorage",
        "image-single-frame",
        "ct-image",
    )
    assert (ct.pixel_data, ct.frames, ct.unsure, ct.retired) == (True, "single", "", False)
    (one,) = ct.formats
    assert (one.bits_allocated, one.bits_stored) == (frozenset((16,)), frozenset((12, 13, 14, 15, 16)))
    assert ct.ref == "PS3.3 C.8.2.1.1.2-.6"


@pytest.mark.parametrize(
    ("suffix", "pixel", "pixel_data"),
    [
        ("481.3", "no", False),
        ("481.2", "conditional", True),
        ("30", "conditional-or-float", True),
        ("66.8", "float", False),
        ("501.1", None, None),
    ],
)
def test_pixel_data(suffix: str, pixel: str | None, pixel_data: bool | None) -> None:
    found = sop_classes.storage(STORAGE + suffix)
    assert found is not None
    assert (found.pixel, found.pixel_data) == (pixel, pixel_data)


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        (STORAGE + "2", True),
        ("1.3.12.2.1107.5.9.1", True),  # Siemens CSA Non-Image
        ("1.2.840.10008.5.1.4.38.1", True),  # Hanging Protocol Storage, outside the usual arc
        (STORAGE + "200.4", False),  # Protocol Approval FIND, inside it
        (STORAGE + "201.6", False),
        ("1.2.840.10008.1.1", False),
        ("1.2.826.0.1.3680043.2.135.1066.5.1.4.1.2.1.2", False),  # a private MOVE
        ("1.2.3", False),
    ],
)
def test_is_storage(uid: str, expected: bool) -> None:
    assert sop_classes.is_storage(uid) is expected


def test_all_storage_classes_are_there_in_order() -> None:
    found = sop_classes.storage_sop_classes()
    assert len(found) >= 217
    keys = [tuple(map(int, one.uid.split("."))) for one in found]
    assert keys == sorted(keys)
    assert sum(one.retired for one in found) >= 22
    assert sum(one.pixel == "no" for one in found) >= 126


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        (STORAGE + "6", STORAGE + "6.1"),
        (STORAGE + "3", STORAGE + "3.1"),
        (STORAGE + "5", STORAGE + "20"),
        (STORAGE + "12.3", STORAGE + "12.1"),
        ("1.2.840.10008.5.1.4.34.4.1", "1.2.840.10008.5.1.4.34.6.1"),
        (STORAGE + "77.1", None),  # one of several
        (STORAGE + "2", None),
        ("1.2.3", None),
    ],
)
def test_successor(uid: str, expected: str | None) -> None:
    assert sop_classes.successor(uid) == expected


@pytest.mark.parametrize(
    ("uid", "kind", "negotiable", "roles", "extended", "data_set"),
    [
        ("1.2.840.10008.1.1", "verification", "yes", "default", "none", False),
        ("1.2.840.10008.1.20.1", "storage-commitment", "yes", "mandatory", "forbidden", True),
        ("1.2.840.10008.5.1.1.1", "print-component", "meta-only", "default", "none", True),
        ("1.2.840.10008.5.1.1.15", "print-optional", "with-meta", "default", "none", True),
        ("1.2.840.10008.5.1.1.22", "print-optional", None, "default", "none", True),
        ("1.2.840.10008.5.1.1.33", "media-creation", "yes", "not-applicable", "none", True),
        ("1.2.840.10008.4.2", "service-class-uid", "no", None, None, None),
        ("1.2.840.10008.10.1", "rtv", "no", None, None, None),
        ("1.2.840.10008.5.1.4.1.2.2.1", "qr-find", "yes", "optional", "find", True),
        ("1.2.840.10008.5.1.4.1.2.2.3", "qr-get", "yes", "get", "retrieve", True),
        ("1.2.840.10008.5.1.4.1.2.4.2", "qr-move", "yes", "optional", "composite-retrieve", True),
        ("1.2.840.10008.5.1.4.31", "mwl", "yes", "optional", "worklist", True),
        ("1.2.840.10008.5.1.4.34.8", "rt-machine-verification", "yes", None, None, True),
    ],
)
def test_other_abstract_syntaxes(
    uid: str, kind: str, negotiable: str | None, roles: str | None, extended: str | None, data_set: bool | None
) -> None:
    found = sop_classes.other(uid)
    assert found is not None
    assert (found.kind, found.negotiable, found.roles) == (kind, negotiable, roles)
    assert (found.extended_negotiation, found.data_set) == (extended, data_set)


def test_dimse_services() -> None:
    find = sop_classes.other("1.2.840.10008.5.1.4.1.2.2.1")
    assert find is not None
    assert find.dimse == ("C-FIND",)
    assert len(sop_classes.others()) == 109


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        (STORAGE + "2", "storage"),
        ("1.2.840.10008.5.1.4.38.1", "none"),
        ("1.2.840.10008.5.1.4.43.1", None),
        ("1.2.840.10008.1.3.10", None),
        ("1.2.840.10008.5.1.4.31", "worklist"),
        ("1.3.12.2.1107.5.9.1", None),
    ],
)
def test_extended_negotiation(uid: str, expected: str | None) -> None:
    assert sop_classes.extended_negotiation(uid) == expected


def test_neither_table_has_what_the_other_has() -> None:
    storage = {one.uid for one in sop_classes.storage_sop_classes()}
    assert storage.isdisjoint(one.uid for one in sop_classes.others())
