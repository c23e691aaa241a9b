"""Objects in directories that are made of what is in them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, write_ct
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian

from asprofile.objects.header import read_header
from asprofile.receive.arrival import Sender
from asprofile.receive.files import PartialFile
from asprofile.receive.options import OnDuplicate, StoreOptions
from asprofile.receive.part10 import HeaderForm
from asprofile.receive.placing import DuplicateRefused, PlacedFile, WholeObject
from asprofile.receive.storing import FIRST_BYTES, Storage

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = "{PatientID}/{StudyInstanceUID}/{SOPInstanceUID}.dcm"
UID = "1.2.3.4.5"


def received(storage: Storage, data_set: bytes, syntax: str = EXPLICIT, instance: str = UID) -> PlacedFile:
    """What ``Incoming`` does."""
    header = HeaderForm(CT, syntax).header(instance)
    file = PartialFile(storage.directory)
    try:
        file.write((header, data_set))
        file.close()
        whole = WholeObject(instance, syntax, len(header))
        placed = storage.place(file, whole, CT, Sender("ME", "YOU", "::1", 3), (header + data_set)[:FIRST_BYTES])
        storage.settle(placed)
        return placed
    finally:
        file.discard()


def data_set(path: Path) -> bytes:
    return path.read_bytes()[read_header(path).dataset_offset :]


@pytest.fixture
def ct(tmp_path: Path) -> bytes:
    return data_set(write_ct(tmp_path / "ct", UID))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def files(inbox: Path) -> list[str]:
    return sorted(path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file())


@pytest.mark.parametrize("durable", [False, True])
def test_directories_are_made(inbox: Path, ct: bytes, durable: bool) -> None:
    storage = Storage(inbox, StoreOptions(layout=LAYOUT, durable=durable))
    placed = received(storage, ct)
    assert placed == PlacedFile(str(inbox / "T1" / "1.2.3.1" / f"{UID}.dcm"), "new")
    assert data_set(Path(placed.path)) == ct
    assert received(storage, ct).placing == "same"
    assert received(storage, ct, instance="1.2.4").placing == "new"
    assert files(inbox) == ["T1/1.2.3.1/1.2.3.4.5.dcm", "T1/1.2.3.1/1.2.4.dcm"]


@pytest.mark.parametrize("directory", [".", "./", "inbox", "inbox//x/.."])
def test_names_of_directories(inbox: Path, ct: bytes, directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inbox.parent)
    (inbox / "x").mkdir()
    placed = received(Storage(Path(directory), StoreOptions(layout=LAYOUT, durable=True)), ct)
    assert Path(placed.path).resolve().is_relative_to(Path(directory).resolve())


@pytest.mark.parametrize(("on_duplicate", "placing"), [("keep", "beside"), ("replace", "replaced"), ("refuse", None)])
def test_other_bytes(inbox: Path, ct: bytes, on_duplicate: OnDuplicate, placing: str | None) -> None:
    storage = Storage(inbox, StoreOptions(layout=LAYOUT, on_duplicate=on_duplicate))
    received(storage, ct)
    other = ct + b"\xe0\x7f\x12\x00UN\0\0\0\0\0\0"
    if placing is None:
        with pytest.raises(DuplicateRefused):
            received(storage, other)
    else:
        assert received(storage, other).placing == placing
        assert received(storage, other).placing == "same"
    assert len(files(inbox)) == (2 if placing == "beside" else 1)


@pytest.mark.parametrize("on_duplicate", ["keep", "replace", "refuse"])
def test_another_instance_of_the_same_path_is_kept_whatever_is_wanted(
    inbox: Path, ct: bytes, on_duplicate: OnDuplicate
) -> None:
    storage = Storage(inbox, StoreOptions(layout="{PatientID}/image.dcm", on_duplicate=on_duplicate))
    received(storage, ct)
    for number in range(3):
        instance = f"1.2.3.4.{number}"
        assert received(storage, ct.replace(UID.encode(), instance.encode()), instance=instance).placing == "beside"
    assert {dcmread(inbox / name).SOPInstanceUID for name in files(inbox)} == {
        UID,
        "1.2.3.4.0",
        "1.2.3.4.1",
        "1.2.3.4.2",
    }


def made(tmp_path: Path, syntax: str, **more: str) -> bytes:
    """A data set in which the elements come after more bytes than are kept."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID, ds.SOPInstanceUID = CT, UID
    ds.StudyDate = "20240229"
    ds.PatientName = "M\u00fcller^J"
    ds.PatientID = "P/1"
    block = ds.private_block(0x0009, "asprofile test", create=True)
    block.add_new(0x10, "UT", "x" * 2 * FIRST_BYTES)
    block.add_new(0x11, "SH", "private")
    item = Dataset()
    item.CodeValue = "C1"
    ds.ProcedureCodeSequence = [item, Dataset()]
    ds.InstanceNumber = 7
    ds.Rows = 512
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    dcmwrite(tmp_path / "made", ds, enforce_file_format=True)
    return data_set(tmp_path / "made")


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_elements_of_every_encoding(tmp_path: Path, inbox: Path, syntax: str) -> None:
    layout = (
        '{StudyDate:%Y-%m}/{PatientName}/{(0009,"asprofile test",11)}/{ProcedureCodeSequence.CodeValue}/'
        "{InstanceNumber:04}-{Rows}-{calling}-{association}-{TransferSyntaxUID}"
    )
    placed = received(Storage(inbox, StoreOptions(layout=layout)), made(tmp_path, syntax), syntax)
    assert files(inbox) == [f"2024-02/M\u00fcller^J/private/C1/0007-512-ME-3-{syntax}"]
    assert placed.placing == "new"


@pytest.mark.parametrize(
    "data", [b"", b"\x08\0", b"no data set at all", bytes(range(256)) * 16, b"\x08\0\x18\0UI\xff\xff"]
)
def test_what_cannot_be_read_is_stored(inbox: Path, data: bytes) -> None:
    placed = received(Storage(inbox, StoreOptions(layout="{PatientID}/{StudyDate:%Y}/{SOPInstanceUID}")), data)
    assert files(inbox) == [f"no-PatientID/no-StudyDate/{UID}"]
    assert Path(placed.path).read_bytes().endswith(data)


def at_once(count: int, do: Callable[[int], None]) -> None:
    """In so many threads."""
    begin = threading.Barrier(count)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            do(number)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_associations_make_the_same_directories(inbox: Path, ct: bytes) -> None:
    storage = Storage(inbox, StoreOptions(layout="{PatientID}/{StudyInstanceUID}/{association}/{SOPInstanceUID}"))
    for turn in range(10):
        data = ct.replace(b"1.2.3.1\0", b"1.2.3.%d\0" % turn)
        at_once(6, lambda number, data=data: received(storage, data, instance=f"1.2.{number}") and None)  # type: ignore[misc]
    assert len(files(inbox)) == 60


def test_a_directory_that_somebody_removes_is_made_again(
    inbox: Path, ct: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = Storage(inbox, StoreOptions(layout=LAYOUT))
    make, removed = Path.mkdir, []

    def mkdir(self: Path, *arguments: object, **more: object) -> None:
        make(self, *arguments, **more)  # type: ignore[arg-type]
        if not removed and self.parent.name == "T1":
            removed.append(self)
            self.rmdir()

    monkeypatch.setattr(Path, "mkdir", mkdir)
    assert received(storage, ct).placing == "new"
    assert removed


def test_a_file_in_the_way_costs_this_object_alone(inbox: Path, ct: bytes) -> None:
    storage = Storage(inbox, StoreOptions(layout=LAYOUT))
    (inbox / "T1").write_text("mine")
    with pytest.raises(OSError, match="T1"):
        received(storage, ct)
    assert files(inbox) == ["T1"]
    assert (inbox / "T1").read_text() == "mine"
