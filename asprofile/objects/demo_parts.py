"""What all demo objects are made of: their UIDs, the modules that they have in common, a phantom.

No clock and no random numbers: every run gives the same bytes.
"""

from __future__ import annotations

import struct
import uuid
from typing import Any, Final

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.asprofile")
DATE: Final = "20240229"
SIZE: Final = 64  # rows and columns of the still images


def demo_uid(name: str) -> UID:
    """A UID that is always the same for a name (PS3.5 section B.2: 2.25 and the UUID as a number)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, name).int}")


def put(dataset: Dataset, **values: Any) -> Dataset:
    """Set elements by keyword; a list of data sets is a sequence."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def item(**values: Any) -> Dataset:
    return put(Dataset(), **values)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def composite(name: str, sop_class: str, modality: str, transfer_syntax: str, number: int) -> FileDataset:
    """Header, Patient, Study, Series, Equipment and SOP Common modules (PS3.3 C.7.1 to C.7.5, C.12.1)."""
    meta = FileMetaDataset()
    put(
        meta,
        FileMetaInformationVersion=b"\0\1",
        MediaStorageSOPClassUID=UID(sop_class),
        MediaStorageSOPInstanceUID=demo_uid(f"{name} instance"),
        TransferSyntaxUID=UID(transfer_syntax),
        ImplementationClassUID=demo_uid("implementation"),
        ImplementationVersionName="ASPROFILE_DEMO",
    )
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    put(
        dataset,
        SpecificCharacterSet="ISO_IR 192",
        InstanceCreationDate=DATE,
        InstanceCreationTime="120000",
        SOPClassUID=UID(sop_class),
        SOPInstanceUID=meta.MediaStorageSOPInstanceUID,
        PatientName="Demo^Asprofile",
        PatientID="ASPROFILE-DEMO",
        PatientBirthDate="19600101",
        PatientSex="O",
        StudyInstanceUID=demo_uid("study"),
        StudyID="DEMO",
        StudyDate=DATE,
        StudyTime="110000",
        StudyDescription="Objects for a demonstration",
        AccessionNumber="",
        ReferringPhysicianName="",
        Modality=modality,
        SeriesInstanceUID=demo_uid(f"{name} series"),
        SeriesNumber=number,
        SeriesDate=DATE,
        SeriesTime="113000",
        SeriesDescription=name,
        InstanceNumber=1,
        Manufacturer="asprofile",
        ManufacturerModelName="Demonstrator",
        DeviceSerialNumber="1",
        SoftwareVersions="1",
        ContentDate=DATE,
        ContentTime="113000",
    )
    return dataset


def put_pixel_format(dataset: Dataset, stored: int) -> None:
    """Image Pixel Module (PS3.3 C.7.6.3) of a square grey image in 16 bits, of which ``stored`` are used."""
    put(
        dataset,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        Rows=SIZE,
        Columns=SIZE,
        BitsAllocated=16,
        BitsStored=stored,
        HighBit=stored - 1,
        PixelRepresentation=0,
    )


def phantom(radius: int, inside: int, outside: int) -> bytes:
    """A disc with a slope in it on an even ground, as 16-bit little endian pixels."""
    centre = SIZE // 2
    pixels = (
        inside + x if (x - centre) ** 2 + (y - centre) ** 2 < radius**2 else outside
        for y in range(SIZE)
        for x in range(SIZE)
    )
    return struct.pack(f"<{SIZE * SIZE}H", *pixels)
