"""TLS with the real programs, both sides verified, and what is said when one does not like the other."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, write_ct
from programs import Server, free_tcp_port, need

from asprofile.errors import ConnectionFailed, TlsFailed
from asprofile.negotiate.request import UserIdentity, propose
from asprofile.net.tls_options import TlsOptions
from asprofile.net.transport import Link
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, Received, ReceiveEvent
from asprofile.receive.options import ReceiveOptions
from asprofile.send.echo import echo, verification_request
from asprofile.send.engine import send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.value import replaced

if TYPE_CHECKING:
    from pathlib import Path

    from tls_files import Party, TlsFiles

pytestmark = pytest.mark.peer


def ours(files: TlsFiles, party: Party | None = None, **changes: object) -> SendOptions:
    """Our certificate, theirs verified with its name."""
    party = party or files.client
    options = TlsOptions(party.key, party.certificate, ca_files=(files.authority.certificate,), verify="full", sni=True)
    return SendOptions(20, 20, 20, retries=0, wait=0, link=Link(replace(options, **changes), "4"))


def theirs(files: TlsFiles, party: Party | None = None) -> list[str]:
    """The options of DCMTK's acceptors for the same."""
    party = party or files.server
    return ["+tls", str(party.key), str(party.certificate), "+cf", str(files.authority.certificate)]


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    directory = tmp_path / "objects"
    directory.mkdir()
    for i, side in enumerate((16, 400, 1500)):
        write_ct(directory / f"{i}.dcm", f"1.2.3.{i}", side=side)
    return directory


def test_storescp_stores_what_was_sent(storescp, tls_files: TlsFiles, objects: Path) -> None:
    server = storescp(*theirs(tls_files), "--profile-bcp195-nd")
    report = send(propose(CT_PROFILE), scan([objects]), Peer("localhost", server.port), ours(tls_files))
    assert report.all_stored, report
    assert data_sets(server.directory) == data_sets(objects)


def data_sets(directory: Path) -> dict[str, bytes]:
    headers = map(read_header, directory.iterdir())
    return {header.sop_instance: header.path.read_bytes()[header.dataset_offset :] for header in headers}


def test_dcmrecv(dcmrecv, tls_files: TlsFiles, objects: Path) -> None:
    server = dcmrecv(*theirs(tls_files), config="/etc/dcmtk/storescp.cfg", profile="Default")
    report = send(propose(CT_PROFILE), scan([objects]), Peer("localhost", server.port), ours(tls_files))
    assert report.all_stored, report
    assert data_sets(server.directory) == data_sets(objects)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_dcmqrscp(programs, tls_files: TlsFiles, tmp_path: Path, objects: Path, secure: bool) -> None:
    program = need("dcmqrscp", "dcmtk")
    offered = subprocess.run([program, "--help"], capture_output=True, text=True, check=False, timeout=60).stdout
    if secure and "--enable-tls" not in offered:
        pytest.skip("this release of dcmqrscp has no TLS")
    port, directory = free_tcp_port(), tmp_path / "qrscp"
    store = directory / "STORE"
    store.mkdir(parents=True)
    config = directory / "qr.cfg"
    config.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nSTORE {store} RW (200, 1024mb) ANY\nAETable END\n"
    )
    programs.start([program, "-c", str(config), *(theirs(tls_files) if secure else ())], port, directory)
    options = ours(tls_files) if secure else SendOptions(20, 20, 20, link=Link(ip="4"))
    report = send(propose(CT_PROFILE, called_ae="STORE"), scan([objects]), Peer("localhost", port), options)
    assert report.all_stored, report
    assert len(list(store.glob("*.dcm"))) == 3


def test_orthanc(orthanc_with_tls: Server, tls_files: TlsFiles, objects: Path) -> None:
    request = propose(CT_PROFILE, called_ae="ORTHANC")
    report = send(request, scan([objects]), Peer("localhost", orthanc_with_tls.port), ours(tls_files))
    assert report.all_stored, report
    with urllib.request.urlopen(f"http://127.0.0.1:{orthanc_with_tls.http_port}/instances", timeout=30) as response:
        assert len(json.load(response)) == 3


def failure(port: int, options: SendOptions) -> str:
    """What an echo says that does not get an association."""
    request = verification_request(called_ae="PEER", calling_ae="US", max_pdu=16384)
    report = echo(request, Peer("localhost", port), options)
    assert report.negotiation is None
    assert report.error is not None
    if options.link.tls is not None:
        assert isinstance(report.error, ConnectionFailed)
    return str(report.error)


@pytest.mark.parametrize("who", ["storescp", "orthanc"])
def test_a_certificate_of_ours_that_they_refuse(request: pytest.FixtureRequest, tls_files: TlsFiles, who: str) -> None:
    if who == "orthanc":
        port = request.getfixturevalue("orthanc_with_tls").port
    else:
        port = request.getfixturevalue("storescp")(*theirs(tls_files)).port
    assert "it does not trust the certification authority of our certificate" in failure(
        port, ours(tls_files, tls_files.stranger)
    )
    assert "it refuses TLS: our certificate has expired" in failure(port, ours(tls_files, tls_files.expired))
    anonymous = failure(port, ours(tls_files, key_file=None, certificate_file=None))
    assert "it wants a certificate of ours" in anonymous


def test_a_certificate_of_theirs_that_we_refuse(storescp, tls_files: TlsFiles) -> None:
    expired = storescp(*theirs(tls_files, tls_files.expired)).port
    assert "its certificate is refused: it has expired" in failure(expired, ours(tls_files))
    elsewhere = storescp(*theirs(tls_files, tls_files.elsewhere)).port
    assert "it is for elsewhere.example, and not for localhost" in failure(elsewhere, ours(tls_files))
    revoked = storescp(*theirs(tls_files, tls_files.revoked)).port
    options = ours(tls_files, crl_files=(tls_files.revocations,))
    assert "its certificate is refused: it has been revoked" in failure(revoked, options)
    stranger = ours(tls_files, ca_files=(tls_files.other_authority.certificate,))
    # storescp shows the certificate of its authority, too, so that what is missing is at the end of the chain.
    assert "the certification authority at the end of its chain is not trusted" in failure(revoked, stranger)


def test_only_one_side_speaks_tls(storescp, tls_files: TlsFiles) -> None:
    assert "it does not speak TLS on this port" in failure(storescp("-ta", "2").port, ours(tls_files))
    said = failure(storescp(*theirs(tls_files)).port, SendOptions(20, 20, 20))
    # The second if its alert arrives before the connection is reset.
    assert re.search(r"does it want TLS there\?|it speaks TLS on this connection", said)


def test_anonymous_where_it_is_allowed_and_the_oldest_profile(storescp, tls_files: TlsFiles) -> None:
    request = verification_request(called_ae="PEER", calling_ae="US", max_pdu=16384)
    server = storescp(*theirs(tls_files), "--ignore-peer-cert")
    options = ours(tls_files, key_file=None, certificate_file=None)
    report = echo(request, Peer("localhost", server.port), options)
    assert report.all_well, report
    old = storescp(*theirs(tls_files), "--profile-aes")
    report = echo(request, Peer("localhost", old.port), ours(tls_files, security_profile="aes"))
    assert report.all_well, report
    assert report.security == "TLSv1.2, AES128-SHA"
    assert isinstance(echo(request, Peer("localhost", old.port), ours(tls_files)).error, TlsFailed)


def test_an_identity_that_nobody_confirms(storescp, tls_files: TlsFiles) -> None:
    """DCMTK's storescp does not look at identities."""
    server = storescp(*theirs(tls_files))
    identity = UserIdentity(2, b"me", b"hidden", response_requested=True)
    request = verification_request(called_ae="PEER", calling_ae="US", max_pdu=16384, user_identity=identity)
    report = echo(request, Peer("localhost", server.port), ours(tls_files))
    assert "without confirming the user identity" in str(report.error)
    assert "hidden" not in str(report)
    asked = replaced(request, user_identity=replaced(identity, response_requested=False))
    assert echo(asked, Peer("localhost", server.port), ours(tls_files)).all_well


def test_their_sender_to_our_acceptor(tls_files: TlsFiles, tmp_path: Path, objects: Path) -> None:
    program = need("storescu", "dcmtk")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    events: list[ReceiveEvent] = []
    tls = TlsOptions(tls_files.server.key, tls_files.server.certificate, ca_files=(tls_files.authority.certificate,))
    with Receiver(CT_PROFILE, inbox, ReceiveOptions(tls=tls), events.append) as receiver:

        def sender(party: Party) -> int:
            command = [program, *theirs(tls_files, party), "-xe", "+sd", "localhost", str(receiver.port), str(objects)]
            return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode

        assert sender(tls_files.client) == 0
        assert len([event for event in events if isinstance(event, Received)]) == 3
        assert sender(tls_files.stranger) != 0
    ends = [event for event in events if isinstance(event, AssociationEnded)]
    assert [end.ending for end in ends] == ["released", "failed"]
    assert "its certificate is refused: its issuer" in ends[1].reason
