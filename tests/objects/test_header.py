"""The header reader: tables of handmade files, damage of every kind, agreement with pydicom."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from asprofile.errors import ObjectError
from asprofile.objects import header as header_module
from asprofile.objects.header import ObjectHeader, Unreadable, examine, read_header, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
INSTANCE = "1.2.3.4.5"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG = "1.2.840.10008.1.2.2"
JPEG = "1.2.840.10008.1.2.4.50"
LONG_VRS = ("OB", "UN", "SQ", "UT")


def padded(uid: str, pad: bytes = b"\0") -> bytes:
    value = uid.encode("latin-1")
    return value + pad * (len(value) % 2)


def element(tag: int, vr: str, value: bytes, syntax: str = EXPLICIT) -> bytes:
    order = ">" if syntax == BIG else "<"
    name = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if syntax == IMPLICIT:
        return name + struct.pack("<I", len(value)) + value
    if vr in LONG_VRS:
        return name + vr.encode() + b"\0\0" + struct.pack(order + "I", len(value)) + value
    return name + vr.encode() + struct.pack(order + "H", len(value)) + value


def undefined(tag: int, vr: str, content: bytes, syntax: str = EXPLICIT) -> bytes:
    """An element of undefined length: a sequence with its delimiter."""
    order = ">" if syntax == BIG else "<"
    name = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    form = b"" if syntax == IMPLICIT else vr.encode() + b"\0\0"
    return name + form + b"\xff" * 4 + content + struct.pack(order + "HHI", 0xFFFE, 0xE0DD, 0)


def item(content: bytes, syntax: str = EXPLICIT, *, defined: bool = False) -> bytes:
    order = ">" if syntax == BIG else "<"
    if defined:
        return struct.pack(order + "HHI", 0xFFFE, 0xE000, len(content)) + content
    end = struct.pack(order + "HHI", 0xFFFE, 0xE00D, 0)
    return struct.pack(order + "HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + content + end


def data_set(syntax: str = EXPLICIT, sop_class: str = CT, instance: str = INSTANCE, before: bytes = b"") -> bytes:
    elements = (
        before
        + element(0x00080005, "CS", b"ISO_IR 192", syntax)
        + element(0x00080016, "UI", padded(sop_class), syntax)
        + element(0x00080018, "UI", padded(instance), syntax)
        + element(0x00100010, "PN", b"Demo^One", syntax)
    )
    if syntax == DEFLATED:
        deflater = zlib.compressobj(wbits=-15)
        return deflater.compress(elements) + deflater.flush()
    return elements


def meta(syntax: str | None = EXPLICIT, sop_class: str | None = CT, instance: str | None = INSTANCE) -> bytes:
    elements = element(0x00020001, "OB", b"\0\1")
    for tag, uid in ((0x00020002, sop_class), (0x00020003, instance), (0x00020010, syntax)):
        if uid is not None:
            elements += element(tag, "UI", padded(uid))
    return elements


def with_length(elements: bytes, wrong_by: int = 0) -> bytes:
    return element(0x00020000, "UL", struct.pack("<I", len(elements) + wrong_by)) + elements


def part10(elements: bytes, data: bytes) -> bytes:
    return b"\0" * 128 + b"DICM" + elements + data


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("header") / "object"


def read_bytes(file: Path, content: bytes) -> ObjectHeader:
    file.write_bytes(content)
    return read_header(file)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, DEFLATED, BIG, JPEG])
def test_reads_each_encoding(file: Path, syntax: str) -> None:
    data = data_set(syntax)
    found = read_bytes(file, part10(with_length(meta(syntax)), data))
    assert found == ObjectHeader(
        file, CT, INSTANCE, syntax, file.stat().st_size - len(data), file.stat().st_size, False, stamp_of(file.stat())
    )
    assert found.dataset_length == len(data)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, DEFLATED, BIG])
def test_the_data_set_counts_where_the_meta_header_differs_or_is_silent(file: Path, syntax: str) -> None:
    for head in (meta(syntax, MR, "9.9"), meta(syntax, None, None), meta(syntax, "", "")):
        found = read_bytes(file, part10(with_length(head), data_set(syntax)))
        assert (found.sop_class, found.sop_instance, found.borrowed) == (CT, INSTANCE, False)


def test_uids_of_the_meta_header_are_borrowed(file: Path) -> None:
    without = element(0x00080016, "UI", padded(CT)) + element(0x00100010, "PN", b"Doe^Jo")
    found = read_bytes(file, part10(with_length(meta(EXPLICIT, MR, "9.9")), without))
    assert (found.sop_class, found.sop_instance, found.borrowed) == (CT, "9.9", True)


ODD_META = {
    "no group length": meta(),
    "group length too small": with_length(meta(), -30),
    "group length too large": with_length(meta(), 1000),
    "group length of zero": with_length(meta(), -len(meta())),
    "padded with blanks": element(0x00020010, "UI", padded(EXPLICIT, b" ")),
    "padded with many": element(0x00020010, "UI", EXPLICIT.encode() + b"\0\0 \0"),
    "not padded": element(0x00020010, "UI", EXPLICIT.encode()),
    "implicit VR": b"".join(
        element(tag, "", padded(uid), IMPLICIT) for tag, uid in ((0x00020002, MR), (0x00020010, EXPLICIT))
    ),
    "transfer syntax first": element(0x00020010, "UI", padded(EXPLICIT)) + meta(None),
    "large private information": meta() + element(0x00020102, "OB", b"\2" * 100_000),
    "private information as UN": meta() + element(0x00020102, "UN", b"\2" * 7),
}


@pytest.mark.parametrize("elements", ODD_META.values(), ids=ODD_META.keys())
def test_reads_odd_meta_headers(file: Path, elements: bytes) -> None:
    found = read_bytes(file, part10(elements, data_set()))
    assert (found.sop_class, found.sop_instance, found.transfer_syntax) == (CT, INSTANCE, EXPLICIT)
    assert found.dataset_offset == 132 + len(elements)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
def test_steps_over_whatever_stands_first_in_the_data_set(file: Path, syntax: str) -> None:
    nested = undefined(0x00080008, "SQ", item(element(0x00080100, "SH", b"de", syntax), syntax), syntax)
    fronts = {
        "group length": element(0x00080000, "UL", b"\0\0\0\1", syntax),
        "sequence": undefined(0x00080006, "SQ", item(nested, syntax) + item(nested, syntax), syntax),
        "defined item": undefined(0x00080006, "SQ", item(nested, syntax, defined=True), syntax),
        "defined sequence": element(0x00080006, "SQ", item(nested, syntax), syntax),
        "empty sequence": undefined(0x00080006, "SQ", b"", syntax),
        "longer than the first read": element(0x00080001, "UN", b"\xff" * 5000, syntax),
        "longer than the second read": element(0x00080001, "UN", b"\xff" * 70_000, syntax),
        "value across the first read": element(0x00080001, "UN", b"\0" * 3850, syntax),
    }
    for name, front in fronts.items():
        found = read_bytes(file, part10(meta(syntax, MR), data_set(syntax, before=front)))
        assert found.sop_class == CT, name


def test_every_cut_of_the_first_read_is_read_on(file: Path) -> None:
    """The 4096th byte falls on each byte of the leading elements once."""
    offset = len(part10(meta(), b""))
    for shift in range(120):
        size = 4096 - offset - 12 - shift
        front = element(0x00080001, "UN", b"\0" * size)
        found = read_bytes(file, part10(meta(sop_class=MR), data_set(before=front)))
        assert (found.sop_class, found.sop_instance) == (CT, INSTANCE)


def test_deflated_data_set_that_needs_more_than_the_first_read(file: Path) -> None:
    noise = b"".join(struct.pack("<I", i * 2654435761 % 2**32) for i in range(3000))
    data = data_set(DEFLATED, before=element(0x00080001, "UN", noise))
    assert len(data) > 4096
    assert read_bytes(file, part10(meta(DEFLATED, MR), data)).sop_class == CT


def test_meta_header_stands_in_for_what_the_data_set_lacks(file: Path) -> None:
    without = element(0x00080005, "CS", b"ISO_IR 192") + element(0x00100010, "PN", b"Demo^One")
    found = read_bytes(file, part10(meta(), without))
    assert (found.sop_class, found.sop_instance) == (CT, INSTANCE)


def test_meta_header_stands_in_for_an_encoding_that_nobody_knows(file: Path) -> None:
    found = read_bytes(file, part10(meta("1.2.3.999"), b"\x1f\x8b" * 40))
    assert (found.sop_class, found.sop_instance, found.transfer_syntax) == (CT, INSTANCE, "1.2.3.999")


def test_odd_but_usual_instance_uids_are_taken(file: Path) -> None:
    assert read_bytes(file, part10(meta(), data_set(instance="1.2.A-7.04"))).sop_instance == "1.2.A-7.04"


DICOMDIR = "1.2.840.10008.1.3.10"
REFUSED = {
    "empty": (b"", "not-dicom", "is empty"),
    "text": (b"Dear colleague,\n" * 40, "not-dicom", "is not a DICOM file"),
    "short text": (b"DI", "not-dicom", "is not a DICOM file"),
    "JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 4000, "not-dicom", "is not a DICOM file"),
    "zeroes": (b"\0" * 5000, "not-dicom", "is not a DICOM file"),
    "bare explicit": (data_set(), "damaged", "bare data set"),
    "bare implicit": (data_set(IMPLICIT), "damaged", "bare data set"),
    "bare big endian": (data_set(BIG), "damaged", "bare data set"),
    "no preamble": (b"DICM" + meta() + data_set(), "damaged", "128-byte preamble"),
    "meta header first": (with_length(meta()) + data_set(), "damaged", "128-byte preamble"),
    "only a preamble": (b"\0" * 128 + b"DICM", "damaged", "no Transfer Syntax UID"),
    "no meta header": (part10(b"", data_set()), "damaged", "no Transfer Syntax UID"),
    "no transfer syntax": (part10(meta(None), data_set()), "damaged", "(0002,0010)"),
    "meta header cut": (part10(meta(), b"")[:-3], "damaged", "ends inside the File Meta Information"),
    "empty data set": (part10(meta(), b""), "damaged", "empty data set"),
    "data set cut": (part10(meta(), data_set()[:30]), "damaged", "data set ends too early"),
    "data set of one byte": (part10(meta(), b"\x08"), "damaged", "data set ends too early, it ends inside its first"),
    "SOP class cut": (
        part10(meta(), data_set()[: data_set().index(CT.encode()) + 3]),
        "damaged",
        "ends inside (0008,0016)",
    ),
    "cut in front of the SOP instance": (
        part10(meta(), data_set()[: data_set().index(INSTANCE.encode()) - 6]),
        "damaged",
        "inside the element after (0008,0016)",
    ),
    "SOP instance cut": (
        part10(meta(), data_set()[: data_set().index(INSTANCE.encode()) + 3]),
        "damaged",
        "ends inside (0008,0018)",
    ),
    "not the transfer syntax": (
        part10(meta(IMPLICIT), data_set()),
        "damaged",
        "is encoded in Explicit VR Little Endian although",
    ),
    "open sequence": (part10(meta(), undefined(0x00080006, "SQ", b"")[:-8]), "damaged", "ends too early"),
    "not deflated": (part10(meta(DEFLATED), b"\xff" * 50), "damaged", "cannot be inflated"),
    "deflated, cut": (part10(meta(DEFLATED), data_set(DEFLATED)[:20]), "damaged", "data set ends too early"),
    "no SOP class": (
        part10(meta(sop_class=None), element(0x00080018, "UI", b"1.2\0")),
        "damaged",
        "no SOP Class UID (0008,0016)",
    ),
    "no SOP instance": (
        part10(meta(instance=None), element(0x00080016, "UI", padded(CT)) + element(0x00080020, "DA", b"")),
        "damaged",
        "no SOP Instance UID (0008,0018)",
    ),
    "SOP class in letters": (part10(meta(), data_set(sop_class="CT Image")), "damaged", "'CT Image'"),
    "two SOP instances": (part10(meta(), data_set(instance="1.2\\1.3")), "damaged", "that is no UID"),
    "blank in instance": (part10(meta(), data_set(instance="1.2 3")), "damaged", "that is no UID"),
    "not ASCII": (part10(meta(), data_set(instance="1.2\xb2")), "damaged", r"'1.2\\xb2'"),
    "UID too long": (part10(meta(), data_set(instance="1" * 66)), "damaged", "more than 64 characters"),
    "DICOMDIR": (part10(meta(EXPLICIT, DICOMDIR), element(0x00041130, "CS", b"A ")), "dicomdir", "DICOMDIR"),
}


@pytest.mark.parametrize(("content", "kind", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_with_a_reason(file: Path, content: bytes, kind: str, words: str) -> None:
    file.write_bytes(content)
    found = examine(os.fspath(file))
    assert isinstance(found, Unreadable)
    assert (found.path, found.kind, found.explicit) == (file, kind, True)
    assert words in found.reason
    with pytest.raises(ObjectError) as caught:
        read_header(file)
    assert str(caught.value) == f"{file}: {found.reason}"
    assert "\n" not in str(caught.value)


def test_refuses_what_no_header_can_be(file: Path) -> None:
    """A length beyond 16 MiB within the file is not read into memory."""
    with file.open("wb") as stream:
        stream.write(part10(meta(), element(0x00080001, "UN", b"")[:-4] + struct.pack("<I", 32 << 20)))
        stream.truncate(33 << 20)
    with pytest.raises(ObjectError, match="more than 16 MiB"):
        read_header(file)


def test_skipped_is_what_a_walk_came_across(tmp_path: Path) -> None:
    kinds = ("not-dicom", "dicomdir", "damaged", "unreadable")
    assert [Unreadable(tmp_path, "", kind, explicit=False).skipped for kind in kinds] == [
        True,
        True,
        False,
        False,
    ]
    assert not any(Unreadable(tmp_path, "", kind, explicit=True).skipped for kind in kinds)


def test_refuses_a_directory_and_what_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ObjectError, match="is a directory, not a DICOM file"):
        read_header(tmp_path)
    with pytest.raises(ObjectError, match="cannot be read: No such file or directory"):
        read_header(tmp_path / "absent")
    with pytest.raises(ObjectError, match="not a possible file name"):
        read_header("a\0b")


def test_does_not_wait_for_a_fifo_or_read_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ObjectError, match="is a FIFO, not a regular file"):
        read_header(tmp_path / "fifo")
    with pytest.raises(ObjectError, match="is a device, not a regular file"):
        read_header("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_refuses_what_it_may_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(part10(meta(), data_set()))
    (tmp_path / "secret").chmod(0)
    with pytest.raises(ObjectError, match="cannot be read: Permission denied"):
        read_header(tmp_path / "secret")


def test_refuses_what_fails_while_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(part10(meta(), data_set()))

    def fail(descriptor: int, count: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(header_module.os, "read", fail)
    with pytest.raises(ObjectError, match="cannot be read: Input/output error"):
        read_header(file)


def test_short_reads_are_continued_and_a_shrinking_file_is_noticed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = part10(with_length(meta()), data_set())
    file.write_bytes(content)
    real = os.read
    monkeypatch.setattr(header_module.os, "read", lambda descriptor, count: real(descriptor, min(count, 150)))
    assert read_header(file).sop_instance == INSTANCE
    offset = 0

    def shrunk(descriptor: int, count: int) -> bytes:
        nonlocal offset
        offset += count
        return content[offset - count : min(offset, len(content) - 60)]

    monkeypatch.setattr(header_module.os, "read", shrunk)
    with pytest.raises(ObjectError, match="became shorter"):
        read_header(file)


def test_leaves_no_file_open(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    closed: list[int] = []
    real_open, real_close = os.open, os.close
    monkeypatch.setattr(header_module.os, "open", lambda *args: opened.append(real_open(*args)) or opened[-1])
    monkeypatch.setattr(
        header_module.os, "close", lambda descriptor: closed.append(descriptor) or real_close(descriptor)
    )
    for content in (part10(meta(), data_set()), b"", b"text"):
        file.write_bytes(content)
        opened.clear()
        closed.clear()
        examine(os.fspath(file))
        assert opened == closed
        assert len(opened) == 1


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
def test_truncated_anywhere_is_refused_or_read_right(file: Path, syntax: str) -> None:
    """Before the end of the SOP Instance UID there is no header; after it, it is the whole file's."""
    content = part10(with_length(meta(syntax, MR, "9.9")), data_set(syntax))
    found = []
    for size in range(len(content)):
        file.write_bytes(content[:size])
        header = examine(os.fspath(file))
        found.append(isinstance(header, ObjectHeader))
        if isinstance(header, ObjectHeader):
            assert (header.sop_class, header.sop_instance, header.transfer_syntax) == (CT, INSTANCE, syntax)
            assert header.size == size
    first = found.index(True)
    assert found == [size >= first for size in range(len(content))]
    if syntax != DEFLATED:
        assert first == content.index(padded(INSTANCE)) + len(padded(INSTANCE))


PIECES = [
    b"DICM",
    b"\0" * 128 + b"DICM",
    b"\2\0\x10\0UI",
    b"\xff\xff\xff\xff",
    b"\x08\0\x16\0UI",
    b"\xfe\xff\0\xe0",
]
PIECES += [
    b"\xfe\xff\x0d\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\x08\0\x06\0SQ\0\0",
    meta(),
    meta(IMPLICIT),
    meta(BIG),
    data_set(),
]
PIECES += [meta(DEFLATED), data_set(DEFLATED), data_set(BIG), data_set(IMPLICIT), part10(meta(), b"")]
fragments = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=8).map(b"".join)


def assert_header_or_refusal(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    found = examine(os.fspath(file))
    if isinstance(found, ObjectHeader):
        assert 132 < found.dataset_offset < found.size == len(content)
        for uid in (found.sop_class, found.sop_instance, found.transfer_syntax):
            assert 0 < len(uid) <= 64
            assert uid.isascii()
            assert uid.isprintable()
            assert not set(uid) & {" ", "\\"}
    else:
        assert found.reason.isprintable()


@given(st.one_of(st.binary(max_size=300), fragments, fragments.map(lambda tail: b"\0" * 128 + b"DICM" + tail)))
def test_any_bytes_are_a_header_or_refused(file: Path, content: bytes) -> None:
    assert_header_or_refusal(file, content)


@given(
    st.sampled_from([IMPLICIT, EXPLICIT, DEFLATED, BIG]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_any_bytes_changed_are_a_header_or_refused(file: Path, syntax: str, changes: list[tuple[int, int]]) -> None:
    content = bytearray(part10(with_length(meta(syntax)), data_set(syntax)))
    for where, value in changes:
        content[where % len(content)] = value
    assert_header_or_refusal(file, bytes(content))


components = st.lists(st.integers(0, 10**9), min_size=1, max_size=4)
uids = components.map(lambda numbers: ".".join(("1.2", *map(str, numbers))))


@given(uids, uids, st.sampled_from([IMPLICIT, EXPLICIT, DEFLATED, BIG]), st.booleans())
def test_agrees_with_pydicom(file: Path, sop_class: str, instance: str, syntax: str, language: bool) -> None:
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.PatientName = sop_class, instance, "Demo^One"
    if language:
        code = Dataset()
        code.CodeValue = "de"
        dataset.LanguageCodeSequence = [code]
        dataset["LanguageCodeSequence"].is_undefined_length = True
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = UID(instance)
    dataset.save_as(file, enforce_file_format=True)

    found = read_header(file)

    again = pydicom.dcmread(file)
    assert found.sop_class == again.SOPClassUID == sop_class
    assert found.sop_instance == again.SOPInstanceUID == instance
    assert found.transfer_syntax == again.file_meta.TransferSyntaxUID
    # the group length counts from after itself: preamble, DICM and the element make 144 bytes
    assert found.dataset_offset == 144 + again.file_meta.FileMetaInformationGroupLength
    if syntax == IMPLICIT:
        data = io.BytesIO(file.read_bytes()[found.dataset_offset :])
        assert pydicom.dcmread(data, force=True).PatientName == "Demo^One"


def test_starts_without_pydicom() -> None:
    """Start-up is most of a short command's run time."""
    code = "import sys, asprofile.objects.scan; sys.exit('pydicom' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
