"""``asprofile storescu`` and real acceptors: storescp, dcmrecv and Orthanc, plain and with TLS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from storescu_peer import Peer
from storescu_real import knows, ours, real
from tls_files import PASSWORD

from asprofile.objects.demo import make_demo_objects
from asprofile.objects.header import read_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs import Server
    from storescu_real import Said
    from tls_files import TlsFiles

pytestmark = pytest.mark.peer


@pytest.fixture
def ct(tmp_path: Path) -> str:
    made = make_demo_objects(tmp_path)
    return str(next(path for path in made if path.stem == "ct"))


def data_set(path: Path | str) -> bytes:
    return Path(path).read_bytes()[read_header(path).dataset_offset :]


def test_storescp(storescp: Callable[..., Server], ct: str) -> None:
    server = storescp()
    said = ours("-R", "--repeat", "2", "127.0.0.1", str(server.port), ct)
    assert (said.status, said.err) == (0, "")
    (stored,) = server.directory.iterdir()
    assert data_set(stored) == data_set(ct)


def test_dcmrecv_with_a_profile(dcmrecv: Callable[..., Server], ct: str, tmp_path: Path) -> None:
    """Which takes only what its profile names; so both sides read the same file."""
    config = tmp_path / "made.cfg"
    config.write_text(MADE)
    server = dcmrecv(config=config, profile="Plain")
    said = ours("-xf", str(config), "plain", "127.0.0.1", str(server.port), ct)
    assert (said.status, said.err) == (0, "")
    (stored,) = server.directory.rglob("*.*")
    assert data_set(stored) == data_set(ct)


def test_orthanc(orthanc: Server, ct: str) -> None:
    said = ours("-v", "127.0.0.1", str(orthanc.port), ct)
    assert said.status == 0, said.err
    assert "I: Received Store Response (Success)" in said.err
    with urlopen(f"http://127.0.0.1:{orthanc.http_port}/instances?expand") as answer:
        instances = {entry["MainDicomTags"]["SOPInstanceUID"] for entry in json.load(answer)}
    assert read_header(ct).sop_instance in instances


def test_a_profile_and_a_refusal(storescp: Callable[..., Server], ct: str, tmp_path: Path) -> None:
    """The acceptor takes JPEG alone, and nothing decompresses or compresses: that is said, and it is status 1."""
    server = storescp("+xs")
    said = ours("-xs", "+C", "127.0.0.1", str(server.port), ct)
    assert said.status == real("-xs", "+C", "127.0.0.1", str(server.port), ct).status == 1
    assert "unable to convert dataset from 'Little Endian Explicit' transfer syntax to 'JPEG Lossless" in said.err


class TestTls:
    @pytest.fixture
    def server(self, storescp: Callable[..., Server], tls_files: TlsFiles) -> Server:
        """storescp that wants to know who it talks to."""
        party = tls_files.server
        return storescp("+tls", str(party.key), str(party.certificate), "+cf", str(tls_files.authority.certificate))

    @staticmethod
    def send(server: Server, ct: str, *options: str | Path) -> Said:
        return ours("-R", *map(str, options), "127.0.0.1", str(server.port), ct)

    def test_both_sides_verified(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        party = tls_files.client
        said = self.send(server, ct, "+tls", party.key, party.certificate, "+cf", tls_files.authority.certificate)
        assert (said.status, said.err) == (0, "")
        (stored,) = server.directory.iterdir()
        assert data_set(stored) == data_set(ct)

    @pytest.mark.parametrize("profile", ["+py", "+px"])
    def test_security_profiles(self, server: Server, tls_files: TlsFiles, ct: str, profile: str) -> None:
        party = tls_files.client
        said = self.send(server, ct, "+tls", party.key, party.certificate, "-ic", profile)
        assert (said.status, said.err) == (0, "")

    def test_a_key_with_a_password_and_a_seed(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        Path("seed").write_bytes(b"chance" * 100)
        said = self.send(
            server, ct, "+tls", tls_files.encrypted_key, tls_files.client.certificate, "+pw", PASSWORD,
            "+cf", tls_files.authority.certificate, "+rs", "seed", "+wf", "new",
        )  # fmt: skip
        assert (said.status, said.err) == (0, "")
        assert len(Path("new").read_bytes()) == 1024

    def test_wrong_password(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        said = self.send(server, ct, "+tls", tls_files.encrypted_key, tls_files.client.certificate, "-pw")
        assert said.status != 0
        assert said.err.startswith("F: ")
        assert PASSWORD not in said.err

    def test_not_trusted(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        party = tls_files.client
        trusting = (
            "-R",
            "+tls",
            str(party.key),
            str(party.certificate),
            "+cf",
            str(tls_files.other_authority.certificate),
        )
        arguments = (*trusting, "127.0.0.1", str(server.port), ct)
        said = ours(*arguments)
        assert said.status == real(*arguments).status == 1
        assert re.match(r"F: Association Request Failed: 0006:031e DUL secure transport layer: ", said.err)

    def test_files_that_cannot_be_read_are_warned_about(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        party = tls_files.client
        wrong = ("+cf", "nothing.pem", "+cd", "nowhere", "+crl", "nothing.crl")
        said = self.send(server, ct, "+tls", party.key, party.certificate, "-ic", *wrong)
        assert said.status == 0
        assert said.err.splitlines() == [
            "W: unable to load CRL file 'nothing.crl', ignoring",
            "W: unable to load certificate file 'nothing.pem', ignoring",
            "W: unable to load certificates from directory 'nowhere', ignoring",
        ]

    def test_revoked(self, storescp: Callable[..., Server], tls_files: TlsFiles, ct: str) -> None:
        party = tls_files.revoked
        server = storescp("+tls", str(party.key), str(party.certificate), "-ic")
        trusting = ("+tla", "+cf", tls_files.authority.certificate)
        assert self.send(server, ct, *trusting).status == 0
        said = self.send(server, ct, *trusting, "+crl", tls_files.revocations)
        assert said.status == 1
        assert "revoked" in said.err

    def test_what_openssl_no_longer_has_is_said(self, server: Server, ct: str) -> None:
        said = self.send(server, ct, "+tla", "+cs", "TLS_NO_SUCH_SUITE")
        assert said.status == 2
        assert "TLS_NO_SUCH_SUITE" in said.err

    def test_options_of_older_releases(self, server: Server, tls_files: TlsFiles, ct: str) -> None:
        party = tls_files.client
        trusting = ("+tls", party.key, party.certificate, "+cf", tls_files.authority.certificate)
        said = self.send(server, ct, *trusting, "-vc", "+dp", "nothing")
        assert said.status == 0
        assert said.err == "W: unable to load temporary DH parameter file 'nothing', ignoring\n"


MADE = """
[[TransferSyntaxes]]
[Some]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = JPEGBaseline
[[PresentationContexts]]
[Both]
PresentationContext1 = CTImageStorage\\Some
PresentationContext2 = 1.3.12.2.1107.5.9.1\\Some
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[ExtendedNegotiation]]
[More]
ExtendedNegotiation1 = CTImageStorage\\020003000100
ExtendedNegotiation2 = 1.3.12.2.1107.5.9.1\\0f
[[Profiles]]
[Plain]
PresentationContexts = Both
[Everything]
PresentationContexts = Both
SCPSCURoleSelection = Roles
ExtendedNegotiation = More
"""


def contexts(said: Said) -> list[str]:
    """The lines about the association, without who we are, and one in which the releases differ."""
    text = re.sub(r"^I: Converting transfer syntax: (.*) -> \1\n", "", said.err, flags=re.M)  # releases up to 3.6.7
    lines = [line for line in text.splitlines() if "Implementation" not in line and "Responding" not in line]
    return [line for line in lines if line.startswith(("I: ", "D: "))]


@pytest.mark.parametrize(
    "options", [("-R",), ("+C",), ("-xf", "made.cfg", "everything"), ("-usr", "me", "-rsp"), ("--jwt", "made.cfg")]
)
@pytest.mark.parametrize("answer", ["accept", "none"])
def test_the_presentation_contexts_are_shown_alike(ct: str, options: tuple[str, ...], answer: str) -> None:
    Path("made.cfg").write_text(MADE)
    shown = []
    for program in (real, ours):
        with Peer(answer) as peer:
            shown.append(contexts(program("-v", "+v", *options, "127.0.0.1", str(peer.port), ct)))
    assert shown[0] == shown[1]


def test_passwords_are_not_shown(ct: str) -> None:
    with Peer() as peer:
        said = ours("-d", "-usr", "me", "-pwd", "hunter2", "127.0.0.1", str(peer.port), ct)
    assert said.status == 0
    assert "Username: [me]" in said.err
    assert "hunter2" not in said.err


@pytest.mark.parametrize("options", [("-ts", "1"), ("-td", "1"), ("-td", "1", "-nh")], ids=" ".join)
def test_a_silent_peer(ct: str, options: tuple[str, ...]) -> None:
    """The answer has as long as the socket, or as --dimse-timeout says; the exit status tells which it was."""
    with Peer(misbehave="silence") as peer:
        said = ours("-v", *options, "127.0.0.1", str(peer.port), ct)
    assert said.status == (10 if "-ts" in options else 1)
    word = "Peer aborted Association" if "-ts" in options else "No data available (timeout in non-blocking mode)"
    assert word in said.err


def test_ipv6(ct: str) -> None:
    """The real one of 3.7.0 reaches ::1 with -i6; so do we, whatever the release that is installed."""
    with Peer("reject", host="::1") as peer:
        arguments = ("-i6", "::1", str(peer.port), ct)
        if knows("-i6"):
            assert "Association Rejected" in real(*arguments).err
            peer.next()
        assert "Association Rejected" in ours(*arguments).err
