"""What stands in front of a data set."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT
from pydicom.filereader import read_file_meta_info

from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from asprofile.receive.part10 import HeaderForm


@pytest.mark.parametrize("instance", ["1.2.3", "1.2.34"])
@pytest.mark.parametrize("source_ae", ["", "ME", "LONGER"])
def test_pydicom_reads_the_header(tmp_path, source_ae, instance):
    path = tmp_path / "file"
    path.write_bytes(HeaderForm(CT, EXPLICIT, source_ae).header(instance))
    meta = read_file_meta_info(path)
    assert path.read_bytes()[:132] == bytes(128) + b"DICM"
    assert meta.FileMetaInformationGroupLength == path.stat().st_size - 144
    assert meta.FileMetaInformationVersion == b"\0\1"
    assert meta.MediaStorageSOPClassUID == CT
    assert meta.MediaStorageSOPInstanceUID == instance
    assert meta.TransferSyntaxUID == EXPLICIT
    assert meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
    assert meta.ImplementationVersionName == IMPLEMENTATION_VERSION_NAME
    assert meta.get("SourceApplicationEntityTitle", "") == source_ae
