"""``asprofile send``: what is printed, how it ends, where a profile is found. The sender itself is in tests/send."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from factories import CT, IMPLICIT, MR, write_ct

from asprofile.model.loader import load
from asprofile.names.releases import LATEST
from asprofile.negotiate.request import encoded_size, propose
from asprofile.net import dimse, wire
from asprofile.receive.engine import Receiver
from asprofile.resources import sample_files
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]
# With SIGINT as a terminal has it, whatever the tests were started from.
PROGRAM = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from asprofile.cli import main; main()",
]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """An acceptor that takes CT with Explicit VR and little else."""
    (file,) = (file for file in sample_files() if file.stem == "acceptor")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Receiver(load(file, role="acceptor").use("Acceptor"), inbox) as running:
        yield running


@pytest.fixture
def config(clean: str) -> str:
    """A file with the profile SMALL: CT and MR, each Explicit or Implicit VR."""
    Path("small.cfg").write_text(clean)
    return "small.cfg"


@pytest.fixture
def objects() -> list[str]:
    """Three CT images."""
    Path("objects").mkdir()
    return [str(write_ct(Path(f"objects/{number}.dcm"), f"1.2.3.{number}")) for number in (1, 2, 3)]


def sending(config: str, port: int, *more: str) -> list[str]:
    return ["send", "--profile", f"{config}:small", *more, f"127.0.0.1:{port}"]


class StopsAfterOne:
    """A script for a peer: store one object, take in the next, and say nothing more."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def __call__(self, peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.read_object()
        self.stopped.set()
        peer.hang()


class TestOutcomes:
    def test_all_stored_is_0(
        self, run: Run, receiver: Receiver, config: str, objects: list[str], tmp_path: Path
    ) -> None:
        result = run(*sending(config, receiver.port), "objects")
        assert (result.status, result.out) == (0, "")
        first, last = result.err.splitlines()
        assert first == "profile SMALL of small.cfg, 3 contexts"
        pattern = rf"3 objects to 127\.0\.0\.1:{receiver.port}: 3 stored; [\d.]+ k?B?(ytes)? in \d+\.\d s"
        assert re.fullmatch(pattern, last), last
        assert len(list((tmp_path / "inbox").iterdir())) == 3

    def test_verbose_has_a_line_for_each(self, run: Run, receiver: Receiver, config: str, objects: list[str]) -> None:
        result = run(*sending(config, receiver.port), "-v", *objects)
        expected = "stored as CT Image Storage, Explicit VR Little Endian, context 3"
        assert result.out.splitlines() == [f"{name}: {expected}" for name in objects]
        size = encoded_size(propose(load(Path(config)).use("small")))
        assert result.err.splitlines()[0] == f"profile SMALL of small.cfg, 3 contexts, request of {size:,} bytes"

    def test_quiet_says_nothing_of_success(self, run: Run, receiver: Receiver, config: str, objects: list[str]) -> None:
        result = run(*sending(config, receiver.port), "-q", "objects")
        assert (result.status, result.out, result.err) == (0, "", "")

    def test_a_refused_object_is_1_with_reason_and_way_out(
        self, run: Run, receiver: Receiver, config: str, objects: list[str], tmp_path: Path
    ) -> None:
        write_ct(Path("objects/2.dcm"), "1.2.3.2", sop_class="1.2.840.10008.5.1.4.1.1.7")
        result = run(*sending(config, receiver.port), "objects")
        assert result.status == 1
        refused, way_out = result.out.splitlines()
        assert refused.startswith("objects/2.dcm: refused before sending: the profile does not propose ")
        assert way_out.startswith("  ")
        assert way_out.strip()
        assert ": 2 stored, 1 refused before sending; " in result.err
        assert len(list((tmp_path / "inbox").iterdir())) == 2

    def test_what_the_peer_does_not_accept(self, run: Run, config: str, objects: list[str]) -> None:
        def only_verification(peer: Wire) -> None:
            peer.accept({3: (4, IMPLICIT), 5: (3, IMPLICIT)})
            peer.release()

        with ScriptedPeer(only_verification) as peer:
            result = run(*sending(config, peer.port), "objects/1.dcm")
        assert result.status == 1
        assert result.out.startswith("objects/1.dcm: refused before sending: ")

    def test_what_the_peer_says_is_shown_and_cannot_steer_the_terminal(
        self, run: Run, config: str, objects: list[str], schema: Callable[[str], Any]
    ) -> None:
        def script(peer: Wire) -> None:
            peer.accept()
            peer.answer(0xB000, comment="coerced")
            peer.answer(0xC000, comment="disk\x1b[2J full")
            peer.answer(0x0000)
            peer.release()

        with ScriptedPeer(script, script) as peer:
            result = run(*sending(config, peer.port), "objects")
            found = run(*sending(config, peer.port, "--json"), "objects")
        assert result.status == 1
        warning, failure, *_ = result.out.splitlines()
        assert warning.startswith("objects/1.dcm: stored with a warning, status B000H: ")
        assert warning.endswith(" (coerced)")
        assert failure.startswith("objects/2.dcm: failed, status C000H: ")
        assert "\x1b" not in failure
        assert ": 1 stored, 1 stored with a warning, 1 failed; " in result.err
        schema("send")(found.json)
        assert (found.status, found.err) == (1, "")
        assert [item["outcome"] for item in found.json["objects"]] == ["stored-with-warning", "failed", "stored"]
        assert [item["status"] for item in found.json["objects"]] == [0xB000, 0xC000, 0]
        assert found.json["summary"]["stored"] == 1
        assert found.json["summary"]["error"] is None
        assert found.json["profile"] == {"name": "SMALL", "path": "small.cfg", "contexts": 3}

    def test_an_association_that_breaks(
        self, run: Run, config: str, objects: list[str], schema: Callable[[str], Any]
    ) -> None:
        def script(peer: Wire) -> None:
            peer.accept()
            peer.answer()
            peer.read_object()
            peer.reset()

        with ScriptedPeer(script, store_all) as peer:
            result = run(*sending(config, peer.port, "--json", "--retries", "0"), "objects")
        schema("send")(result.json)
        assert result.status == 1
        assert [item["outcome"] for item in result.json["objects"]] == ["stored", "unknown", "stored"]
        assert result.json["summary"]["error"]

    def test_nobody_listens_is_2(
        self, run: Run, config: str, objects: list[str], free_port: int, schema: Callable[[str], Any]
    ) -> None:
        result = run(*sending(config, free_port), "objects")
        assert result.status == 2
        assert result.err.count("asprofile: ") == 1
        assert f"127.0.0.1:{free_port}" in result.err
        found = run(*sending(config, free_port, "--json"), "objects")
        schema("send")(found.json)
        assert found.status == 2
        assert found.json["summary"]["associations"] == 0

    def test_a_rejected_association_is_2(self, run: Run, config: str, objects: list[str]) -> None:
        def script(peer: Wire) -> None:
            peer.read_request()
            peer.write(wire.encode(wire.AssociateReject(1, 1, 7)))

        with ScriptedPeer(script) as peer:
            result = run(*sending(config, peer.port), "objects")
        assert result.status == 2
        assert f"asprofile: 127.0.0.1:{peer.port} rejected permanently: the called AE title" in result.err

    @pytest.mark.parametrize("options", [[], ["--json"]])
    def test_nothing_to_send_is_1(
        self, run: Run, config: str, free_port: int, options: list[str], schema: Callable[[str], Any]
    ) -> None:
        Path("d").mkdir()
        Path("d/notes.txt").write_text("no object")
        result = run(*sending(config, free_port, *options), "d")
        assert result.status == 1
        if options:
            schema("send")(result.json)
            assert (result.json["objects"], result.json["summary"]["skipped"]) == ([], 1)
        else:
            assert "no DICOM objects found (1 other files skipped; -v says why): nothing to send\n" in result.err

    def test_names_that_are_no_objects(self, run: Run, config: str, free_port: int) -> None:
        odd = os.fsdecode(b"\x1b[2J\n\xff")
        Path(odd).write_text("")
        result = run(*sending(config, free_port), odd, "missing", "")
        assert result.status == 2
        assert run(*sending(config, free_port), odd).status == 1
        assert result.out.startswith("␛[2J␊�: refused before sending: ")
        assert "\nmissing: refused before sending: cannot be read: No such file or directory\n" in result.out

    def test_the_same_reason_is_not_repeated_for_ever(self, run: Run, config: str, free_port: int) -> None:
        names = [f"missing-{number}" for number in range(10_000)]
        result = run(*sending(config, free_port), *names)
        assert result.status == 2
        lines = result.out.splitlines()
        assert len(lines) == 6
        assert lines[-1] == "  (more objects with this reason; --verbose shows each)"
        assert "10,000 objects to " in result.err
        assert ": 10,000 refused before sending; " in result.err
        assert len(run(*sending(config, free_port), "-v", *names[:50]).out.splitlines()) == 50

    def test_no_recursion(self, run: Run, receiver: Receiver, config: str, objects: list[str]) -> None:
        Path("objects/deeper").mkdir()
        write_ct(Path("objects/deeper/4.dcm"), "1.2.3.4")
        assert "3 objects to" in run(*sending(config, receiver.port), "--no-recurse", "objects").err
        assert "4 objects to" in run(*sending(config, receiver.port), "objects").err


class TestOptions:
    def test_ae_titles(self, run: Run, config: str, objects: list[str]) -> None:
        titles = []

        def script(peer: Wire) -> None:
            request = peer.read_request()
            titles.append((request.called_ae, request.calling_ae, request.max_pdu))
            peer.write(wire.encode(wire.AssociateReject(1, 1, 7)))

        with ScriptedPeer(script, script, script) as peer:
            command = ["send", "--profile", f"{config}:small", "objects"]
            run(*command[:3], f"127.0.0.1:{peer.port}", "objects")
            run(*command[:3], "--calling", "ME", "--max-pdu", "32768", f"PACS@127.0.0.1:{peer.port}", "objects")
            run(*command[:3], "--called", "OTHER", f"PACS@127.0.0.1:{peer.port}", "objects")
        assert titles == [("ANY-SCP", "ASPROFILE", 16384), ("PACS", "ME", 32768), ("OTHER", "ASPROFILE", 16384)]

    @pytest.mark.parametrize(
        ("peer", "options", "message"),
        [
            ("nonsense", [], "is not an address of a peer"),
            ("host:0", [], "'0' is not a port (1 to 65535)"),
            ("::1:104", [], "an IPv6 address must be in brackets"),
            ("THIS-TITLE-IS-TOO-LONG@h:1", [], "is not an AE title"),
            ("h:1", ["--calling", ""], "AE title"),
            ("h:1", ["--called", "SEVENTEEN-LETTERS"], "AE title"),
            ("h:1", ["--max-pdu", "100"], "maximum PDU length 100"),
            ("h:1", ["--max-pdu", "many"], "'many' is not a valid integer"),
        ],
    )
    def test_what_cannot_be(self, run: Run, config: str, peer: str, options: list[str], message: str) -> None:
        result = run("send", "--profile", f"{config}:small", *options, peer, "x")
        assert (result.status, result.out) == (2, "")
        assert message in result.err

    def test_a_peer_that_says_nothing(self, run: Run, config: str, objects: list[str]) -> None:
        with ScriptedPeer(lambda peer: peer.hang()) as peer:
            result = run(*sending(config, peer.port), "--acse-timeout", "0.2", "objects")
        assert result.status == 2
        assert "did not answer the association request within 0.2 seconds" in result.err


class TestProfiles:
    """Where the profile comes from: the first line on stderr says it."""

    @pytest.fixture
    def used(self, run: Run, free_port: int) -> Callable[..., str]:
        """Where a profile is found, or the message that says that it is not."""

        def call(*options: str) -> str:
            result = run("send", *options, f"127.0.0.1:{free_port}", "missing")
            assert result.status == 2
            first, *others = result.err.splitlines(keepends=True)
            return first.removesuffix("\n") if first.startswith("profile ") else first + "".join(others)

        return call

    def test_a_sample(self, used: Callable[..., str]) -> None:
        (default,) = (file for file in sample_files() if file.stem == "default")
        assert used("--profile", "default").startswith(f"profile DEFAULT of {default}, ")

    def test_the_projects_files_come_before_the_samples(self, used: Callable[..., str], clean: str) -> None:
        Path("c/d").mkdir(parents=True)
        Path("c/d/own.cfg").write_text(clean.replace("[Small]", "[Default]"))
        Path("asprofile.toml").write_text('profiles = ["**/*.cfg"]\n')
        assert used("--profile", "default") == f"profile DEFAULT of {Path.cwd()}/c/d/own.cfg, 3 contexts"
        assert used("--isolated", "--profile", "default").startswith("profile DEFAULT of ")
        assert "own.cfg" not in used("--isolated", "--profile", "default")
        assert "/mpeg4.cfg, " in used("--profile", "MPEG4")

    def test_a_named_file_counts_alone(self, used: Callable[..., str], config: str) -> None:
        Path("asprofile.toml").write_text('profiles = ["nothing-there.cfg"]\n')
        assert used("--profile", f"{config}:small") == "profile SMALL of small.cfg, 3 contexts"
        message = used("--profile", f"{config}:MPEG4")
        assert message == "asprofile: small.cfg: no profile 'MPEG4'; there is SMALL\n"

    def test_a_pattern_that_fits_nothing_is_an_error(self, used: Callable[..., str]) -> None:
        Path("asprofile.toml").write_text('profiles = ["nothing-there.cfg"]\n')
        expected = f"asprofile: {Path.cwd()}/asprofile.toml:1:1: profiles: no file fits 'nothing-there.cfg'\n"
        assert used("--profile", "small") == expected

    def test_a_file_of_the_project_that_does_not_load_is_an_error(self, used: Callable[..., str], clean: str) -> None:
        # The profile may be in it: to take the sample of that name instead would be wrong without a word.
        Path("own.cfg").write_text(clean.replace("CTImageStorage", "CTImageStorag"))
        Path("asprofile.toml").write_text('profiles = ["own.cfg"]\n')
        assert f"own.cfg:10:24: DCMTK {LATEST} refuses this (condition 1025): " in used("--profile", "default")

    def test_a_file_of_the_project_for_acceptors_is_passed_over(self, used: Callable[..., str], clean: str) -> None:
        many = "".join(f"PresentationContext{n} = 1.2.3.{n}\\Uncompressed\n" for n in range(4, 130))
        Path("a.cfg").write_text(clean.replace("\n\n[[Profiles]]", f"\n{many}\n[[Profiles]]"))
        Path("b.cfg").write_text(clean.replace("[Small]", "[Other]"))
        Path("asprofile.toml").write_text('profiles = ["a.cfg", "b.cfg"]\n')
        assert used("--profile", "other") == f"profile OTHER of {Path.cwd()}/b.cfg, 3 contexts"
        # But not when it is the one that is asked for.
        assert "more than 128 presentation contexts" in used("--profile", "small")

    def test_a_sample_that_cannot_be_used_says_why(self, used: Callable[..., str]) -> None:
        assert "acceptor_all.cfg:" in used("--profile", "AcceptorAll")
        assert "more than 128 presentation contexts" in used("--profile", "AcceptorAll")
        assert "DCMTK 3.6.0 refuses this (condition 1024)" in used("--profile", "MPEG4", "--release", "3.6.0")

    def test_an_unknown_profile(self, used: Callable[..., str]) -> None:
        expected = (
            "asprofile: no profile 'MPEG5' among the project's profiles and the samples; did you mean MPEG2 or MPEG4?\n"
        )
        assert used("--profile", "MPEG5") == expected
        assert used("--profile", "\x1b").startswith("asprofile: '\\x1b' is no name of a profile")

    def test_a_missing_file(self, used: Callable[..., str]) -> None:
        assert used("--profile", "nowhere.cfg:x") == "asprofile: nowhere.cfg: No such file or directory\n"


class TestTerminal:
    """On a terminal of its own, in a process of its own."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}

    def test_a_bar_while_it_sends_and_a_clean_screen_afterwards(
        self, config: str, objects: list[str], environment: dict[str, str]
    ) -> None:
        def script(peer: Wire) -> None:
            peer.accept()
            peer.answer()
            time.sleep(0.4)  # long enough for the bar to be drawn with something done
            peer.answer(0xC000)
            peer.answer()
            peer.release()

        Path("objects/notes.txt").write_text("no object")
        with ScriptedPeer(script) as peer:
            output, status = on_terminal([*PROGRAM, *sending(config, peer.port), "objects"], environment)
        assert status == 1
        assert re.search(r"1/[34]", output)
        assert "MB" in output
        shown = screen(output)
        assert shown[0] == "profile SMALL of small.cfg, 3 contexts"
        assert shown[1].startswith("objects/2.dcm: failed, status C000H: ")
        assert shown[-1].startswith(f"3 objects to 127.0.0.1:{peer.port}: 2 stored, 1 failed; ")
        assert all("━" not in line and "/3" not in line for line in shown)
        assert output.rfind("\x1b[?25h") > output.rfind("\x1b[?25l")

    def test_results_stay_on_stdout_beside_a_bar(
        self, config: str, objects: list[str], environment: dict[str, str], receiver: Receiver
    ) -> None:
        with Path("log").open("wb") as log:
            output, status = on_terminal(
                [*PROGRAM, *sending(config, receiver.port), "-v", "objects"], environment, stdout=log
            )
        assert status == 0
        assert Path("log").read_text().count(": stored as CT Image Storage") == 3
        assert "stored as" not in output

    def test_a_dumb_terminal_has_no_bar(
        self, config: str, objects: list[str], environment: dict[str, str], receiver: Receiver
    ) -> None:
        output, status = on_terminal(
            [*PROGRAM, *sending(config, receiver.port), "objects"], {**environment, "TERM": "dumb"}
        )
        assert status == 0
        assert "\x1b" not in output

    def test_interrupted_on_a_terminal(self, config: str, objects: list[str], environment: dict[str, str]) -> None:
        script = StopsAfterOne()
        with ScriptedPeer(script) as peer:
            command = [*PROGRAM, *sending(config, peer.port), "-v", "objects"]
            output, status = on_terminal(command, environment, interrupt_when=script.stopped)
        assert status == 130
        shown = screen(output)
        assert "asprofile: interrupted; 1 of 3 sent; what is left: 2 objects" in shown
        assert shown[-1].startswith(
            f"3 objects to 127.0.0.1:{peer.port}: 1 stored, 1 sent without an answer, 1 not sent; "
        )
        assert output.rfind("\x1b[?25h") > output.rfind("\x1b[?25l")


class TestWithoutProfile:
    def test_contexts_follow_from_the_objects(
        self, run: Run, receiver: Receiver, objects: list[str], schema: Callable[[str], Any]
    ) -> None:
        write_ct(Path("objects/4.dcm"), "1.2.3.4", sop_class=MR)
        result = run("send", f"127.0.0.1:{receiver.port}", "objects")
        assert result.status == 0
        assert result.err.splitlines()[0] == "2 presentation contexts for the objects found"
        found = run("send", "--json", f"127.0.0.1:{receiver.port}", "objects")
        schema("send")(found.json)
        assert (found.json["profile"], found.json["contexts"]) == (None, 2)
        assert found.json["summary"]["stored"] == 4

    def test_the_default_transfer_syntax(self, run: Run, objects: list[str]) -> None:
        requests = []

        def script(peer: Wire) -> None:
            peer.accept()
            requests.append(peer.request)
            for _ in objects:
                peer.answer()
            peer.release()

        with ScriptedPeer(script) as peer:
            assert run("send", "--propose-default", f"127.0.0.1:{peer.port}", "objects").status == 0
        assert [context.transfer_syntaxes for context in requests[0].contexts] == [
            ("1.2.840.10008.1.2.1",),
            ("1.2.840.10008.1.2",),
        ]

    def test_more_kinds_than_an_association_has_room_for(self, run: Run) -> None:
        """One after the other; each object finds its context."""
        Path("many").mkdir()
        for number in range(130):
            write_ct(Path(f"many/{number:03}.dcm"), f"1.2.3.{number}", sop_class=f"1.2.840.99999.{number}")
        counts = []

        def script(peer: Wire) -> None:
            peer.accept()
            assert peer.request is not None
            counts.append(len(peer.request.contexts))
            for _ in peer.request.contexts:
                peer.answer()
            peer.release()

        with ScriptedPeer(script) as peer:
            result = run("send", "--associations", "1", f"127.0.0.1:{peer.port}", "many")
        assert result.status == 0
        assert result.err.startswith(
            "130 presentation contexts for the objects found, in 2 association requests\n130 objects to "
        )
        assert counts == [128, 2]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--profile", "small.cfg"], "for a file write small.cfg:NAME, or small.cfg: if it has one"),
            (["--propose-default", "--profile", "Default"], "--propose-default is for contexts that follow"),
            (["--rename", "--repeat", "2"], "--rename and --repeat exclude each other"),
            (["--max-send-pdu", "100"], "give 1024 bytes or more, or 0"),
            (["--report", "no/such/directory/report.txt"], "no/such/directory/report.txt: No such file or directory"),
        ],
    )
    def test_what_does_not_go_together(
        self, run: Run, config: str, objects: list[str], free_port: int, options: list[str], message: str
    ) -> None:
        result = run("send", *options, f"127.0.0.1:{free_port}", "objects")
        assert result.status == 2
        assert message in result.err


class TestFiles:
    def test_repeat_pattern_and_bare(self, run: Run, receiver: Receiver, objects: list[str]) -> None:
        data = Path(objects[0]).read_bytes()
        Path("objects/bare.img").write_bytes(data[data.index(b"\x08\0\x16\0") :])
        found = run("send", "--json", "--repeat", "2", "--pattern", "[12].dcm", f"127.0.0.1:{receiver.port}", "objects")
        assert [item["path"] for item in found.json["objects"]] == [
            *["objects/1.dcm"] * 2,
            *["objects/2.dcm"] * 2,
        ]
        found = run("send", "--json", "--bare", "--pattern", "*.img", f"127.0.0.1:{receiver.port}", "objects")
        assert [(item["path"], item["outcome"]) for item in found.json["objects"]] == [("objects/bare.img", "stored")]

    def test_rename(self, run: Run, receiver: Receiver, objects: list[str]) -> None:
        write_ct(Path("objects/4.dcm"), "1.2.3.4", sop_class="1.2.840.99999.1")
        Path("objects/1.dcm.done").write_text("in the way")
        Path("objects/notes.txt").write_text("no object")
        result = run("send", "--rename", f"127.0.0.1:{receiver.port}", "objects")
        assert result.status == 1
        assert sorted(path.name for path in Path("objects").iterdir()) == [
            "1.dcm",
            "1.dcm.done",
            "2.dcm.done",
            "3.dcm.done",
            "4.dcm.bad",
            "notes.txt",
        ]
        assert "objects/1.dcm: not renamed, because objects/1.dcm.done exists" in result.out

    def test_a_report_is_written_whatever_happens(self, run: Run, objects: list[str], free_port: int) -> None:
        result = run("send", "--report", "report.txt", "--called", "PACS", f"127.0.0.1:{free_port}", "objects")
        assert result.status == 2
        report = Path("report.txt").read_text()
        assert report.count("  outcome:         not sent\n") == 3
        assert "called AE:    PACS\n" in report
        assert f"error:        connection refused by 127.0.0.1:{free_port}" in report

    def test_a_report_of_everything(self, run: Run, objects: list[str]) -> None:
        def script(peer: Wire) -> None:
            peer.accept()
            peer.answer()
            peer.answer(0xB000, comment="coerced")
            peer.answer(0xC000)
            peer.release()

        with ScriptedPeer(script) as peer:
            assert run("send", "-q", "--report", "report.txt", f"127.0.0.1:{peer.port}", "objects").status == 1
        blocks = Path("report.txt").read_text().split("\n\n")
        assert len(blocks) == 5
        assert "1 stored, 1 stored with a warning, 1 failed" in blocks[4]
        assert "  status:          0000H" in blocks[1]
        assert "  status:          B000H (coerced)" in blocks[2]
        assert "  reason:          C000H cannot understand" in blocks[3]


def test_another_try_is_announced(run: Run, config: str, objects: list[str]) -> None:
    def broken(peer: Wire) -> None:
        peer.accept()
        peer.read_object()

    def good(peer: Wire) -> None:
        peer.accept()
        for _ in objects:
            peer.answer()
        peer.release()

    with ScriptedPeer(broken, good) as peer:
        result = run(*sending(config, peer.port, "--retries", "1"), "objects")
    assert result.status == 0
    assert result.err.count("closed the connection instead of going on; trying again in 1 s") == 1
    assert ": 3 stored; " in result.err


def test_a_peer_without_room_is_waited_for_and_that_is_announced(run: Run, config: str, objects: list[str]) -> None:
    def full(peer: Wire) -> None:
        peer.accept()
        peer.answer(0xA700, comment="disk full")
        peer.release()

    with ScriptedPeer(full, store_all) as peer:
        result = run(*sending(config, peer.port, "--wait", "1m"), "objects")
        assert result.status == 0
        assert "A700H refused: out of resources (disk full); trying again in 1 s, for 1m in all (--wait)" in result.err
        assert ": 3 stored; " in result.err
    with ScriptedPeer(full) as peer:
        result = run(*sending(config, peer.port, "--wait", "0"), "objects")
        assert result.status == 1
        assert ": 1 failed, 2 not sent; " in result.err


@pytest.mark.parametrize("given", ["soon", "-1", "10 minutes", "nan", "inf", "5d"])
def test_a_duration_that_is_none(run: Run, config: str, objects: list[str], given: str) -> None:
    result = run(*sending(config, 104, f"--wait={given}"), "objects")
    assert result.status == 2
    assert "is no duration: write seconds, or 30s, 10m, 2h, or forever" in " ".join(result.err.split())


class TestInterrupted:
    @pytest.mark.parametrize("options", [[], ["--json"], ["-q"]])
    def test_what_was_sent_so_far_is_said(
        self, config: str, objects: list[str], options: list[str], schema: Callable[[str], Any]
    ) -> None:
        script = StopsAfterOne()
        with ScriptedPeer(script) as peer:
            process = subprocess.Popen(
                [*PROGRAM, *sending(config, peer.port, *options), "objects"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            assert script.stopped.wait(60)
            err = interrupt_twice(process)
            out, more = process.communicate(timeout=60)
            err += more
        assert process.returncode == 130
        assert b"Traceback" not in err
        if options == ["--json"]:
            found = json.loads(out)
            schema("send")(found)
            assert [item["outcome"] for item in found["objects"]] == ["stored", "unknown", "not-sent"]
            assert found["objects"][1]["reason"] == "sent, but not answered: aborted by us: interrupted"
            assert found["summary"]["error"].startswith("interrupted")
        else:
            assert err.count(b"asprofile: interrupted; ") == 1
            assert (b"3 objects to" in err) is (options == [])

    @pytest.mark.parametrize("associations", ["1", "3"])
    def test_once_finishes_what_is_being_sent(self, config: str, objects: list[str], associations: str) -> None:
        """The objects in hand are answered, the associations released, and nothing more is begun."""
        begun, go_on, released = threading.Semaphore(0), threading.Event(), []

        def script(peer: Wire) -> None:
            peer.accept()
            command, _, context_id = peer.read_object()
            begun.release()
            assert go_on.wait(60)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
            peer.release()
            released.append(True)

        for number in range(4, 10):
            write_ct(Path(f"objects/{number}.dcm"), f"1.2.3.{number}")
        with ScriptedPeer(script, at_once=int(associations)) as peer:
            process = subprocess.Popen(
                [*PROGRAM, *sending(config, peer.port, "--associations", associations, "--json"), "objects"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            assert all(begun.acquire(timeout=60) for _ in range(int(associations)))
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert b"finishing" in read_until(process.stderr, b"aborts\n")
            go_on.set()
            out, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        found = json.loads(out)
        count = int(associations)
        outcomes = sorted(item["outcome"] for item in found["objects"])
        assert outcomes == ["not-sent"] * (9 - count) + ["stored"] * count
        assert len(released) == count
        assert found["summary"]["error"] == f"interrupted; {count} of 9 sent; what is left: {9 - count} objects"

    def test_a_reader_that_has_gone(self, config: str, objects: list[str], receiver: Receiver) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [*PROGRAM, *sending(config, receiver.port), "-v", "objects"],
            stdout=writing,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
        )
        os.close(writing)
        assert done.returncode == 0
        assert b": 3 stored; " in done.stderr
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr


def test_colours_of_results(run: Run, config: str, free_port: int) -> None:
    result = run(*sending(config, free_port), "--color", "always", "missing")
    assert "missing: \x1b[31mrefused before sending\x1b[0m: " in result.out
    assert "\x1b[31m1 refused before sending\x1b[0m" in result.err


def test_one_object_of_another_encoding(run: Run, receiver: Receiver, config: str) -> None:
    write_ct(Path("implicit.dcm"), "1.2.3.9", transfer_syntax=IMPLICIT, sop_class=MR)
    result = run(*sending(config, receiver.port), "-v", "implicit.dcm")
    # The peer takes the first of the two in its own list, which is Explicit VR.
    assert result.status == 1
    assert result.out.startswith("implicit.dcm: refused before sending: ")
    assert CT not in result.out


def interrupt_twice(process: subprocess.Popen[bytes]) -> bytes:
    """Ctrl-C, and again when the first has been heard; what it says on stderr meanwhile."""
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    said = read_until(process.stderr, b"once more aborts\n")
    process.send_signal(signal.SIGINT)
    return said


def read_until(stream: IO[bytes], end: bytes) -> bytes:
    said = b""
    while not said.endswith(end):
        line = stream.readline()
        assert line, said
        said += line
    return said


def on_terminal(
    command: list[str],
    environment: dict[str, str],
    *,
    stdout: Any = None,
    interrupt_when: threading.Event | None = None,
) -> tuple[str, int]:
    """Run with stderr (and stdout) on a new terminal: everything that was written to it, and the exit status."""
    ours, theirs = pytest.importorskip("pty").openpty()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=stdout or theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    output, aborted = b"", False
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if interrupt_when is not None and interrupt_when.is_set():
            process.send_signal(signal.SIGINT)
            interrupt_when = None
        if not aborted and b"once more aborts" in output:
            process.send_signal(signal.SIGINT)
            aborted = True
        if not select.select([ours], [], [], 0.1)[0]:
            continue
        try:
            more = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not more:
            break
        output += more
    os.close(ours)
    return output.decode(), process.wait(10)


def screen(output: str) -> list[str]:
    """The lines that a terminal shows in the end, without colours; knows as much as a progress bar needs."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[[?\d;]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", output):
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.startswith("\x1b"):
            if part.endswith("A"):
                row -= int(part[2:-1] or 1)
            elif part.endswith("K"):
                lines[row] = ""
            else:
                assert part[-1] in "mhl", part
        else:
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part) :]
            column += len(part)
    return [line.rstrip() for line in lines if line.strip()]
