"""Other descriptions of a negotiation where a profile is asked for: each format, a log, a capture, a probe."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR, VERIFICATION, profile
from made_captures import conversation, packets, pcap, pcapng
from program_logs import LOGS

import asprofile
from asprofile.receive.engine import Receiver

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

SENDER = """\
[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[Implicit]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Scanner]
PresentationContext1 = CTImageStorage\\Explicit
PresentationContext2 = CTImageStorage\\Implicit
[[Profiles]]
[Scanner]
PresentationContexts = Scanner
"""
RECEIVER = SENDER.replace("PresentationContext2 = CTImageStorage\\Implicit\n", "").replace("Scanner", "Archive")
AS_REQUESTOR = {
    "json": "json",
    "yaml": "yaml",
    "store-tcs": "properties",
    "dcm4chee-json": "json",
    "dcm4chee-ldif": "ldif",
}
AS_ACCEPTOR = {"conquest": "lst", "sop-classes": "properties", "orthanc": "json"}


@pytest.fixture
def sender(tmp_path: Path) -> Path:
    path = tmp_path / "storescu.cfg"
    path.write_text(SENDER)
    return path


def made(path: Path, to: str, kind: str, role: str) -> Path:
    data = asprofile.convert(path, to, role=role).data  # type: ignore[arg-type]
    other = path.with_name(f"described.{kind}" if kind != "lst" else "dgatesop.lst")
    other.write_bytes(data)
    return other


@pytest.mark.parametrize("to", AS_REQUESTOR)
def test_a_format_of_a_requestor_is_the_profile(to: str, run: Run, sender: Path) -> None:
    other = made(sender, to, AS_REQUESTOR[to], "requestor")
    found = run("diff", str(sender), str(other), "--role", "requestor")
    assert "read as" in found.err
    assert found.status in (0, 1), found.err
    assert asprofile.diff(sender, other, role="requestor").compared[0].comparison.only_first == ()
    assert "CT Image Storage" in run("show", f"{other}:").out
    assert run("simulate", str(other), "AcceptorAll").status == 0


@pytest.mark.parametrize("to", AS_ACCEPTOR)
def test_a_format_of_an_acceptor_answers(to: str, run: Run, sender: Path, tmp_path: Path) -> None:
    receiver = tmp_path / "storescp.cfg"
    receiver.write_text(RECEIVER)
    other = made(receiver, to, AS_ACCEPTOR[to], "acceptor")
    result = run("simulate", str(sender), str(other))
    assert "read as" in result.err
    assert "accepted: Explicit VR Little Endian" in result.out


def test_a_log_has_what_was_proposed_and_what_was_accepted(run: Run, sender: Path, tmp_path: Path) -> None:
    log = tmp_path / "scanner.log"
    log.write_text(LOGS["DCMTK"].text)
    shown = run("show", f"{log}:")
    assert "MR Image Storage" in shown.out
    assert "read as debug log" in shown.err
    assert "what was proposed in 1 association" in shown.err
    result = run("simulate", str(sender), str(log))
    assert "what was accepted in 1 association" in result.err
    assert "Verification" not in result.out
    assert "1 of 2 contexts accepted" in result.out


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_a_capture(write: Callable[..., bytes], run: Run, tmp_path: Path) -> None:
    capture = tmp_path / "scanner.pcap"
    capture.write_bytes(write(packets(conversation())))
    result = run("show", f"{capture}:", "--json")
    assert "read as network capture" in result.err
    assert "what was proposed in" in result.err
    contexts = result.json["profiles"][0]["contexts"]
    assert [one["abstract_syntax"]["uid"] for one in contexts] == [CT, MR]


def test_a_probe(run: Run, sender: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    accepting = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT,)))
    with Receiver(accepting, tmp_path / "inbox") as receiver:
        asked = ("--sop", "CTImageStorage", "--ts", "uncompressed", "--rate", "0", "--quiet")
        run("probe", f"127.0.0.1:{receiver.port}", *asked, "--json", "-o", str(tmp_path / "pacs.json"))
    result = run("diff", str(sender), str(tmp_path / "pacs.json"), "--json")
    assert "read as result of asprofile probe" in result.err
    assert result.status == 1
    simulated = run("simulate", str(sender), str(tmp_path / "pacs.json"))
    assert "1 of 2 contexts accepted" in simulated.out
    assert "preferred" not in simulated.err


def test_a_live_peer_is_asked(run: Run, sender: Path, tmp_path: Path) -> None:
    """By address, and by its name in the settings; for a library by address."""
    (tmp_path / "inbox").mkdir()
    accepting = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT,)))
    with Receiver(accepting, tmp_path / "inbox") as receiver:
        address = f"127.0.0.1:{receiver.port}"
        (tmp_path / "asprofile.toml").write_text(f'[peers.archive]\naddress = "ARCHIVE@{address}"\n')
        settings = ("--config", str(tmp_path / "asprofile.toml"))
        named = run("simulate", str(sender), "peer:archive", *settings)
    assert "1 of 2 contexts accepted" in named.out
    assert "what the peer" in named.err
    refused = run("simulate", str(sender), f"peer:{address}")
    assert (refused.status, "Traceback" in refused.err) == (2, False)
    assert run("diff", str(sender), "peer:nobody", *settings).status == 2


def test_a_capture_is_a_log_for_generate_and_a_format_for_convert(run: Run, tmp_path: Path) -> None:
    capture = tmp_path / "scanner.pcap"
    capture.write_bytes(pcap(packets(conversation())))
    made = run("generate", "--from-log", str(capture))
    assert (made.status, "CTImageStorage" in made.out) == (0, True)
    converted = run("convert", str(capture), "--to", "json")
    assert [one["abstract_syntax"] for one in converted.json["profiles"][0]["contexts"]] == [CT, MR]
    assert run("generate", "--profile", f"{capture}:", "--name", "X").status == 0


def test_what_is_too_long_for_a_profile_is_read_as_it_goes_by(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text(LOGS["DCMTK"].text + "D: padding of a night\n" * 400_000)
    assert "MR Image Storage" in run("show", f"{log}:").out


def test_the_format_can_be_forced(run: Run, sender: Path, tmp_path: Path) -> None:
    other = tmp_path / "list.txt"
    other.write_text("CTImageStorage:ExplicitVRLittleEndian\n")
    ambiguous = run("simulate", str(sender), str(other), "--from", "sop-classes")
    assert "accepted: Explicit VR Little Endian" in ambiguous.out
    assert run("show", str(other), "--from", "orthanc").status == 2


def test_what_is_nothing_of_that_is_refused_as_before(run: Run, tmp_path: Path) -> None:
    for name, text in {
        "a.txt": "hello",
        "b.json": json.dumps({"a": 1}),
        "c.log": "A-ASSOCIATE-RQ without contexts",
    }.items():
        (tmp_path / name).write_text(text)
        result = run("show", f"{tmp_path / name}:")
        assert (result.status, "read as" in result.err) == (2, False)


def test_a_profile_with_a_fault_is_never_taken_for_something_else(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.cfg"
    quoting = '# {"profiles": [], "version": 1} A-ASSOCIATE-RQ\n'
    path.write_text(quoting + SENDER.replace("[[Profiles]]", "[[Profile]]"))
    result = run("show", f"{path}:")
    assert (result.status, "read as" in result.err) == (2, False)


def test_sending_takes_only_a_profile(run: Run, sender: Path, tmp_path: Path) -> None:
    """What is sent tonight follows a file that DCMTK would load, and nothing that was made of another one."""
    other = made(sender, "json", "json", "requestor")
    assert run("send", "--profile", f"{other}:", "127.0.0.1:1", str(tmp_path)).status == 2
