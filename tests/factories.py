"""DICOM objects and profiles for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from asprofile.net import dimse, wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asprofile.testing import Wire

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
VERIFICATION = "1.2.840.10008.1.1"


@dataclass(frozen=True)
class Context:
    """A presentation context of a profile."""

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    role: str = "default"


@dataclass(frozen=True)
class Extended:
    """An extended negotiation entry of a profile."""

    sop_class: str
    data: bytes


@dataclass(frozen=True)
class Profile:
    """A profile, as far as negotiation needs it."""

    contexts: tuple[Context, ...]
    extended: tuple[Extended, ...] = ()
    name: str = "TEST"


def profile(*contexts: tuple[str, tuple[str, ...]], roles: dict[str, str] | None = None) -> Profile:
    """A profile from pairs of abstract syntax and transfer syntaxes, and roles by SOP class."""
    known = roles or {}
    return Profile(
        tuple(
            Context(2 * i + 1, uid, syntaxes, known.get(uid, "default")) for i, (uid, syntaxes) in enumerate(contexts)
        )
    )


CT_PROFILE = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT,)), (CT, (IMPLICIT,)))


def write_ct(
    path: Path, instance: str = "1.2.3.4.5", *, transfer_syntax: str = EXPLICIT, sop_class: str = CT, side: int = 16
) -> Path:
    """A CT image of ``side`` x ``side`` pixels of 16 bit, each row different, with File Meta Information."""
    dataset = Dataset()
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = instance
    dataset.StudyDate = "20240229"
    dataset.Modality = "CT"
    dataset.PatientName = "Test^Object"
    dataset.PatientID = "T1"
    dataset.StudyInstanceUID = "1.2.3.1"
    dataset.SeriesInstanceUID = "1.2.3.2"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = dataset.Columns = side
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    rows = ((row * 251 % 65536).to_bytes(2, "little") * side for row in range(side))
    if transfer_syntax in (IMPLICIT, EXPLICIT):
        dataset.add_new("PixelData", "OW", b"".join(rows))
    else:  # no codec at work here: whoever sends it does not look inside
        dataset.add_new("PixelData", "OB", encapsulate([b"".join(rows)]))
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(instance)
    meta.TransferSyntaxUID = UID(transfer_syntax)
    dataset.file_meta = meta
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_archive(folder: Path, count: int) -> Path:
    """A new directory with small CT objects: 0.dcm with the SOP Instance UID 1.2.3.1, 1.dcm with 1.2.3.2 and so on."""
    folder.mkdir()
    for number in range(count):
        write_ct(folder / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    return folder


def objects_until_release(peer: Wire) -> Iterator[tuple[dimse.CommandSet, int]]:
    """What a peer is sent: each object as soon as it is complete, by its command, with the number of its context. The
    release is answered.
    """
    while True:
        pdu_type, body = peer.read_pdu()
        if pdu_type == wire.RELEASE_RQ:
            peer.write(wire.encode(wire.ReleaseResponse()))
            return
        for value in wire.data_values(memoryview(body)):
            if value.is_command:
                command = dimse.decode(bytes(value.data))
            elif value.is_last:
                yield command, value.context_id
