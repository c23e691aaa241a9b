"""Logs as the programs of today write them: storescu and storescp of DCMTK, and pynetdicom on either side."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Server, need
from factories import write_ct

from asprofile.logs import LoggedAssociation, associations
from asprofile.model.loader import load

PROFILE = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Fragmentable]
TransferSyntax1 = 1.2.840.10008.1.2.4.106.1
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = 1.3.12.2.1107.5.9.1\\Uncompressed
PresentationContext4 = VideoEndoscopicImageStorage\\Fragmentable
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020000000000
[[Profiles]]
[Test]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
ExtendedNegotiation = Extended
"""
CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
CSA = "1.3.12.2.1107.5.9.1"

pytestmark = pytest.mark.peer


def read(text: str) -> LoggedAssociation:
    (found,) = associations(text.splitlines())
    assert found.unknown == ()
    return found


def check(found: LoggedAssociation) -> None:
    """It is what the profile says, and what storescp answers to it without a profile of its own."""
    profile = load(PROFILE.encode()).use("Test")
    assert [(one.id, one.abstract_syntax, one.proposed, one.role) for one in found.contexts] == [
        (one.id, one.abstract_syntax, one.transfer_syntaxes, one.role) for one in profile.contexts
    ]
    assert found.extended == tuple((one.sop_class, one.data) for one in profile.extended)
    assert found.answered
    assert [(one.accepted, one.accepted_role) for one in found.contexts] == [
        (EXPLICIT, "default"),
        (EXPLICIT, "default"),
        (None, "default"),
        (None, "default"),
    ]


def test_dcmtk_on_both_sides(storescp: Callable[..., Server], tmp_path: Path) -> None:
    storescu = need("storescu", "dcmtk")
    (tmp_path / "test.cfg").write_text(PROFILE)
    server = storescp("-d")
    ct = write_ct(tmp_path / "ct.dcm")
    command = [storescu, "-d", "-xf", tmp_path / "test.cfg", "Test", "127.0.0.1", str(server.port), ct]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    check(read(done.stdout + done.stderr))
    # The acceptor writes its dumps before it takes the first object.
    check(read(server.directory.with_suffix(".log").read_text(errors="replace")))


@pytest.fixture
def written() -> Iterator[list[str]]:
    """What pynetdicom says at level DEBUG, in the form that its ``debug_logger()`` writes."""
    lines: list[str] = []

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.levelname[0]}: {record.getMessage()}")

    logger, handler = logging.getLogger("pynetdicom"), Collecting()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lines
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_pynetdicom_as_the_requestor(storescp: Callable[..., Server], written: list[str]) -> None:
    from pynetdicom import AE, build_role
    from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation

    server = storescp()
    ae = AE()
    ae.add_requested_context("1.2.840.10008.1.1", [EXPLICIT, IMPLICIT])
    ae.add_requested_context(CT, [EXPLICIT, IMPLICIT])
    ae.add_requested_context(CSA, [EXPLICIT, IMPLICIT])
    ae.add_requested_context("1.2.840.10008.5.1.4.1.1.77.1.1.1", ["1.2.840.10008.1.2.4.106.1"])
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid = CT
    extended.service_class_application_information = b"\x02\x00\x00\x00\x00\x00"
    roles = [build_role(CT, scu_role=True, scp_role=True), extended]
    association = ae.associate("127.0.0.1", server.port, ext_neg=roles)
    assert association.is_established
    association.release()
    check(read("\n".join(written)))


def test_pynetdicom_as_the_acceptor(written: list[str], tmp_path: Path) -> None:
    from pynetdicom import AE

    storescu = need("storescu", "dcmtk")
    (tmp_path / "test.cfg").write_text(PROFILE)
    ae = AE()
    ae.add_supported_context("1.2.840.10008.1.1", [EXPLICIT])
    ae.add_supported_context(CT, [EXPLICIT])
    server = ae.start_server(("127.0.0.1", 0), block=False)
    try:
        command = [storescu, "-xf", tmp_path / "test.cfg", "Test", "127.0.0.1", str(server.server_address[1])]
        subprocess.run([*command, write_ct(tmp_path / "ct.dcm")], capture_output=True, check=False, timeout=60)
    finally:
        server.shutdown()
    check(read("\n".join(written)))


def test_our_own_drop_in(tmp_path: Path) -> None:
    """What it is about to propose is in the log, whether there is a peer or not."""
    (tmp_path / "test.cfg").write_text(PROFILE)
    command = [sys.executable, "-m", "asprofile", "storescu", "-d", "-xf", tmp_path / "test.cfg", "Test"]
    done = subprocess.run(
        [*command, "127.0.0.1", "1", write_ct(tmp_path / "ct.dcm")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = read(done.stdout + done.stderr)
    profile = load(PROFILE.encode()).use("Test")
    assert [(one.abstract_syntax, one.proposed, one.role) for one in found.contexts] == [
        (one.abstract_syntax, one.transfer_syntaxes, one.role) for one in profile.contexts
    ]
    assert not found.answered
