"""Files as they are being received."""

from __future__ import annotations

import threading

import pytest
from factories import CT, EXPLICIT, IMPLICIT
from pydicom.filereader import read_file_meta_info

from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from asprofile.receive.part10 import IncomingFile, file_header


@pytest.mark.parametrize("source_ae", ["", "ME", "LONGER"])
def test_pydicom_reads_the_header(tmp_path, source_ae):
    path = tmp_path / "file"
    path.write_bytes(file_header(CT, "1.2.3", EXPLICIT, source_ae))
    meta = read_file_meta_info(path)
    assert path.read_bytes()[:132] == bytes(128) + b"DICM"
    assert meta.FileMetaInformationGroupLength == path.stat().st_size - 144
    assert meta.FileMetaInformationVersion == b"\0\1"
    assert meta.MediaStorageSOPClassUID == CT
    assert meta.MediaStorageSOPInstanceUID == "1.2.3"
    assert meta.TransferSyntaxUID == EXPLICIT
    assert meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
    assert meta.ImplementationVersionName == IMPLEMENTATION_VERSION_NAME
    assert meta.get("SourceApplicationEntityTitle", "") == source_ae


def test_it_has_its_name_only_when_complete(tmp_path):
    with IncomingFile(tmp_path, "1.2.3") as file:
        file.write(file_header(CT, "1.2.3", IMPLICIT))
        file.write(memoryview(b"data"))
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
        path = file.commit()
    assert path == tmp_path / "1.2.3.dcm"
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes().endswith(b"data")


def test_discarded_files_leave_nothing(tmp_path):
    with IncomingFile(tmp_path, "1.2.3") as file:
        file.write(b"data")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    for content in (b"one", b"two", b"three"):
        with IncomingFile(tmp_path, "1.2") as file:
            file.write(content)
            file.commit()
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"1.2.dcm": b"one", "1.2-1.dcm": b"two", "1.2-2.dcm": b"three"}


def test_same_instance_at_once(tmp_path):
    def receive(number):
        with IncomingFile(tmp_path, "1.2") as file:
            file.write(b"%d" % number)
            file.commit()

    threads = [threading.Thread(target=receive, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(path.read_bytes()) for path in tmp_path.iterdir()) == list(range(16))


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd.dcm"),
        ("..", "object.dcm"),
        ("", "object.dcm"),
        ("a/b\\c:d\0e", "a_b_c_d_e.dcm"),
        ("9" * 200, "9" * 64 + ".dcm"),
    ],
)
def test_no_name_leads_elsewhere(tmp_path, instance, name):
    with IncomingFile(tmp_path, instance) as file:
        path = file.commit()
    assert path == tmp_path / name
