"""Probing the acceptors that people run gives exactly what they are configured to accept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from programs import Programs, Server, free_tcp_port, need

import asprofile
from asprofile.names import private, sop_classes, transfer_syntaxes
from asprofile.negotiate.probing import Acceptance, Probing
from asprofile.negotiate.request import AssociateRequest
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.probe import ProbeReport, probe

pytestmark = pytest.mark.peer

SYNTAXES = [one.uid for one in transfer_syntaxes.transfer_syntaxes()]
CLASSES = [
    "1.2.840.10008.1.1",
    *(one.uid for one in sop_classes.storage_sop_classes()),
    *(one.uid for one in private.private_sop_classes() if one.kind == "storage"),
]
INSTALLED = Path("/etc/dcmtk/storescp.cfg")
SAMPLE = Path(__file__).resolve().parents[2] / "sample_profiles" / "acceptor.cfg"


def ask(server: Server, called: str = "ANY-SCP") -> ProbeReport:
    pairs = [(uid, syntax) for uid in CLASSES for syntax in SYNTAXES]
    return probe(
        Probing(pairs),
        lambda contexts: AssociateRequest(called, "PROBE", contexts),
        Peer("127.0.0.1", server.port),
        SendOptions(retries=0),
    )


def check(found: Acceptance, config: Path, name: str) -> None:
    """What the file says, in its order."""
    acceptor = asprofile.load(config, role="acceptor").use(name)
    expected = {context.abstract_syntax: context.transfer_syntaxes for context in acceptor.contexts}
    assert set(found.accepted) == set(expected)
    assert found.accepted == expected
    assert {one.sop_class: one.ranked for one in found.preferences} == {
        uid: syntaxes for uid, syntaxes in expected.items() if len(syntaxes) > 1
    }
    assert {one.result for one in found.answers} == {0, 3, 4}
    assert found.complete
    assert not found.depends


@pytest.mark.parametrize("name", ["Default", "AllDICOM"])
@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_installed_profiles(request, program, name):
    if not INSTALLED.exists():
        pytest.skip("DCMTK has installed no profiles")
    server = request.getfixturevalue(program)(config=INSTALLED, profile=name)
    report = ask(server)
    assert report.error is None
    check(report.acceptance, INSTALLED, name)


@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_a_sample(request, program):
    """With private SOP classes and transfer syntaxes that the release has no names for."""
    server = request.getfixturevalue(program)(config=SAMPLE, profile="Acceptor")
    check(ask(server).acceptance, SAMPLE, "Acceptor")


@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_one_class_alone(request, program, tmp_path):
    """Without Verification, dcmrecv rejects each association of which it accepts nothing."""
    config = tmp_path / "one.cfg"
    config.write_text(
        "[[TransferSyntaxes]]\n[Own]\nTransferSyntax1 = JPEGLSLossless\nTransferSyntax2 = LittleEndianImplicit\n"
        "[[PresentationContexts]]\n[One]\nPresentationContext1 = MRImageStorage\\Own\n"
        "[[Profiles]]\n[One]\nPresentationContexts = One\n"
    )
    server = request.getfixturevalue(program)(config=config, profile="One")
    check(ask(server).acceptance, config, "One")


def test_nothing_that_dcmrecv_accepts(dcmrecv, tmp_path):
    """It rejects every association, so it cannot be told from one that does not want us: nothing is claimed."""
    config = tmp_path / "none.cfg"
    config.write_text(
        "[[TransferSyntaxes]]\n[Own]\nTransferSyntax1 = 1.2.3.4\n"
        "[[PresentationContexts]]\n[One]\nPresentationContext1 = 1.2.3.5\\Own\n"
        "[[Profiles]]\n[One]\nPresentationContexts = One\n"
    )
    report = ask(dcmrecv(config=config, profile="One"))
    assert (report.negotiation, report.associations) == (None, 0)
    assert report.error is not None
    assert {one.state for one in report.acceptance.answers} == {"unanswered"}


def test_plain_storescp(storescp):
    """Without a profile: each storage SOP class that it knows, and Verification, in the uncompressed ones."""
    found = ask(storescp()).acceptance
    assert found.complete
    assert found.accepted["1.2.840.10008.1.1"]
    lists = {frozenset(syntaxes) for syntaxes in found.accepted.values()}
    assert lists == {frozenset(("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"))}
    assert "1.2.840.10008.5.1.4.1.1.2" in found.accepted


def test_storescp_that_prefers_and_that_refuses(storescp):
    found = ask(storescp("+xs")).acceptance
    assert "1.2.840.10008.1.2.4.70" in found.accepted["1.2.840.10008.5.1.4.1.1.2"]
    refusing = ask(storescp("--refuse"))
    assert refusing.negotiation is None
    assert refusing.error is not None


ACCEPTED = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90"]


def test_orthanc_with_few_transfer_syntaxes(tmp_path):
    program = need("Orthanc", "orthanc")
    server = Server(free_tcp_port(), tmp_path, free_tcp_port())
    settings = {
        "StorageDirectory": str(tmp_path / "storage"),
        "IndexDirectory": str(tmp_path / "index"),
        "Plugins": [],
        "HttpPort": server.http_port,
        "DicomPort": server.port,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "AcceptedTransferSyntaxes": ACCEPTED,
    }
    configuration = tmp_path / "orthanc.json"
    configuration.write_text(json.dumps(settings))
    running = Programs()
    try:
        running.start([program, str(configuration)], server.http_port, tmp_path)
        running.await_port(server.port)
        report = ask(server)
    finally:
        running.stop(kill=True)
    assert report.error is None
    found = report.acceptance
    assert found.complete
    storage = {uid: frozenset(syntaxes) for uid, syntaxes in found.accepted.items() if sop_classes.is_storage(uid)}
    assert len(storage) > 100
    assert set(storage.values()) == {frozenset(ACCEPTED)}
