"""What is whole is passed, what is cut or too long for what it is in is refused, whatever the encoding."""

from __future__ import annotations

import io
import struct
import subprocess
from itertools import accumulate, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    UNDEFINED,
    Fragments,
    Sequence,
    deflated,
    encoded,
    end,
    head,
    item,
    long,
    padded,
    part10,
    rich,
    sequence,
    tag,
    words,
)
from programs import need

from asprofile.errors import ObjectError
from asprofile.objects import quick, whole
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.header import ObjectHeader
from asprofile.objects.whole import DEEPEST_WRITTEN, DataSetExtent, find_extent

JPEG = "1.2.840.10008.1.2.4.70"
PRIVATE = "1.3.46.670589.33.1.4.1"
SYNTAXES = (IMPLICIT, EXPLICIT, BIG)

IDENTITY = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
NAME = (0x00100010, "PN", b"Doe^Jo")
ROWS = (0x00280010, "US", words(2))
PIXELS = (0x7FE00010, "OB", b"\1\2\3\4")
REFERENCE = [(0x00081150, "UI", padded(SECONDARY_CAPTURE)), (0x00081155, "UI", b"1.2.3.9\0")]
FRAGMENTS = (0x7FE00010, "OB", Fragments([b"", b"abcdefgh", b"abcd"]))
PADDING = (0xFFFCFFFC, "OB", bytes(6))


def extent(data: bytes, syntax: str = EXPLICIT) -> DataSetExtent:
    return find_extent(io.BytesIO(data), ObjectHeader(Path("x"), "1.2", "1.2.3", syntax, 0, len(data)))


def reason(data: bytes, syntax: str = EXPLICIT) -> str:
    with pytest.raises(ObjectError) as caught:
        extent(data, syntax)
    return str(caught.value)


def combined(*choices: object) -> list[tuple[object, ...]]:
    return list(product(*choices))  # type: ignore[call-overload]


# --- generated objects


def data_elements(tags: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, str, bytes]]:
    return st.tuples(tags, st.sampled_from(("LO", "UT", "OB", "UN", "US", "SH")), st.binary(max_size=9))


@st.composite
def element_lists(draw: st.DrawFn, depth: int = 0) -> list[tuple[int, str, object]]:
    """Elements in any order, odd lengths too; sequences in sequences, of defined and undefined length."""
    tags = st.sampled_from((0x00080005, 0x00081140, 0x00091001, 0x00100010, 0x00400275, 0x60003000))
    elements: list[tuple[int, str, object]] = list(draw(st.lists(data_elements(tags), max_size=4)))
    if depth < 2:
        for one in draw(st.lists(st.sampled_from((0x00081140, 0x0040A730, 0x00091002)), max_size=2)):
            items = draw(st.lists(element_lists(depth + 1), max_size=3))
            elements.append((one, "SQ", Sequence(items, draw(st.booleans()), draw(st.booleans()))))
    return draw(st.permutations(elements))


def starts(elements: list[tuple[int, str, object]], syntax: str) -> set[int]:
    """Where an element of the data set itself starts, and where the last one ends."""
    return set(accumulate((len(encoded([one], syntax)) for one in elements), initial=0))


@given(element_lists(), st.sampled_from((*SYNTAXES, JPEG)), st.booleans())
@settings(max_examples=40)
def test_every_whole_object_is_passed_and_every_other_prefix_refused(
    elements: list[tuple[int, str, object]], syntax: str, padding: bool
) -> None:
    form = EXPLICIT if syntax == JPEG else syntax
    elements = [*IDENTITY, *elements, FRAGMENTS if syntax == JPEG else PIXELS, *([PADDING] if padding else [])]
    data = encoded(elements, form)
    whole_ones = starts(elements, form)
    assert extent(data, syntax) == DataSetExtent(len(data))
    for cut in range(1, len(data)):
        if cut in whole_ones:
            assert extent(data[:cut], syntax).end == cut
        else:
            with pytest.raises(BrokenObject):
                extent(data[:cut], syntax)


@given(element_lists(), st.binary(max_size=3))
@settings(max_examples=20)
def test_of_a_deflated_data_set_every_prefix_is_refused(elements: list[tuple[int, str, object]], behind: bytes) -> None:
    data = deflated(encoded([*IDENTITY, *elements, PIXELS], EXPLICIT))
    assert extent(data + behind, DEFLATED) == DataSetExtent(len(data + behind))
    for cut in range(len(data)):
        assert "its deflated data set ends too early" in reason(data[:cut], DEFLATED)


@given(element_lists())
@settings(max_examples=10)
def test_cut_before_it_was_deflated(elements: list[tuple[int, str, object]]) -> None:
    data = encoded([*IDENTITY, *elements, PIXELS], EXPLICIT)
    assert "it ends inside (7FE0,0010) PixelData" in reason(deflated(data[:-2]), DEFLATED)


@given(st.binary(max_size=300), st.sampled_from((*SYNTAXES, JPEG, DEFLATED, PRIVATE)))
def test_any_bytes_are_whole_or_refused(data: bytes, syntax: str) -> None:
    try:
        assert extent(data + b"\1", syntax).end <= len(data) + 1
    except ObjectError as error:
        assert str(error)


@given(st.sampled_from(SYNTAXES), st.booleans(), st.data())
def test_any_bytes_changed_are_whole_or_refused(syntax: str, undefined: bool, draw: st.DataObject) -> None:
    data = bytearray(encoded(rich(undefined=undefined), syntax))
    for at, value in draw.draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=6)):
        data[at] = value
    try:
        assert extent(bytes(data), syntax).end == len(data)
    except ObjectError as error:
        assert str(error)


# --- the short cut over plain elements has no verdict of its own


def outcome(data: bytes, syntax: str) -> object:
    try:
        return extent(data, syntax)
    except ObjectError as error:
        return str(error)


def unsure(data: bytes, pos: int, end: int, *, native: bool = True) -> tuple[int, int, int]:
    return -1, pos, -1


@given(st.sampled_from((EXPLICIT, IMPLICIT, JPEG)), element_lists(), st.data())
@settings(max_examples=30)
def test_the_quick_walk_changes_no_verdict(
    syntax: str, elements: list[tuple[int, str, object]], draw: st.DataObject
) -> None:
    last = draw.draw(st.sampled_from((PIXELS, FRAGMENTS, ROWS)))
    data = bytearray(encoded([*IDENTITY, *elements, last], EXPLICIT if syntax == JPEG else syntax))
    values = st.one_of(st.integers(0, 255), st.sampled_from((0, 8, 0xFF, 0xFE, 0xE0, 0x0D, 0xDD)))
    for at, value in draw.draw(st.lists(st.tuples(st.integers(0, len(data) - 1), values), max_size=4)):
        data[at] = value
    cut = bytes(data[: len(data) - draw.draw(st.sampled_from((0, 0, 1, 4, 8, 30)))]) or b"\1"
    cut += bytes(draw.draw(st.sampled_from((0, 0, 1, 2, 100))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "explicit", unsure)
        patch.setattr(quick, "implicit", unsure)
        without = outcome(cut, syntax)
    assert outcome(cut, syntax) == without


def test_plain_objects_are_walked_quickly_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_Walk", None)
    for syntax in (EXPLICIT, IMPLICIT):
        for undefined in (False, True):
            items = Sequence([REFERENCE, [NAME, (0x00081140, "SQ", Sequence([REFERENCE], undefined, undefined))]])
            data = encoded([*IDENTITY, (0x00081115, "SQ", items), ROWS, PIXELS], syntax)
            assert extent(data, syntax) == DataSetExtent(len(data))


# --- what it says


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_says_inside_which_element(syntax: str) -> None:
    data = encoded([*IDENTITY, ROWS, PIXELS], syntax)
    way_out = "; get a complete copy (asprofile send --send-truncated sends it as it is)"
    assert reason(data[:-2], syntax).startswith("is damaged: it ends inside (7FE0,0010) PixelData")
    assert reason(data[:-2], syntax).endswith(way_out)
    in_tag = len(encoded([*IDENTITY, ROWS], syntax)) + 2
    assert reason(data[:in_tag], syntax) == f"is damaged: it ends inside the element after (0028,0010) Rows{way_out}"
    assert "ends inside (7FE0,0010) PixelData" in reason(data[: in_tag + 3], syntax)


@pytest.mark.parametrize(("syntax", "undefined"), combined(SYNTAXES, (False, True)))
def test_says_inside_which_items(syntax: str, undefined: bool) -> None:
    inner = (0x0040A730, "SQ", Sequence([[NAME], [NAME, *REFERENCE]], undefined, undefined))
    data = encoded([*IDENTITY, (0x0040A730, "SQ", Sequence([[NAME], [inner]], undefined, undefined))], syntax)
    at = data.rindex(b"1.2.3.9") + 4
    said = reason(data[:at], syntax)
    if undefined or syntax != IMPLICIT:
        assert "it ends inside (0008,1155) ReferencedSOPInstanceUID in (0040,A730)[1].(0040,A730)[1]" in said
    else:
        assert "it ends inside (0040,A730) ContentSequence" in said


@pytest.mark.parametrize("missing", range(1, 9))
def test_pixel_data_without_their_end(missing: int) -> None:
    data = encoded([*IDENTITY, FRAGMENTS], EXPLICIT)
    assert "it ends inside (7FE0,0010) PixelData" in reason(data[:-missing], JPEG)


# --- what is wrong within, in each encoding: the object, and what is said of it

INNER = [(0x00081155, "UI", b"1.2.3.9\0")]


def wrong(syntax: str) -> dict[str, tuple[bytes, str]]:
    start, inner, rest = encoded(IDENTITY, syntax), encoded(INNER, syntax), encoded([ROWS, PIXELS], syntax)
    one = item(inner, syntax)
    mixed = b"" if syntax == IMPLICIT else item(encoded(REFERENCE, IMPLICIT), syntax)
    table = {
        "value longer than its item": (
            sequence(item(inner, syntax, len(inner) - 4)[:-4], syntax),
            "(0008,1140)[0] ends inside (0008,1155)",
        ),
        "item longer than its sequence": (sequence(one, syntax, len(one) - 4), "(0008,1140)[0] ends inside"),
        "sequence longer than its items": (sequence(one, syntax, len(one) + 4), "(0008,1140)[0] ends inside its last"),
        "item as long as more than its sequence": (
            sequence(item(inner, syntax, len(inner) + 8), syntax, len(one)),
            "(0008,1140)[0] ends inside its last item",
        ),
        "no end of a sequence": (sequence(one, syntax, UNDEFINED), "(0028,0010) is where an item or the end"),
        "no end of an item": (
            sequence(item(inner, syntax, UNDEFINED) + end(0xFFFEE0DD, syntax), syntax, UNDEFINED),
            "the end of a sequence is where an element should",
        ),
        "no item": (
            sequence(inner + end(0xFFFEE0DD, syntax), syntax, UNDEFINED),
            "(0008,1155) is where an item or the end of (0008,1140) ReferencedImageSequence should",
        ),
        "an end of an item": (end(0xFFFEE00D, syntax), "the end of an item is where an element should"),
        "an end of a sequence": (end(0xFFFEE0DD, syntax), "the end of a sequence is where an element should"),
        "an item": (one, "an item is where an element should"),
        "implicit items": (sequence(mixed, syntax), "(0008,1140)[0] ends inside ("),
        "bytes of undefined length": (
            head(0x00091001, "OB", UNDEFINED, syntax) + one + end(0xFFFEE0DD, syntax),
            "(0009,1001) has VR OB and an undefined length",
        ),
        "fragment of undefined length": (
            head(0x00091140, "SQ", UNDEFINED, syntax)
            + item(
                head(0x7FE00010, "OB", UNDEFINED, syntax) + item(b"", syntax, UNDEFINED) + end(0xFFFEE0DD, syntax),
                syntax,
            )
            + end(0xFFFEE0DD, syntax),
            "a fragment of (7FE0,0010) PixelData has an undefined length",
        ),
    }
    if syntax == IMPLICIT:
        del table["implicit items"], table["bytes of undefined length"]
    return {name: (start + content + rest, said) for name, (content, said) in table.items()}


@pytest.mark.parametrize(("syntax", "name"), [(syntax, name) for syntax in SYNTAXES for name in wrong(syntax)])
def test_what_is_wrong_within_is_refused(syntax: str, name: str) -> None:
    data, said = wrong(syntax)[name]
    assert said in reason(data, syntax)


def test_pixel_data_that_the_transfer_syntax_does_not_mean() -> None:
    compressed, native = encoded([*IDENTITY, FRAGMENTS], EXPLICIT), encoded([*IDENTITY, PIXELS], EXPLICIT)
    assert "has compressed pixel data although" in reason(compressed, EXPLICIT)
    assert "has uncompressed pixel data although its transfer syntax is JPEG Lossless" in reason(native, JPEG)
    assert extent(native, PRIVATE) == DataSetExtent(len(native))  # nobody knows
    icon = (0x00880200, "SQ", Sequence([[PIXELS]]))  # an icon may be either
    data = encoded([*IDENTITY, icon, FRAGMENTS], EXPLICIT)
    assert extent(data, JPEG) == DataSetExtent(len(data))


# --- what is whole, although it is odd


def odd_but_whole(syntax: str) -> dict[str, bytes]:
    start, inner, rest = encoded(IDENTITY, syntax), encoded(INNER, syntax), encoded([ROWS, PIXELS], syntax)
    unknown = item(encoded(REFERENCE, IMPLICIT), IMPLICIT) + end(0xFFFEE0DD, IMPLICIT)
    one = item(inner, syntax)
    table = {
        "descending": encoded([PIXELS, ROWS, *IDENTITY, NAME], syntax),
        "twice": encoded([*IDENTITY, NAME, NAME], syntax),
        "odd value": encoded([*IDENTITY, (0x00100010, "PN", b"Doe^J"), ROWS], syntax),
        "group length": encoded([(0x00080000, "UL", struct.pack("<I", 99)), *IDENTITY, ROWS], syntax),
        "trailing padding": start + rest + encoded([(0xFFFCFFFC, "OB", bytes(100))], syntax),
        "UN of undefined length": start + head(0x00091001, "UN", UNDEFINED, syntax) + unknown + rest,
        "UN of undefined length in an item": start
        + sequence(item(head(0x00091001, "UN", UNDEFINED, syntax) + unknown, syntax), syntax)
        + rest,
        "empty sequence": start + sequence(b"", syntax) + rest,
        "empty item": start + sequence(item(b"", syntax), syntax) + rest,
        "ends in a sequence of known length": start
        + sequence(one + end(0xFFFEE0DD, syntax), syntax)
        + sequence(item(inner + end(0xFFFEE00D, syntax), syntax), syntax)
        + rest,
        "end with a length": start
        + sequence(one + tag(0xFFFEE0DD, syntax) + long(4, syntax), syntax, UNDEFINED)
        + rest,
        "what looks like a sequence in a value": start
        + encoded([(0x00091001, "UN", item(b"abcdefgh", syntax, 1 << 20)), (0x00100010, "PN", item(b"1"))], syntax)
        + rest,
    }
    if syntax == IMPLICIT:
        del table["UN of undefined length"], table["UN of undefined length in an item"]
        return table
    short, long_ = (struct.pack((">" if syntax == BIG else "<") + form, 4) for form in "HI")
    for vr in (b"ZZ", b"OX", b"px"):
        table[f"VR {vr!r}"] = start + tag(0x00091001, syntax) + vr + b"\0\0" + long_ + b"abcd" + rest
    for vr in (b"??", b"\0\0", b"  ", b"--", b"up", b"U1"):
        table[f"VR {vr!r}"] = start + tag(0x00091001, syntax) + vr + short + b"abcd" + rest
    return table


@pytest.mark.parametrize(("syntax", "name"), [(syntax, name) for syntax in SYNTAXES for name in odd_but_whole(syntax)])
def test_what_is_whole_although_it_is_odd_is_passed(syntax: str, name: str) -> None:
    data = odd_but_whole(syntax)[name]
    assert extent(data, syntax) == DataSetExtent(len(data))


@pytest.mark.parametrize(
    ("syntax", "undefined", "lengths"), combined((*SYNTAXES, DEFLATED), (False, True), (False, True))
)
def test_every_vr_is_passed(syntax: str, undefined: bool, lengths: bool) -> None:
    data = encoded(rich(undefined=undefined, group_lengths=lengths), syntax)
    assert extent(data, syntax) == DataSetExtent(len(data))


def test_a_private_transfer_syntax_may_be_anything() -> None:
    assert extent(b"\xff" * 99, PRIVATE) == DataSetExtent(99)
    assert extent(encoded(IDENTITY, EXPLICIT), PRIVATE) == DataSetExtent(len(encoded(IDENTITY, EXPLICIT)))
    assert "ends inside" in reason(encoded(IDENTITY, EXPLICIT)[:-1], PRIVATE)


# --- zeros after the last element


@pytest.mark.parametrize(("syntax", "count"), combined(SYNTAXES, (1, 2, 7, 8, 9, 100, 512, 100_000)))
def test_zeros_behind_the_last_element_are_no_part_of_it(syntax: str, count: int) -> None:
    data = encoded([*IDENTITY, PIXELS], syntax)
    assert extent(data + bytes(count), syntax) == DataSetExtent(len(data), count)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_one_zero_may_begin_a_tag(syntax: str) -> None:
    data = encoded([*IDENTITY, ROWS], syntax)
    assert "ends inside the element after (0028,0010) Rows" in reason(data + b"\0", syntax)
    assert extent(data + b"\0\0", syntax) == DataSetExtent(len(data), 2)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_zeros_with_something_behind_them_are_elements(syntax: str) -> None:
    data = encoded([*IDENTITY, PIXELS], syntax)
    assert extent(data + bytes(80_000) + encoded([NAME], syntax), syntax).filler == 0
    assert "ends inside" in reason(data + bytes(80_000) + b"\1", syntax)
    assert extent(data[:-4] + bytes(4), syntax).filler == 0


# --- bounds


class Counting(io.BytesIO):
    """A file that knows how often and how much it was read."""

    reads = 0
    amount = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.reads += 1
        self.amount += len(data)
        return data


def counted(data: bytes, syntax: str = EXPLICIT) -> Counting:
    file = Counting(data)
    find_extent(file, ObjectHeader(Path("x"), "1.2", "1.2.3", syntax, 0, len(data)))
    return file


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_values_are_not_read(syntax: str) -> None:
    frames = encoded([*IDENTITY, *((0x7FE00010, "OB", bytes(1 << 18)) for _ in range(8))], syntax)
    assert counted(frames, syntax).amount < 10 * (16 << 10)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("count", [20_000, 40_000])
def test_nothing_is_read_twice(syntax: str, count: int) -> None:
    inner = encoded([(0x00100010, "PN", b"")], syntax)
    undefined = item(inner + end(0xFFFEE00D, syntax), syntax, UNDEFINED)
    for data in (inner * count, sequence(undefined * count + end(0xFFFEE0DD, syntax), syntax, UNDEFINED)):
        assert counted(data, syntax).amount < len(data) + 16 * len(data) // (16 << 10) + (16 << 10)


@pytest.mark.parametrize("zeros", [40_000, 80_000])
def test_many_zeros_are_looked_through_once(zeros: int) -> None:
    data = encoded(IDENTITY, EXPLICIT) + bytes(zeros) + encoded([NAME], EXPLICIT)
    assert counted(data).amount < 4 * len(data) + (64 << 10)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_deep_nesting_is_walked_or_refused(syntax: str) -> None:
    opened = sequence(b"", syntax, UNDEFINED) + tag(0xFFFEE000, syntax) + long(UNDEFINED, syntax)
    closed = end(0xFFFEE00D, syntax) + end(0xFFFEE0DD, syntax)
    fits = DEEPEST_WRITTEN - 1
    data = encoded(IDENTITY, syntax) + opened * fits + closed * fits
    assert extent(data, syntax) == DataSetExtent(len(data))
    for deep in (DEEPEST_WRITTEN + 1, 10_000, 100_000):
        said = reason(encoded(IDENTITY, syntax) + opened * deep + closed * deep, syntax)
        assert f"sequences are nested more than {DEEPEST_WRITTEN:,} deep" in said
        assert len(said) < 300


def test_values_that_look_like_nested_sequences_are_walked_once() -> None:
    """In Implicit VR each value of a private element may be a sequence, within one that is none after all."""
    content = b"abc"
    for _ in range(200):
        content = head(0x00091001, "UN", len(content) + 8, IMPLICIT) + item(content, IMPLICIT)
    data = encoded(IDENTITY, IMPLICIT) + content
    file = counted(data, IMPLICIT)
    assert file.amount < 2 * len(data) + (64 << 10)


def test_a_deflated_data_set_is_walked_in_little_memory_and_to_a_limit() -> None:
    data = encoded([*IDENTITY, (0x7FE00010, "OB", bytes(30 << 20))], EXPLICIT)
    file = counted(deflated(data), DEFLATED)
    assert file.amount < 200_000
    small = ObjectHeader(Path("x"), "1.2", "1.2.3", DEFLATED, 0, len(deflated(data)))
    with pytest.raises(ObjectError, match=r"would be more than 20 MiB when it is inflated.*--max-object-size [0-9]+M"):
        find_extent(io.BytesIO(deflated(data)), small, longest=20 << 20)


def test_a_file_that_shrinks_meanwhile() -> None:
    data = encoded([*IDENTITY, PIXELS], EXPLICIT)
    with pytest.raises(ObjectError, match="became shorter while it was read"):
        find_extent(io.BytesIO(data), ObjectHeader(Path("x"), "1.2", "1.2.3", EXPLICIT, 0, len(data) + 10))


# --- what DCMTK makes of the same

OTHERWISE = {
    "item longer than its sequence": "DCMTK goes on to the end of the item, and writes a right length",
    "an end of an item": "DCMTK stops reading there, and drops what follows",
}


@pytest.mark.peer
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_dcmtk_agrees(tmp_path: Path, syntax: str) -> None:
    dcmdump = need("dcmdump", "dcmtk")
    cases = {name: (data, False) for name, (data, _) in wrong(syntax).items()}
    cases |= {name: (data, True) for name, data in odd_but_whole(syntax).items()}
    cases |= {f"cut {cut}": (encoded([*IDENTITY, ROWS, PIXELS], syntax)[:-cut], False) for cut in (1, 4, 6, 10, 11)}
    different = {}
    for name, (data, passed) in cases.items():
        file = tmp_path / "object.dcm"
        file.write_bytes(part10(data, syntax))
        done = subprocess.run([dcmdump, "-q", file], check=False, capture_output=True, timeout=60)
        if (done.returncode == 0) != passed:
            different[name] = done.returncode
    assert set(different) == set(OTHERWISE), different
