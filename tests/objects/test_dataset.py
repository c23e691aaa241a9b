"""Data sets read from files that may change."""

from __future__ import annotations

import os

import pytest

from asprofile.errors import ObjectError
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.header import Header


def header(path, offset=10):
    return Header(path, "1.2", "1.2.3", "1.2.840.10008.1.2", offset, path.stat().st_size)


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
