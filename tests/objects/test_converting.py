"""Conversion between uncompressed encodings: against DCMTK's, back and forth, and of what is not as it should be."""

from __future__ import annotations

import itertools
import os
import struct
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Element,
    Fragments,
    Sequence,
    encoded,
    head,
    part10,
    rich,
    words,
)
from programs import need

from asprofile.errors import ObjectError
from asprofile.objects.converting import Converter
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.dictionaries import Dictionaries, read_dictionaries
from asprofile.objects.header import ObjectHeader, read_header
from asprofile.objects.rules import WritingRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs import Server

SYNTAXES = (IMPLICIT, EXPLICIT, DEFLATED, BIG)
UIDS: list[Element] = [(0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"), (0x00080018, "UI", b"1.2.3.4\0")]


def converted(path: Path, target: str, converter: Converter | None = None, size: int = 1000) -> bytes:
    """The data set in ``target``, taken in pieces, which are as long as was promised."""
    source = (converter or Converter("uncompressed")).open(read_header(path), target)
    try:
        buffer = memoryview(bytearray(size))
        pieces = [bytes(piece) for piece in source.pieces(buffer)]
    finally:
        source.close()
    assert all(len(piece) == size for piece in pieces[:-1])
    data = b"".join(pieces)
    assert len(data) == source.length
    return data


def made(path: Path, elements: list[Element], syntax: str) -> Path:
    path.write_bytes(part10(encoded(elements, syntax), syntax))
    return path


@pytest.mark.parametrize("source", SYNTAXES)
@pytest.mark.parametrize("target", SYNTAXES)
def test_a_rich_data_set_survives_in_every_encoding(tmp_path: Path, source: str, target: str) -> None:
    for undefined, signed in itertools.product((False, True), repeat=2):
        elements = rich(undefined=undefined, signed=signed)
        file = made(tmp_path / "in", elements, source)
        # Signed values in the items of a sequence that has no Pixel Representation of its own: that of the data set.
        wanted = encoded(with_signed_table(elements) if source == IMPLICIT and signed else elements, target)
        assert converted(file, target) == wanted


def with_signed_table(elements: list[Element]) -> list[Element]:
    table = Sequence([[(0x00283002, "SS", words(2, 0, 16)), (0x00283006, "OW", words(1, 2))]])
    return [(tag, vr, table if tag == 0x00283010 else value) for tag, vr, value in elements]


@pytest.mark.peer
@pytest.mark.parametrize("source", SYNTAXES)
def test_writes_what_dcmconv_writes(tmp_path: Path, source: str) -> None:
    dcmconv = need("dcmconv", "dcmtk")
    converter = Converter("uncompressed", rules=WritingRules(dcmtk=True, padding=True))
    for undefined, lengths in itertools.product((False, True), repeat=2):
        file = made(tmp_path / "in", rich(undefined=undefined, group_lengths=lengths, signed=True), source)
        for target, option in zip(SYNTAXES, ("+ti", "+te", "+td", "+tb"), strict=True):
            out = tmp_path / "out"
            subprocess.run([dcmconv, option, file, out], check=True)
            theirs = out.read_bytes()[read_header(out).dataset_offset :]
            # In a file, DCMTK leaves an odd deflated data set odd.
            assert converted(file, target, converter) == theirs + b"\0" * (len(theirs) % 2)


def messy(syntax: str) -> bytes:
    """What is wrong in files that people have, and what DCMTK makes of it."""
    return b"".join(
        (
            encoded([(0x00080005, "CS", b"ISO_IR 100"), *UIDS], syntax),
            encoded([(0x00080060, "CS", b"OT      "), (0x00080070, "LO", b"abc")], syntax),
            encoded([(0x00080080, "LO", b"        "), (0x00081030, "LO", b" both ends  ")], syntax),
            encoded([(0x00080050, "SH", b"late")], syntax),
            encoded([(0x00080060, "CS", b"second")], syntax),
            encoded([(0x00100020, "LO", b"nul\0\0\0"), (0x0020000D, "UI", b" 1. 2.3 ")], syntax),
            encoded([(0x00200010, "SH", b""), (0x0020000E, "UI", b"1.2.3\0\0\0")], syntax),
            encoded([(0x00280008, "IS", b"1\\ 2 \\3"), (0x00290010, "LO", b"MADE FOR TESTS")], syntax),
            encoded([(0x00291001, "UN", b"odd")], syntax),
            encoded(
                [(0x00400275, "SQ", Sequence([[(0x00400007, "LO", b"x  "), (0xFFFCFFFC, "OB", b"pad!")]]))], syntax
            ),
            encoded([(0x7FE00010, "OW", words(1, 2))], syntax),
            encoded([(0xFFFCFFFC, "OB", bytes(200))], syntax),
        )
    )


def odd_vrs() -> bytes:
    """VRs that no edition has, and a UN of undefined length, in Explicit VR Little Endian."""
    implicit = encoded([(0x00400007, "LO", b"step")], IMPLICIT)
    un = head(0x00291010, "UN", 0xFFFFFFFF, EXPLICIT) + struct.pack("<HHI", 0xFFFE, 0xE000, len(implicit)) + implicit
    return b"".join(
        (
            encoded(UIDS, EXPLICIT),
            b"\x09\0\x10\0LO\x04\0MADE",
            b"\x09\0\x01\x10??\x02\0ab",
            b"\x09\0\x02\x10ZZ\0\0\x02\0\0\0ab",
            b"\x09\0\x03\x10xs\x02\0\1\0",
            encoded([(0x00290010, "LO", b"MADE")], EXPLICIT),
            un + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0),
            b"\xe0\x7f\x10\0OX\0\0\x04\0\0\0\1\2\3\4",
        )
    )


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "messy implicit": (IMPLICIT, lambda: messy(IMPLICIT)),
    "messy explicit": (EXPLICIT, lambda: messy(EXPLICIT)),
    "messy big endian": (BIG, lambda: messy(BIG)),
    "odd VRs": (EXPLICIT, odd_vrs),
    "rich, undefined lengths": (EXPLICIT, lambda: encoded(rich(undefined=True, group_lengths=True), EXPLICIT)),
    "rich, implicit": (IMPLICIT, lambda: encoded(rich(group_lengths=True), IMPLICIT)),
    "fragments": (
        "1.2.840.10008.1.2.4.50",
        lambda: encoded([*UIDS, (0x7FE00010, "OB", Fragments([b"", b"abc", b"defg"]))], EXPLICIT),
    ),
}


@pytest.mark.peer
def test_sends_what_storescu_sends(tmp_path: Path, storescp: Callable[..., Server]) -> None:
    """In each transfer syntax that the peer can be made to take, with and without new VRs."""
    storescu = need("storescu", "dcmtk")
    for accepted in ("+xi", "+x=", "+xy"):
        server = storescp(accepted)
        for name, (syntax, content) in CASES.items():
            encapsulated = syntax.startswith("1.2.840.10008.1.2.4")
            if encapsulated != (accepted == "+xy"):
                continue
            for option in ("+u", "-u"):
                file = tmp_path / "in"
                file.write_bytes(part10(content(), syntax))
                proposed = "-xy" if encapsulated else "-x="
                sent = [storescu, "-q", option, proposed, "-R", "127.0.0.1", str(server.port), str(file)]
                subprocess.run(sent, check=True, cwd=tmp_path)
                (stored,) = server.directory.iterdir()
                theirs = read_header(stored)
                rules = WritingRules(dcmtk=True, new_vrs=option == "+u")
                ours = converted(file, theirs.transfer_syntax, Converter("uncompressed", rules=rules))
                assert ours == stored.read_bytes()[theirs.dataset_offset :], (name, option, accepted)
                stored.unlink()


def elements_below(depth: int) -> st.SearchStrategy[list[Element]]:
    """Elements that the dictionary knows, private ones, and sequences of them; all lengths and orders are right."""
    text = st.binary(max_size=12).map(lambda value: value + b" " * (len(value) % 2))
    known = st.one_of(
        st.tuples(st.just(0x00100020), st.just("LO"), text),
        st.tuples(st.just(0x00104000), st.just("LT"), text),
        st.tuples(st.just(0x00189313), st.just("FD"), st.binary(min_size=24, max_size=24)),
        st.tuples(st.just(0x00186020), st.just("SL"), st.binary(min_size=4, max_size=4)),
        st.tuples(st.just(0x00280009), st.just("AT"), st.binary(min_size=8, max_size=8)),
        st.tuples(st.just(0x00281050), st.just("DS"), text),
        st.tuples(st.just(0x00291001), st.just("UN"), text),
        st.tuples(st.just(0x00660016), st.just("OF"), st.binary(min_size=8, max_size=8)),
        st.tuples(st.just(0x7FE00010), st.just("OW"), st.binary(max_size=40).map(lambda value: value + value)),
    )
    if depth:
        items = st.lists(elements_below(depth - 1), max_size=3)
        sequences = st.builds(Sequence, items, st.booleans(), st.booleans())
        tags = st.sampled_from((0x00081140, 0x00400275, 0x00880200))
        known = st.one_of(known, st.tuples(tags, st.just("SQ"), sequences))
    return st.lists(known, max_size=6, unique_by=lambda element: element[0]).map(sorted_by_tag)


def sorted_by_tag(elements: list[Any]) -> list[Element]:
    return sorted(elements, key=lambda element: int(element[0]))


@settings(max_examples=60)
@given(elements_below(2), st.sampled_from(SYNTAXES), st.sampled_from(SYNTAXES), st.integers(1, 300))
def test_there_and_back_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, elements: list[Element], there: str, back: str, size: int
) -> None:
    directory = tmp_path_factory.getbasetemp()
    data = [*UIDS, *elements]
    first = converted(made(directory / "first", data, back), there, size=size)
    assert first == encoded(data, there)
    (directory / "second").write_bytes(part10(first, there))
    assert converted(directory / "second", back, size=size) == encoded(data, back)


class TestPolicies:
    def test_nothing_is_converted_unless_asked(self) -> None:
        assert Converter().targets(SECONDARY_CAPTURE, EXPLICIT) == ()

    def test_what_each_allows(self) -> None:
        jpeg, lossless, either, video, private = (
            "1.2.840.10008.1.2.4.50",
            "1.2.840.10008.1.2.4.70",
            "1.2.840.10008.1.2.4.91",
            "1.2.840.10008.1.2.4.100",
            "1.2.840.113619.5.2",
        )
        allowed = {
            policy: [
                bool(Converter(policy).targets("", uid)) for uid in (IMPLICIT, lossless, jpeg, either, video, private)
            ]  # type: ignore[arg-type]
            for policy in ("uncompressed", "lossless", "lossy")
        }
        assert allowed == {
            "uncompressed": [True, False, False, False, False, False],
            "lossless": [True, True, False, False, False, False],
            "lossy": [True, True, True, True, False, False],
        }

    def test_its_own_is_no_target_and_the_others_have_an_order(self) -> None:
        assert Converter("uncompressed").targets("", IMPLICIT) == (EXPLICIT, DEFLATED, BIG)
        assert Converter("lossy").targets("", "1.2.840.10008.1.2.5") == (EXPLICIT, IMPLICIT, DEFLATED, BIG)

    def test_what_stays_as_it_is_is_only_read(self, tmp_path: Path) -> None:
        header = read_header(made(tmp_path / "in", rich(), EXPLICIT))
        source = Converter("lossy").open(header, EXPLICIT)
        assert isinstance(source, DataSetFile)
        source.close()


class TestLengths:
    def test_compression_levels(self, tmp_path: Path) -> None:
        data = [*UIDS, (0x00104000, "LT", b"abcdefgh" * 1000), (0x7FE00010, "OW", bytes(range(256)) * 400)]
        file = made(tmp_path / "in", data, EXPLICIT)
        found = [converted(file, DEFLATED, Converter("uncompressed", level=level)) for level in (0, 1, 9)]
        assert len(found[0]) > 110_000 > 5000 > len(found[1]) >= len(found[2])
        assert all(zlib.decompress(one, -15) == encoded(data, EXPLICIT) for one in found)
        assert all(len(one) % 2 == 0 for one in found)

    def test_a_value_beyond_64_kb_becomes_un_where_its_vr_has_no_room(self, tmp_path: Path) -> None:
        value = b"1\\" * 40_000
        file = made(tmp_path / "in", [*UIDS, (0x00281050, "DS", value)], IMPLICIT)
        assert converted(file, BIG) == encoded([*UIDS, (0x00281050, "UN", value)], BIG)

    def test_large_values_are_swapped_across_pieces(self, tmp_path: Path) -> None:
        data: list[Element] = [
            *UIDS,
            (0x00660022, "OD", bytes(range(200)) * 1000),
            (0x7FE00010, "OW", b"\1\2\3\4" * 9999),
        ]
        file = made(tmp_path / "in", data, EXPLICIT)
        for size in (1, 7, 4096, 65_537) if os.environ.get("HYPOTHESIS_PROFILE") else (7, 65_537):
            assert converted(file, BIG, size=size) == encoded(data, BIG)

    def test_group_lengths_are_right_afterwards(self, tmp_path: Path) -> None:
        group: list[Element] = [(0x00100010, "PN", b"Doe^Jo"), (0x00104000, "LT", b"text")]
        file = made(tmp_path / "in", [*UIDS, (0x00100000, "UL", words(99, 0)), *group], EXPLICIT)
        for target in (IMPLICIT, BIG):
            length = struct.pack("<I", len(encoded(group, target)))
            assert converted(file, target) == encoded([*UIDS, (0x00100000, "UL", length), *group], target)


class TestVRs:
    def test_dictionaries_know_private_elements(self, tmp_path: Path) -> None:
        (tmp_path / "my.dic").write_text('(0029,"MADE FOR TESTS",01)\tUS\tMine\t1-n\tPrivateTag\n')
        data: list[Element] = [*UIDS, (0x00290011, "LO", b"MADE FOR TESTS"), (0x00291101, "US", words(1, 258))]
        file = made(tmp_path / "in", data, IMPLICIT)
        known = Converter("uncompressed", dictionaries=read_dictionaries([tmp_path / "my.dic"]))
        assert converted(file, BIG, known) == encoded(data, BIG)
        unknown = Converter("uncompressed", dictionaries=Dictionaries())
        data[-1] = (0x00291101, "UN", words(1, 258))
        assert converted(file, BIG, unknown) == encoded(data, BIG)

    def test_a_sequence_nobody_knows_is_known_by_its_undefined_length(self, tmp_path: Path) -> None:
        items = Sequence([[(0x00100020, "LO", b"12")]], undefined=True)
        data: list[Element] = [*UIDS, (0x00290010, "LO", b"NOBODY"), (0x00291001, "SQ", items)]
        assert converted(made(tmp_path / "in", data, IMPLICIT), EXPLICIT) == encoded(data, EXPLICIT)

    def test_waveforms(self, tmp_path: Path) -> None:
        for bits, vr in ((8, "OB"), (16, "OW")):
            item: list[Element] = [(0x54001004, "US", words(bits)), (0x54001010, vr, words(1, 2))]
            data: list[Element] = [*UIDS, (0x54000100, "SQ", Sequence([item]))]
            assert converted(made(tmp_path / "in", data, IMPLICIT), BIG) == encoded(data, BIG)

    def test_without_new_vrs(self, tmp_path: Path) -> None:
        data: list[Element] = [*UIDS, (0x0040A160, "UT", b"text"), (0x00660016, "OF", struct.pack("<f", 1.5))]
        converter = Converter("uncompressed", rules=WritingRules(new_vrs=False))
        wanted: list[Element] = [(tag, "OB" if vr in ("UT", "OF") else vr, value) for tag, vr, value in data]
        for source, target in itertools.product((IMPLICIT, EXPLICIT, BIG), (EXPLICIT, BIG)):
            assert converted(made(tmp_path / "in", data, source), target, converter) == encoded(wanted, target)

    def test_without_new_vrs_in_their_own_encoding(self, tmp_path: Path) -> None:
        data: list[Element] = [*UIDS, (0x0040A160, "UT", b"text")]
        converter = Converter(rules=WritingRules(new_vrs=False))
        assert converted(made(tmp_path / "in", data, EXPLICIT), EXPLICIT, converter) == encoded(
            [*UIDS, (0x0040A160, "OB", b"text")], EXPLICIT
        )
        source = converter.open(read_header(made(tmp_path / "in", data, IMPLICIT)), IMPLICIT)
        assert isinstance(source, DataSetFile)
        source.close()

    def test_private_implicit_encodings_are_changed_but_not_converted(self, tmp_path: Path) -> None:
        private = "1.2.840.113619.5.2"
        (tmp_path / "in").write_bytes(part10(encoded(rich(), IMPLICIT), private))
        rules = Converter(rules=WritingRules(dcmtk=True))
        assert rules.targets(SECONDARY_CAPTURE, private) == ()
        assert converted(tmp_path / "in", private, rules) == encoded(rich(), IMPLICIT)


class TestRefusals:
    @staticmethod
    def refused(path: Path, data: bytes, syntax: str = EXPLICIT, target: str = IMPLICIT) -> str:
        path.write_bytes(part10(data, syntax))
        header = ObjectHeader(
            path, SECONDARY_CAPTURE, "1.2", syntax, read_header(path).dataset_offset, path.stat().st_size
        )
        with pytest.raises(ObjectError) as caught:
            Converter("uncompressed").open(header, target)
        return str(caught.value)

    @pytest.mark.parametrize("cut", range(1, 24))
    def test_cut_anywhere(self, tmp_path: Path, cut: int) -> None:
        items = Sequence([[(0x00400007, "LO", b"step")]], undefined=True, undefined_items=True)
        data = encoded([*UIDS, (0x00400275, "SQ", items)], EXPLICIT)
        assert "is damaged" in self.refused(tmp_path / "in", data[:-cut])

    def test_a_deflated_one(self, tmp_path: Path) -> None:
        data = encoded(rich(), DEFLATED)
        assert "its deflated data set" in self.refused(tmp_path / "in", data[:-20], DEFLATED)

    def test_compressed_pixels_where_none_should_be(self, tmp_path: Path) -> None:
        data = encoded([*UIDS, (0x7FE00010, "OB", Fragments([b"", b"ab"]))], EXPLICIT)
        assert "has compressed pixel data" in self.refused(tmp_path / "in", data)

    def test_nested_beyond_reason(self, tmp_path: Path) -> None:
        value: Any = b""
        for _ in range(150):
            value = Sequence([[(0x0040A730, "SQ", value)]] if value else [[]], undefined=True, undefined_items=True)
        assert "nested more than" in self.refused(
            tmp_path / "in", encoded([*UIDS, (0x0040A730, "SQ", value)], EXPLICIT)
        )

    @settings(max_examples=150)
    @given(st.data())
    def test_whatever_is_in_a_file_ends_in_a_data_set_or_a_reason(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        syntax = data.draw(st.sampled_from(SYNTAXES))
        content = bytearray(encoded(rich(undefined=data.draw(st.booleans())), syntax))
        for _ in range(data.draw(st.integers(1, 5))):
            content[data.draw(st.integers(80, len(content) - 1))] = data.draw(st.integers(0, 255))
        path = tmp_path_factory.getbasetemp() / "spoilt"
        path.write_bytes(part10(bytes(content), syntax))
        header = ObjectHeader(
            path, SECONDARY_CAPTURE, "1.2", syntax, len(path.read_bytes()) - len(content), path.stat().st_size
        )
        rules = WritingRules(dcmtk=data.draw(st.booleans()), new_vrs=data.draw(st.booleans()))
        try:
            source = Converter("uncompressed", rules=rules).open(header, data.draw(st.sampled_from(SYNTAXES)))
        except ObjectError as error:
            assert str(error)
            return
        assert sum(len(piece) for piece in source.pieces(memoryview(bytearray(500)))) == source.length
        source.close()


def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path / "in", rich(), EXPLICIT)
    source = Converter("uncompressed").open(read_header(file), IMPLICIT)
    os.utime(file, ns=(1, 1))
    with pytest.raises(ObjectError, match="was written to while it was sent"):
        list(source.pieces(memoryview(bytearray(100))))
    source.close()
    header = read_header(file)
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(ObjectError, match="changed since it was looked at"):
        Converter("uncompressed").open(header, IMPLICIT)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of open files")
def test_nothing_is_left_open(tmp_path: Path) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    file = made(tmp_path / "in", rich(), DEFLATED)
    before = opened()
    for _ in range(5):
        converted(file, IMPLICIT)
        Converter("uncompressed").open(read_header(file), DEFLATED).close()
        Converter("uncompressed").open(read_header(file), BIG).close()
    assert opened() == before
