from __future__ import annotations

import pytest

from asprofile.names import transfer_syntaxes as ts
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

JPEG = "1.2.840.10008.1.2.4."


def test_all_are_there_in_order() -> None:
    found = ts.transfer_syntaxes()
    assert len(found) >= 70
    keys = [tuple(map(int, one.uid.split("."))) for one in found]
    assert keys == sorted(keys)
    assert len({one.name for one in found}) == len(found)
    assert sum(one.vendor is not None for one in found) >= 7
    assert sum(one.retired for one in found) >= 18


@pytest.mark.parametrize(
    ("uid", "family", "encoding", "fidelity", "needs_pixel_data", "is_video"),
    [
        ("1.2.840.10008.1.2", "uncompressed", "native", "lossless", False, False),
        ("1.2.840.10008.1.2.1.99", "deflated-dataset", "deflated", "lossless", False, False),
        ("1.2.840.10008.1.2.1.98", "encapsulated-uncompressed", "encapsulated", "lossless", True, False),
        (JPEG + "50", "jpeg", "encapsulated", "lossy", True, False),
        (JPEG + "91", "j2k", "encapsulated", "either", True, False),
        (JPEG + "94", "jpip", "referenced", "either", True, False),
        (JPEG + "100.1", "mpeg2", "encapsulated", "lossy", True, True),
        (JPEG + "108", "hevc", "encapsulated", "lossy", True, True),
        ("1.2.840.10008.1.2.7.1", "smpte", "real-time", "lossless", False, False),
        ("1.2.840.10008.1.2.6.2", "obsolete", "obsolete", None, False, False),
        ("1.2.752.24.3.7.6", "private", None, None, False, False),
    ],
)
def test_traits(
    uid: str, family: str, encoding: str | None, fidelity: str | None, needs_pixel_data: bool, is_video: bool
) -> None:
    found = ts.get(uid)
    assert found is not None
    assert (found.family, found.encoding, found.fidelity) == (family, encoding, fidelity)
    assert (found.needs_pixel_data, found.is_video) == (needs_pixel_data, is_video)
    assert found.is_native == (encoding in ("native", "deflated"))
    assert found.lossless_only == (fidelity == "lossless")
    assert found.on_associations == (encoding not in ("real-time", "obsolete"))


@pytest.mark.parametrize(
    ("uid", "companions"),
    [
        (IMPLICIT_VR_LITTLE_ENDIAN, ()),
        (EXPLICIT_VR_LITTLE_ENDIAN, ((IMPLICIT_VR_LITTLE_ENDIAN,),)),
        (
            DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            ((EXPLICIT_VR_LITTLE_ENDIAN,), (IMPLICIT_VR_LITTLE_ENDIAN,)),
        ),
        (JPEG + "57", ((JPEG + "70",), (IMPLICIT_VR_LITTLE_ENDIAN,))),
        (JPEG + "52", ((JPEG + "50", JPEG + "51"),)),
        (JPEG + "81", ((JPEG + "80",),)),
        (JPEG + "50", ()),
        (JPEG + "94", ()),  # not verified
    ],
)
def test_what_must_be_offered_too(uid: str, companions: tuple[tuple[str, ...], ...]) -> None:
    found = ts.get(uid)
    assert found is not None
    assert found.companions == companions


def test_names() -> None:
    standard, private = ts.get(JPEG + "50"), ts.get("1.2.840.113619.5.2")
    assert standard is not None
    assert private is not None
    assert (standard.name, standard.keyword, standard.vendor) == ("JPEG Baseline (Process 1)", "JPEGBaseline8Bit", None)
    assert (private.name, private.keyword) == ("GE Implicit VR Little Endian with Big Endian Pixel Data", "")
    assert private.vendor == "GE"
    assert ts.get("1.2.840.10008.5.1.4.1.1.2") is None
