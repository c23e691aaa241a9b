from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.names import pixel_formats as pf
from asprofile.names.pixel_formats import PixelFormat

ANY = PixelFormat(None, None, None, None, None)

sets = st.one_of(st.none(), st.frozensets(st.sampled_from([1, 8, 12, 16, 32]), min_size=1))
signs = st.one_of(st.none(), st.frozensets(st.sampled_from([0, 1]), min_size=1))
colours = st.frozensets(st.sampled_from(["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB"]), min_size=1)
formats = st.builds(PixelFormat, sets, sets, sets, signs, st.one_of(st.none(), colours))


def test_parse() -> None:
    assert pf.parse("16:12-14,16:1:01:MONOCHROME1,MONOCHROME2;8:8:3:0:RGB") == (
        PixelFormat(
            frozenset((16,)),
            frozenset((12, 13, 14, 16)),
            frozenset((1,)),
            frozenset((0, 1)),
            frozenset(("MONOCHROME1", "MONOCHROME2")),
        ),
        PixelFormat(frozenset((8,)), frozenset((8,)), frozenset((3,)), frozenset((0,)), frozenset(("RGB",))),
    )
    assert pf.parse("*:*:*:*:*") == (ANY,)
    assert pf.parse("") == ()


@pytest.mark.parametrize("cells", ["8:8:1:0", "a:8:1:0:RGB", "8:8:1:x:RGB", "8:8:1:0:RGB:1"])
def test_parse_refuses_another_form(cells: str) -> None:
    with pytest.raises(ValueError):
        pf.parse(cells)


@given(formats, formats)
def test_meeting_is_symmetric_and_narrows(one: PixelFormat, other: PixelFormat) -> None:
    both = pf.meet(one, other)
    assert both == pf.meet(other, one)
    if both is not None:
        assert pf.meet(both, one) == both
        assert pf.meet(both, other) == both


@given(formats)
def test_anything_meets_and_covers_everything(one: PixelFormat) -> None:
    assert pf.meet(one, ANY) == one
    assert pf.covers([ANY], [one])
    parts = (one.photometric, one.bits_allocated, one.bits_stored, one.samples, one.representation)
    if None not in parts:
        assert pf.covers([one], [one])


@pytest.mark.parametrize(
    ("codable", "permitted", "covered"),
    [
        ("8:8:1:0:MONOCHROME2", "8:8:1:0:MONOCHROME1,MONOCHROME2", True),  # one family
        ("8:8:1:0:MONOCHROME2", "8:8:1:0:MONOCHROME2,PALETTE COLOR", False),
        ("8:8:3:0:YBR_FULL_422", "8:8:3:0:RGB,YBR_FULL_422", True),
        ("8,16:2-16:1:01:MONOCHROME2", "16:1-16:1:01:MONOCHROME2", True),  # one bit of sixteen does not occur
        ("8,16:2-16:1:01:MONOCHROME2", "1:1:1:0:MONOCHROME2", False),
        ("8:8:1:0:PALETTE COLOR", "8:8:1:01:PALETTE COLOR", True),  # nor do signed palette indices
        ("8:8:1:0:MONOCHROME2", "8:8:1:01:MONOCHROME2", False),
        ("8,16:1-16:*:*:*", "*:*:*:*:*", False),
    ],
)
def test_covers(codable: str, permitted: str, covered: bool) -> None:
    assert pf.covers(pf.parse(codable), pf.parse(permitted)) is covered


def test_loosening_leaves_what_is_sure() -> None:
    (one,) = cells = pf.parse("8:8:1:0:MONOCHROME2")
    assert pf.loosened(cells, "") == cells
    assert pf.loosened(cells, "bits") == (PixelFormat(None, None, one.samples, one.representation, one.photometric),)
    assert pf.loosened(cells, "photometric")[0].bits_allocated == frozenset((8,))
    assert pf.loosened(cells, "photometric")[0].photometric is None
    assert pf.loosened(cells, "cells") == pf.loosened(cells, "all") == (ANY,)


def test_common_is_every_pair_that_meets() -> None:
    permitted, codable = pf.parse("8:8:1:0:RGB;16:16:1:0:RGB"), pf.parse("8,16:*:1:*:*;32:*:1:*:*")
    expected = [pf.meet(one, other) for one, other in product(permitted, codable)]
    assert pf.common(permitted, codable) == tuple(both for both in expected if both)
    assert len(pf.common(permitted, codable)) == 2
