"""``asprofile echo``: what it prints, its exit status, its JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, profile

from asprofile.negotiate.request import AssociateAccept, ContextResult
from asprofile.net import dimse, wire
from asprofile.net.tls_options import TlsOptions
from asprofile.receive.engine import Receiver
from asprofile.receive.options import ReceiveOptions
from asprofile.testing import ScriptedPeer, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from tls_files import TlsFiles

    Run = Callable[..., Result]


def receiver(tmp_path: Path, tls: TlsOptions | None = None) -> Receiver:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return Receiver(CT_PROFILE, inbox, ReceiveOptions(tls=tls))


def answering(status: int) -> Callable[[Wire], None]:
    def script(peer: Wire) -> None:
        request = peer.read_request()
        results = tuple(ContextResult(context.id, 0, context.transfer_syntaxes[0]) for context in request.contexts)
        accept = wire.encode(AssociateAccept("A", "B", results, max_pdu=0, implementation_version_name="X[31m"))
        peer.write(accept.replace(b"X[31m", b"\x1b[31m"))  # what steers terminals
        _, body = peer.read_pdu()
        value = next(wire.data_values(memoryview(body)))
        command = dimse.decode(bytes(value.data))
        peer.write(data_pdu(value.context_id, dimse.response(command, status, "so it is" if status else "")))
        peer.release()

    return script


def test_a_peer_that_answers(run: Run, tmp_path: Path) -> None:
    with receiver(tmp_path) as peer:
        address = f"ARCHIVE@127.0.0.1:{peer.port}"
        result = run("echo", address, "--count", "2")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith(f"{address}: association in ")
    assert lines[1] == "  security        none"
    assert lines[2].startswith("  implementation  ASPROFILE_")
    assert lines[3] == "  receives        PDUs of up to 131,072 bytes"
    assert [line[:35] for line in lines[4:6]] == [f"  C-ECHO {n}        0000H success in " for n in (1, 2)]
    assert lines[6].startswith("  2 round trips: least, mean, most: ")


def test_json(run: Run, tmp_path: Path, schema: Callable[[str], Callable[[Any], None]]) -> None:
    with receiver(tmp_path) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}", "--json", "--count", "3")
    schema("echo")(result.json)
    assert (result.status, result.err) == (0, "")
    assert [found["status"] for found in result.json["echoes"]] == [0, 0, 0]
    assert result.json["association"]["verification"] is True
    assert (result.json["tls"], result.json["name"], result.json["error"]) == (None, None, None)


def test_nobody_there(run: Run, free_port: int, schema: Callable[[str], Callable[[Any], None]]) -> None:
    result = run("echo", f"127.0.0.1:{free_port}")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"asprofile: connection refused by 127.0.0.1:{free_port}")
    result = run("echo", f"127.0.0.1:{free_port}", "--json")
    schema("echo")(result.json)
    assert (result.status, result.err, result.json["association"]) == (2, "", None)
    assert "connection refused" in result.json["error"]


def test_a_failure(run: Run) -> None:
    with ScriptedPeer(answering(0x0122)) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}")
        assert result.status == 1
        assert "C-ECHO 1        0122H refused: SOP class not supported (so it is) in " in result.out
        assert "\x1b" not in result.out
        assert "PDUs of any length" in result.out
        quiet = run("echo", f"127.0.0.1:{peer.port}", "--quiet")
        assert (quiet.status, quiet.out) == (1, "")
        assert quiet.err == "asprofile: C-ECHO: 0122H refused: SOP class not supported\n"


def test_a_peer_without_verification(run: Run, tmp_path: Path) -> None:
    options = ReceiveOptions(always_verification=False)
    with Receiver(profile((CT, (EXPLICIT,))), tmp_path, options) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}")
    assert result.status == 1
    assert "no C-ECHO: the peer does not accept the Verification SOP class from us: abstract syntax not" in result.out


@pytest.mark.parametrize(
    ("result", "syntax", "said"),
    [
        (0, EXPLICIT, "accepted with a transfer syntax that was not proposed"),
        (1, EXPLICIT, "user rejection (its application does not want it)"),
        (2, EXPLICIT, "no reason given (provider rejection)"),
        (3, EXPLICIT, "abstract syntax not supported"),
        (4, EXPLICIT, "transfer syntaxes not supported"),
        (9, EXPLICIT, "result 9, which PS3.8 does not define"),
    ],
)
def test_what_becomes_of_the_context(run: Run, schema: Any, result: int, syntax: str, said: str) -> None:
    def script(peer: Wire) -> None:
        peer.accept({1: (result, syntax)})
        peer.release()

    with ScriptedPeer(script) as peer:
        text = run("echo", f"127.0.0.1:{peer.port}")
        found = run("echo", f"127.0.0.1:{peer.port}", "--json")
    assert (text.status, found.status) == (1, 1)
    assert f"SOP class from us: {said}\n" in text.out
    schema("echo")(found.json)
    assert found.json["association"]["verification_reason"] == said


@pytest.mark.parametrize(
    ("pdu", "said"),
    [
        (wire.AssociateReject(1, 1, 7), "rejected permanently: the called AE title ANY-SCP is not its own"),
        (wire.AssociateReject(2, 3, 2), "rejected for the time being: its limit of associations is reached"),
        (wire.AssociateReject(1, 1, 5), "its application gives reason 5 (not defined in PS3.8)"),
        (wire.Abort(1, 7), "aborted the association with source 1 (not defined in PS3.8), reason 7"),
    ],
)
def test_why_there_is_no_association(run: Run, pdu: wire.Pdu, said: str) -> None:
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(pdu))

    with ScriptedPeer(script) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}")
    assert result.status == 2
    assert said in result.err


def test_an_association_that_breaks(run: Run) -> None:
    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        peer.write(wire.encode(wire.Abort(2, 1)))

    with ScriptedPeer(script) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}")
    assert result.status == 1
    assert "aborted the association by its upper layer: unrecognized PDU" in result.err


def test_a_named_peer_with_tls(run: Run, tmp_path: Path, tls_files: TlsFiles) -> None:
    server = TlsOptions(tls_files.server.key, tls_files.server.certificate, ca_files=(tls_files.authority.certificate,))
    with receiver(tmp_path, server) as peer:
        Path("asprofile.toml").write_text(
            f'[peers.pacs]\naddress = "PACS@localhost:{peer.port}"\nip = "4"\n'
            f'tls.ca = "{tls_files.authority.certificate}"\ntls.key = "{tls_files.client.key}"\n'
            f'tls.certificate = "{tls_files.client.certificate}"\n'
        )
        assert run("trust").status == 0
        result = run("echo", "pacs")
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith(f"pacs, PACS@localhost:{peer.port}: association in ")
        assert "  security        TLSv1.3, TLS_AES_256_GCM_SHA384\n" in result.out
        plain = run("echo", "pacs", "--no-tls")
        assert plain.status == 2
        # The second if its alert arrives before the connection is reset.
        assert re.search(r"does it want TLS there\?|it speaks TLS on this connection", plain.err)


def test_tls_to_a_peer_without(run: Run, tmp_path: Path, tls_files: TlsFiles) -> None:
    with receiver(tmp_path) as peer:
        result = run("echo", f"127.0.0.1:{peer.port}", "--tls-ca", str(tls_files.authority.certificate))
    assert (result.status, result.out) == (2, "")
    assert "it does not speak TLS on this port" in result.err


@pytest.mark.parametrize("arguments", [[], ["--count", "0", "h:1"], ["--tls-verify", "perhaps", "h:1"]])
def test_usage(run: Run, arguments: list[str]) -> None:
    assert run("echo", *arguments).status == 2


def test_show_settings(run: Run) -> None:
    text = """\
[peers.pacs]
address = "PACS@h:104"
dimse-timeout = 2.5

[peers.pacs.tls]
ca = ["/etc/ca.pem"]
key = "/etc/k.pem"
key-password = "env:SECRET"
sni = false

[peers.pacs.identity]
user = "me"
password = "keyring:pacs"
confirm = false

[peers."the other"]
address = "h:105"
"""
    Path("asprofile.toml").write_text(text)
    assert (run("echo", "--show-settings").out, run("echo", "--show-settings").status) == (text, 0)
    assert run("echo", "--show-settings", "the other").out == '[peers."the other"]\naddress = "h:105"\n'
    wrong = run("echo", "--show-settings", "pasc")
    assert wrong.status == 2
    assert "did you mean 'pacs'?" in wrong.err
