"""Captures that tcpdump makes of real programs, and their logs: both say the same of an association."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conftest import Server, need
from factories import write_ct

import asprofile

PROFILE = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
[Implicit]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Scanner]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
[Archive]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Implicit
[[Profiles]]
[Scanner]
PresentationContexts = Scanner
[Archive]
PresentationContexts = Archive
"""

pytestmark = pytest.mark.peer


@contextmanager
def captured(port: int, path: Path, *options: str) -> Iterator[None]:
    """What goes over that port meanwhile is written to a capture."""
    program = need("tcpdump", "tcpdump")
    command = [program, "-U", "--immediate-mode", "-B", "16384", "-w", str(path), *options, "tcp", "port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "listening on" in line:
            break
    else:
        process.wait()
        pytest.skip(f"tcpdump cannot capture here: {said.strip()}")
    try:
        yield
        _await_end(path)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def _await_end(path: Path) -> None:
    """Wait until the end of an association is in the capture: what tcpdump has not read when it is stopped is lost."""
    for _ in range(600):
        with suppress(asprofile.AsprofileError):
            if any(one.ending.kind == "released" for one in asprofile.trace(path).associations if one.proposed):
                return
        time.sleep(0.1)
    pytest.fail("the association did not come into the capture")


@pytest.mark.parametrize("options", [("-i", "lo"), ("-i", "any")], ids=["lo", "any"])
def test_storescu_and_storescp(options: tuple[str, ...], storescp: Callable[..., Server], tmp_path: Path) -> None:
    storescu = need("storescu", "dcmtk")
    config = tmp_path / "both.cfg"
    config.write_text(PROFILE)
    server = storescp("-d", "-aet", "ARCHIVE", config=config, profile="Archive")
    ct = write_ct(tmp_path / "ct.dcm")
    with captured(server.port, tmp_path / "real.pcap", *options):
        done = subprocess.run(
            [storescu, "-d", "-aet", "SCANNER", "-aec", "ARCHIVE", "-xf", config, "Scanner", "127.0.0.1",
             str(server.port), ct], capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    (tmp_path / "scu.log").write_text(done.stdout + done.stderr)
    logs = [asprofile.trace(path) for path in (tmp_path / "scu.log", server.directory.with_suffix(".log"))]
    capture = asprofile.trace(tmp_path / "real.pcap")
    (seen,) = (one for one in capture.associations if one.proposed)
    assert (seen.requestor.title, seen.acceptor.title, seen.ending.kind) == ("SCANNER", "ARCHIVE", "released")
    assert [(one.command, one.status, one.count) for one in seen.operations] == [("C-STORE", 0, 1)]
    for report in logs:
        told = next(one for one in report.associations if one.contexts)
        assert [(one.id, one.abstract_syntax, one.proposed, one.result) for one in told.contexts] == [
            (one.id, one.abstract_syntax, one.proposed, one.result) for one in seen.contexts
        ]
        assert (told.requestor.title, told.acceptor.title) == ("SCANNER", "ARCHIVE")
        assert told.requestor.max_pdu == seen.requestor.max_pdu
        assert told.acceptor.version_name == seen.acceptor.version_name


def test_asprofile_and_orthanc(orthanc: Server, tmp_path: Path) -> None:
    write_ct(tmp_path / "ct.dcm")
    with captured(orthanc.port, tmp_path / "real.pcap", "-i", "lo"):
        sent = asprofile.send(f"ORTHANC@127.0.0.1:{orthanc.port}", str(tmp_path / "ct.dcm"))
    assert sent.all_stored
    capture = asprofile.trace(tmp_path / "real.pcap")
    (seen,) = (one for one in capture.associations if one.proposed)
    assert (seen.ending.kind, seen.requestor.title) == ("released", "ASPROFILE")
    assert [(one.command, one.status, one.count) for one in seen.operations] == [("C-STORE", 0, 1)]
