"""Going on where a sending ended: by its report, by its JSON, or at an object."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import write_ct

from asprofile.cli import going_on
from asprofile.cli.going_on import Left
from asprofile.net import dimse
from asprofile.objects import scan
from asprofile.report.send.file import START, report_block
from asprofile.send.outcome import ObjectResult, Outcome
from asprofile.send.survey import Survey
from asprofile.testing import ScriptedPeer, ScriptError, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "to send what is left: "


@pytest.fixture
def objects() -> list[str]:
    Path("a study").mkdir()
    return [str(write_ct(Path(f"a study/{number}.dcm"), f"1.2.3.{number}")) for number in range(1, 7)]


def stored(seen: list[str]) -> Callable[[Wire], None]:
    """Store everything, and say what."""

    def script(peer: Wire) -> None:
        peer.accept()
        while True:
            command, _, context_id = peer.read_object()
            seen.append(command.sop_instance)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))

    def until_release(peer: Wire) -> None:
        try:
            script(peer)
        except ScriptError:
            peer.write(b"\x06\0\0\0\0\x04\0\0\0\0")

    return until_release


def interrupted_at(monkeypatch: pytest.MonkeyPatch, name: str, times: int = 1) -> None:
    """SIGINT when the walk comes to this file for the second time, which is when it is to be sent."""
    real, count = scan.examine, 0

    def examine(path: str, **more: Any) -> Any:
        nonlocal count
        if path == name:
            count += 1
            if count == 2:
                for _ in range(times):
                    signal.raise_signal(signal.SIGINT)
        return real(path, **more)

    monkeypatch.setattr(scan, "examine", examine)
    monkeypatch.setattr(Survey.__init__, "__kwdefaults__", {"keep": 0})


def pasted(text: str) -> list[str]:
    """The arguments of the command in a summary, as a shell takes them apart."""
    (line,) = [line for line in text.splitlines() if line.startswith(PREFIX)]
    words = shlex.split(line.removeprefix(PREFIX))
    return words[words.index("send") :]


@pytest.mark.parametrize("options", [[], ["--report", "the report.txt"], ["-q"]])
def test_what_is_left_of_an_interrupted_run(
    run: Run, objects: list[str], monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    interrupted_at(monkeypatch, objects[3])
    seen: list[str] = []
    with ScriptedPeer(stored(seen)) as peer:
        first = run("send", *options, f"127.0.0.1:{peer.port}", "a study")
        assert first.status == 130
        assert 0 < len(seen) < 6
        second = run(*pasted(first.err))
    assert second.status == 0
    assert sorted(seen) == [f"1.2.3.{number}" for number in range(1, 7)]
    assert PREFIX not in second.err
    if "--report" in options:
        assert Path("the report.txt").read_text().count("outcome:         stored\n") == 6


@pytest.mark.parametrize("options", [["--format", "jsonl"], ["--report", "account"]])
def test_going_on_after_a_run_was_killed(run: Run, objects: list[str], options: list[str]) -> None:
    got, go_on, seen = threading.Event(), threading.Event(), []

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer()
        peer.read_object()
        got.set()
        assert go_on.wait(60)

    with ScriptedPeer(script, stored(seen)) as peer:
        with (
            Path("account" if "jsonl" in options else "out").open("wb") as out,
            subprocess.Popen(
                [sys.executable, "-m", "asprofile", "send", *options, f"127.0.0.1:{peer.port}", "a study"],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=out,
            ) as process,
        ):
            assert got.wait(60)
            process.kill()
            go_on.set()
        with Path("account").open("a") as account:
            account.write('{"type": "object", "path": "a stu')  # as if it had been killed in the middle of a line
        second = run("send", "--continue", "account", *options, f"127.0.0.1:{peer.port}", "a study")
    assert second.status == 0
    assert seen == ["1.2.3.3", "1.2.3.4", "1.2.3.5", "1.2.3.6"]
    if "jsonl" in options:
        skipped = [line for line in map(json.loads, second.out.splitlines()) if line["type"] == "skipped"]
        assert [line["path"] for line in skipped] == objects[:2]
        assert skipped[0]["reason"] == "was stored in an earlier run, as account says"
    else:
        assert Path("account").read_text().count("outcome:         stored\n") == 6


def test_the_json_of_a_run(run: Run, objects: list[str], schema: Callable[[str], Any]) -> None:
    seen: list[str] = []
    with ScriptedPeer(stored(seen)) as peer:
        first = run("send", "--json", f"127.0.0.1:{peer.port}", *objects[:2], "missing")
        schema("send")(first.json)
        Path("first.json").write_text(first.out)
        second = run("send", "--continue", "first.json", f"127.0.0.1:{peer.port}", "a study")
    assert (first.json["summary"]["continue"], second.status) == (None, 0)
    assert len(seen) == 6


def test_what_is_left_of_a_run_that_stopped_by_itself(run: Run, objects: list[str]) -> None:
    """An object without an answer is left, too."""
    seen: list[str] = []

    def first(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.read_object()

    with ScriptedPeer(first, stored(seen)) as peer:
        result = run("send", "--retries", "0", "--stop-on-failure", "--json", f"127.0.0.1:{peer.port}", "a study")
        outcomes = [one["outcome"] for one in result.json["objects"]]
        assert outcomes == ["stored", "unknown", "not-sent", "not-sent", "not-sent", "not-sent"]
        command = result.json["summary"]["continue"]
        words = shlex.split(command)
        again = run(*words[words.index("send") :])
    assert again.status == 0
    assert seen == ["1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5", "1.2.3.6"]


def test_an_object_that_the_peer_had_no_room_for_is_left(run: Run, objects: list[str]) -> None:
    """The others were not sent because of it, and it is no worse than they are."""
    seen: list[str] = []

    def full(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer(0xA701)
        peer.release()

    with ScriptedPeer(full, stored(seen)) as peer:
        result = run("send", "--wait", "0", "--json", f"127.0.0.1:{peer.port}", "a study")
        outcomes = [one["outcome"] for one in result.json["objects"]]
        assert outcomes == ["stored", "failed", "not-sent", "not-sent", "not-sent", "not-sent"]
        words = shlex.split(result.json["summary"]["continue"])
        again = run(*words[words.index("send") :])
    assert again.status == 0
    assert seen == ["1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5", "1.2.3.6"]


def of(path: str, outcome: Outcome) -> ObjectResult:
    return ObjectResult(Path(path), outcome)


class TestLeft:
    def command(self, results: list[tuple[str, Outcome]], *called: str, **more: Any) -> str:
        left = Left()
        for path, outcome in results:
            left.add(of(path, outcome))
        given = {"repeated": False, "renamed": False, "is_list": False, "account": None, **more}
        return left.command(called, given.pop("account"), **given)

    def test_scattered_ones_are_named(self) -> None:
        results = [
            ("a", Outcome.STORED),
            ("b", Outcome.UNKNOWN),
            ("it's", Outcome.UNKNOWN),
            ("d", Outcome.STORED),
            ("e f", Outcome.NOT_SENT),
            ("g", Outcome.NOT_SENT),
        ]
        found = self.command(results, "--continue-at", "x", "pacs", "dir", "--continue=y", "-v")
        assert shlex.split(found)[1:] == ["send", "--continue-at", "e f", "pacs", "dir", "-v", "b", "it's"]
        assert self.command(results, "pacs", "dir", is_list=True) == ""
        assert self.command(results, "pacs", "dir", repeated=True) == ""
        assert shlex.split(self.command(results, "--continue", "x", "pacs", "dir", renamed=True))[1:] == [
            "send",
            "pacs",
            "dir",
        ]

    def test_too_many_to_be_named(self) -> None:
        many = [(str(number), Outcome.UNKNOWN) for number in range(21)]
        assert self.command([*many, ("x", Outcome.STORED), ("y", Outcome.NOT_SENT)], "pacs", "dir") == ""
        found = self.command([*many, ("x", Outcome.STORED), ("y", Outcome.NOT_SENT)], "pacs", "dir", account="-r")
        assert shlex.split(found)[1:] == ["send", "--continue=-r", "pacs", "dir"]

    def test_names_that_look_like_options(self) -> None:
        results = [("-x", Outcome.UNKNOWN), ("b", Outcome.STORED), ("--y", Outcome.NOT_SENT)]
        found = self.command(results, "pacs", "--", "-x", "b", "--y", "--continue")
        assert shlex.split(found)[1:] == [
            "send",
            "--continue-at=--y",
            "pacs",
            "--",
            "-x",
            "b",
            "--y",
            "--continue",
            "-x",
        ]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (["-o", "X"], []),
        (["-oX"], []),
        (["-vo", "X"], ["-v"]),
        (["-vqoX"], ["-vq"]),
        (["--output", "X", "--force"], []),
        (["--output=X", "-v"], ["-v"]),
        (["-o", "--", "-v"], ["-v"]),
        (["--", "-o", "--output", "--force"], ["--", "-o", "--output", "--force"]),
    ],
)
def test_a_file_of_results_is_of_one_run(given: list[str], left: list[str]) -> None:
    """Pasted, the command would write over it, or not begin."""
    rest = Left()
    rest.add(of("b", Outcome.NOT_SENT))
    found = rest.command(["pacs", *given], None, repeated=False, renamed=False, is_list=False)
    assert shlex.split(found)[1:] == ["send", "--continue-at", "b", "pacs", *left]
    found = rest.command(["pacs", *given], None, repeated=False, renamed=True, is_list=False)
    assert shlex.split(found)[1:] == ["send", "pacs", *left]


def test_what_is_no_account(run: Run, objects: list[str]) -> None:
    Path("notes").write_text("mine\n")
    assert "notes: is no report of" in run("send", "--continue", "notes", "127.0.0.1:1", "a study").err
    assert "No such file" in run("send", "--continue", "gone", "127.0.0.1:1", "a study").err
    result = run("send", "--continue-at", "gone.dcm", "127.0.0.1:1", "a study")
    assert (result.status, "gone.dcm: --continue-at names what is not among the objects" in result.err) == (2, True)
    for more in (["--continue-at", "x"], ["--repeat", "2"]):
        assert run("send", "--continue", "notes", *more, "127.0.0.1:1", "a study").status == 2


def test_an_account_is_exact() -> None:
    """Names count that are stored, and no others that look like them."""
    lines = [
        {"type": "object", "path": "a\nb", "outcome": "stored"},
        {"type": "object", "path": "c", "outcome": "failed"},
    ]
    Path("lines").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    account = going_on.Account("lines")
    assert (account.has("a\nb"), account.has("c"), account.has("a")) == (True, False, False)
    Path("report").write_text(
        "asprofile send, now\n\na\\x0ab\n  outcome:         stored\nd\n  outcome:         failed\n"
    )
    account = going_on.Account("report")
    assert (account.has("a\nb"), account.has("d")) == (False, False)


ODD_NAMES = (
    "plain.dcm", "a\nb", "a\\x0ab", "a\\nb", '"a"', '"', '""', "\udcff", "\\udcff", "a\x1b[2J", " a", "a ", "ü",
    "a\u2028b", "a\rb", "a\r", "\u202ea", "\x85", "\ufeffa", "  outcome:         stored",
    "a\n  outcome:         stored\nb",
)  # fmt: skip


def test_a_report_holds_every_name() -> None:
    """Each is read back as it is, and none of them for another."""
    for name in ODD_NAMES:
        result = ObjectResult(Path(name), Outcome.STORED)
        Path("report").write_bytes(f"{START}now\n{report_block(result)}".encode("utf-8", "surrogateescape"))
        account = going_on.Account("report")
        assert [other for other in ODD_NAMES if account.has(other)] == [name]


@pytest.mark.parametrize(
    "account",
    [
        b"",
        b"{\n",
        b'{\n"a": 1}\n',
        b'{\n"objects": 5}\n',
        b'{\n"objects": [5]}\n',
        b'{\n"objects": [{}]}\n',
        b'{\n"objects": [{"outcome": "stored", "path": {}}]}\n',
        b"{\n" + b'"a":[' * 100_000,
        b"[" * 100_000 + b"\n",
        b'{"type": "object"}\n',
        b'{"type": "object", "outcome": "stored"}\n',
        b'{"type": "object", "outcome": "stored", "path": []}\n',
        b"[1, 2]\n5\nnull\n",
        b"\xff\xfe{\0\n\0",
        bytes(300),
    ],
)
def test_what_is_no_account_is_refused_or_says_of_nothing_that_it_is_stored(
    run: Run, objects: list[str], account: bytes
) -> None:
    Path("account").write_bytes(account)
    with ScriptedPeer(stored(seen := [])) as peer:
        result = run("send", "--continue", "account", f"127.0.0.1:{peer.port}", "a study")
    if account:
        assert (result.status, seen) == (2, [])
        assert "account: is no report of" in result.err
    else:
        assert (result.status, len(seen)) == (0, len(objects))
