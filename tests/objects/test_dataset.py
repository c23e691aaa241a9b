"""Data sets read from files that may change."""

from __future__ import annotations

import os
import zlib

import pytest
from factories import write_ct
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Fragments,
    Sequence,
    encoded,
    padded,
    part10,
    rich,
)

from asprofile.errors import ObjectError
from asprofile.objects import dataset
from asprofile.objects.as_it_is import AS_IT_IS, AsItIs
from asprofile.objects.changes import changes_of, read_assignment
from asprofile.objects.converting import Converter
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.header import ObjectHeader, read_header
from asprofile.value import replaced

UIDS = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
SETTINGS = changes_of([read_assignment("PatientID=A1")])


def header(path, offset=10):
    return ObjectHeader(path, "1.2", "1.2.3", "1.2.840.10008.1.2", offset, path.stat().st_size)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "object"
    path.write_bytes(bytes(range(256)) * 4)
    return path


@pytest.mark.parametrize("size", [1, 7, 100, 1013, 1014, 1015, 4096])
def test_exactly_the_data_set(file, size):
    source = DataSetFile(header(file))
    pieces = [bytes(piece) for piece in source.pieces(memoryview(bytearray(size)))]
    source.close()
    assert b"".join(pieces) == file.read_bytes()[10:]
    assert all(len(piece) == size for piece in pieces[:-1])
    assert source.length == 1014


def test_gone(file):
    known = header(file)
    file.unlink()
    with pytest.raises(ObjectError, match="cannot be opened: no such file"):
        DataSetFile(known)


def test_another_size_than_when_it_was_looked_at(file):
    known = header(file)
    with file.open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(ObjectError, match=r"changed since it was looked at \(1024 bytes then, 1028 now\)"):
        DataSetFile(known)


def consume_and(file, action):
    source = DataSetFile(header(file))
    try:
        pieces = source.pieces(memoryview(bytearray(400)))
        next(pieces)
        action()
        return [bytes(piece) for piece in pieces]
    finally:
        source.close()


def test_shrinks(file):
    with pytest.raises(ObjectError, match="shrank"):
        consume_and(file, lambda: os.truncate(file, 600))


def test_written_to(file):
    def write():
        with file.open("r+b") as stream:
            stream.write(b"X")
        os.utime(file, ns=(1, 1))  # file systems may have coarse times

    with pytest.raises(ObjectError, match="written to"):
        consume_and(file, write)


def test_grows(file):
    def grow():
        with file.open("ab") as stream:
            stream.write(b"X")

    with pytest.raises(ObjectError, match="written to"):
        consume_and(file, grow)


# --- another file in its place


def known(path):
    return read_header(write_ct(path))


def replaced_by(path, make, *, keep_times=True):
    """Another file under the name ``path``; as old as the first to all appearance."""
    status = path.stat()
    other = path.with_name("other")
    make(other)
    if keep_times:
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("prepared", [AsItIs(), Converter(policy="uncompressed", change=lambda _: SETTINGS)])
@pytest.mark.parametrize("keep_times", [True, False])
def test_another_file_of_the_same_size_has_taken_its_place(tmp_path, prepared, keep_times):
    header = known(tmp_path / "object")
    replaced_by(header.path, lambda path: write_ct(path, "1.2.3.4.6"), keep_times=keep_times)
    assert header.path.stat().st_size == header.size
    with pytest.raises(ObjectError, match=r"changed since it was looked at: .*another file has taken its place"):
        prepared.open(header, header.transfer_syntax)


def test_written_to_since_it_was_looked_at(tmp_path):
    header = known(tmp_path / "object")
    content = header.path.read_bytes()
    header.path.write_bytes(content.replace(b"1.2.3.4.5", b"1.2.3.4.6"))
    os.utime(header.path, ns=(1, 1))  # file systems may have coarse times
    with pytest.raises(ObjectError, match="changed since it was looked at: it was written to"):
        AS_IT_IS.open(header, header.transfer_syntax)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-2]), "changed since it was looked at"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0\0"), "changed since it was looked at"),
        (lambda path: path.unlink(), "cannot be opened: no such file"),
        (lambda path: (path.unlink(), path.mkdir()), "changed since it was looked at: it is no file any more"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "changed since it was looked at: it is no file any more"),
    ],
    ids=["shorter", "longer", "deleted", "directory", "FIFO"],
)
def test_changed_otherwise(tmp_path, change, said):
    header = known(tmp_path / "object")
    change(header.path)
    with pytest.raises(ObjectError, match=said):
        AS_IT_IS.open(header, header.transfer_syntax)


def test_a_file_system_that_numbers_its_files_anew(tmp_path):
    """As file systems in user space do: device and inode tell nothing, but the times are the same."""
    header = known(tmp_path / "object")
    _, inode, written, touched = header.stamp
    AS_IT_IS.open(replaced(header, stamp=(99, inode + 1, written, touched)), header.transfer_syntax).close()


def test_a_header_without_a_stamp_is_believed(tmp_path):
    AS_IT_IS.open(replaced(known(tmp_path / "object"), stamp=None), "").close()


# --- whole, truncated, odd


def pieces_of(source, size=64):
    try:
        return b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(size))))
    finally:
        source.close()


def header_of(path, elements, syntax, *, cut=0, behind=b""):
    data = encoded(elements, syntax)
    path.write_bytes(part10(data[: len(data) - cut] + behind, syntax))
    return read_header(path), data


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
def test_truncated_is_refused_unless_it_is_wanted(tmp_path, syntax):
    header, data = header_of(tmp_path / "object", rich(), syntax, cut=3)
    with pytest.raises(ObjectError, match="is damaged"):
        AS_IT_IS.open(header, syntax)
    source = AsItIs(truncated=True).open(header, syntax)
    assert source.note.startswith("sent truncated: ")
    assert source.length % 2 == 0
    assert pieces_of(source) == data[:-3] + b"\0" * ((len(data) - 3) % 2)


@pytest.mark.parametrize("truncated", [False, True])
def test_truncated_is_not_converted(tmp_path, truncated):
    header, _ = header_of(tmp_path / "object", rich(), EXPLICIT, cut=3)
    converter = Converter(policy="uncompressed", truncated=truncated)
    with pytest.raises(ObjectError, match="can only be sent as it is" if truncated else "--send-truncated"):
        converter.open(header, IMPLICIT)
    if truncated:
        source = converter.open(header, EXPLICIT)
        source.close()
        assert source.note.startswith("sent truncated")


@pytest.mark.parametrize("size", [1, 7, 10, 64, 4096])
@pytest.mark.parametrize("count", [1, 2, 9, 512])
def test_zeros_behind_the_last_element_are_left_out(tmp_path, count, size):
    header, data = header_of(tmp_path / "object", rich(), EXPLICIT, behind=bytes(count))
    source = AS_IT_IS.open(header, EXPLICIT)
    assert source.note == f"left out what is after its last element: {count} bytes of value 0"
    assert pieces_of(source, size) == data


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_an_odd_deflated_data_set_gets_a_zero(tmp_path, size):
    for extra in range(40):
        elements = [*rich(), (0xFFFCFFFC, "OB", bytes(range(2 * extra)))]
        deflater = zlib.compressobj(wbits=-15)
        data = deflater.compress(encoded(elements, EXPLICIT)) + deflater.flush()
        if len(data) % 2:
            break
    path = tmp_path / "object"
    path.write_bytes(part10(data, DEFLATED))
    source = AS_IT_IS.open(read_header(path), DEFLATED)
    assert (source.length, source.note) == (len(data) + 1, "")
    assert pieces_of(source, size) == data + b"\0"


ODD = {
    "text": (0x00100010, "PN", b"Doe^J", b"Doe^J "),
    "UID": (0x0020000D, "UI", b"1.2.3", b"1.2.3\0"),
    "bytes": (0x7FE00010, "OB", b"abc", b"abc\0"),
    "words": (0x7FE00010, "OW", b"abc", b"abc\0"),
    "unknown": (0x00091001, "UN", b"abc", b"abc\0"),
    "long text": (0x0040A160, "UT", b"abc", b"abc "),
}


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("nested", [None, False, True])
def test_an_odd_data_set_has_its_odd_values_made_even(tmp_path, syntax, kind, nested):
    tag, vr, odd, even = ODD[kind]

    def elements(value):
        known = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
        one = (tag, vr, value)
        return [*known, one if nested is None else (0x00081140, "SQ", Sequence([[one]], nested, nested))]

    header, data = header_of(tmp_path / "object", elements(odd), syntax)
    assert len(data) % 2
    source = AS_IT_IS.open(header, syntax)
    assert source.note == "made odd values even, as PS3.5 section 7.1.1 wants them"
    if (syntax, kind) == (IMPLICIT, "unknown"):
        even = odd + b"\0"
    assert pieces_of(source) == encoded(elements(even), syntax)


def test_odd_fragments_are_made_even(tmp_path):
    def elements(fragment):
        known = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
        return [*known, (0x7FE00010, "OB", Fragments([b"", b"abcd", fragment]))]

    path = tmp_path / "object"
    path.write_bytes(part10(encoded(elements(b"abc"), EXPLICIT), "1.2.840.10008.1.2.4.50"))
    source = AS_IT_IS.open(read_header(path), "1.2.840.10008.1.2.4.50")
    assert pieces_of(source) == encoded(elements(b"abc\0"), EXPLICIT)


@pytest.mark.parametrize("target", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
@pytest.mark.parametrize("source", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
def test_nothing_is_ever_of_odd_length(tmp_path, source, target):
    header, _ = header_of(tmp_path / "object", [*rich(), (0xFFFCFFFC, "OB", b"abc")], source)
    for converter in (Converter(policy="uncompressed"), Converter(policy="uncompressed", change=lambda _: SETTINGS)):
        prepared = converter.open(header, target)
        assert prepared.length % 2 == 0
        assert len(pieces_of(prepared)) == prepared.length


# --- what it costs


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize(("size", "expected"), [(100, "open fstat read fstat close"), (200_000, None)])
def test_a_small_file_is_read_once(tmp_path, monkeypatch, syntax, size, expected):
    """For the walk and for the peer: a send of small objects spends a good part of its time here."""
    header, data = header_of(tmp_path / "object", [*UIDS, (0x7FE00010, "OB", bytes(size))], syntax)
    calls = []
    for name in ("open", "fstat", "read", "lseek", "close"):
        real = getattr(os, name)

        def counted(*args, name=name, real=real):
            calls.append(name)
            return real(*args)

        monkeypatch.setattr(dataset.os, name, counted)
    assert pieces_of(AS_IT_IS.open(header, syntax), 1 << 18) == data
    if expected:
        assert " ".join(calls) == expected
    else:
        assert calls.count("read") == 0, "the values of large ones are left to the peer"
