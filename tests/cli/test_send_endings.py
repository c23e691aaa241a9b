"""``asprofile send`` and trouble around it: signals, output that cannot be written, names that cannot be changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import write_ct

from asprofile.cli.sending import rename
from asprofile.net import dimse
from asprofile.objects import scan
from asprofile.objects.dataset import DataSetFile
from asprofile.send import engine
from asprofile.send.outcome import ObjectResult, Outcome
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]
FULL = Path("/dev/full")
SMALL = """\
[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Plain
[[Profiles]]
[Small]
PresentationContexts = Contexts
"""


@pytest.fixture
def objects() -> list[str]:
    Path("objects").mkdir()
    return [str(write_ct(Path(f"objects/{number}.dcm"), f"1.2.3.{number}")) for number in (1, 2, 3)]


def started(*arguments: str, before: Callable[[], None] | None = None, **streams: Any) -> subprocess.Popen[bytes]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(
        [sys.executable, "-m", "asprofile", "send", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=before,
        **streams,
    )


class Held:
    """A peer that answers the first object when it is told to."""

    def __init__(self) -> None:
        self.got, self.go_on = threading.Event(), threading.Event()
        self.released = False

    def __call__(self, peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        self.got.set()
        assert self.go_on.wait(60)
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()
        self.released = True


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="its signals end a program at once")
@pytest.mark.parametrize("signals", [["SIGTERM"], ["SIGHUP"], ["SIGHUP", "SIGHUP", "SIGTERM"], ["SIGTERM", "SIGTERM"]])
def test_a_signal_finishes_the_object_and_releases(objects: list[str], signals: list[str]) -> None:
    """Also twice: that is how ``timeout``, shells and the system send it."""
    held = Held()
    with ScriptedPeer(held) as peer, started("-v", f"127.0.0.1:{peer.port}", "objects") as process:
        assert held.got.wait(60)
        for name in signals:
            process.send_signal(getattr(signal, name))
        assert process.stderr is not None
        while b"once more aborts" not in process.stderr.readline():
            pass
        held.go_on.set()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert held.released
    assert out.startswith(b"objects/1.dcm: stored as ")
    assert b"asprofile: interrupted; 1 of 3 sent; what is left: 2 objects\n" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("signals", "outcomes", "said"),
    [
        (1, ["stored", "stored", "not-sent"], "interrupted; 2 of 3 sent; what is left: 1 object"),
        (2, ["stored", "unknown", "not-sent"], "interrupted; 1 of 3 sent; what is left: 2 objects"),
        (
            3,
            ["stored", "unknown"],
            "interrupted; 1 of at least 2 sent; what is left: at least 1 object; the search for more was cut short, "
            "and what it did not find has no result",
        ),
    ],
)
def test_signals_while_the_next_object_is_looked_for(
    run: Run, objects: list[str], monkeypatch: pytest.MonkeyPatch, signals: int, outcomes: list[str], said: str
) -> None:
    """What was not reached is counted and named all the same, unless the looking itself was interrupted."""
    real = scan.examine

    def examine(name: str, **more: Any) -> Any:
        if name == objects[2]:
            monkeypatch.setattr(scan, "examine", real)
            for _ in range(signals):
                signal.raise_signal(signal.SIGINT)
        return real(name, **more)

    Path("small.cfg").write_text(SMALL)
    monkeypatch.setattr(scan, "examine", examine)
    with ScriptedPeer(store_all) as peer:
        arguments = ["--profile", "small.cfg:small", "--json", f"127.0.0.1:{peer.port}", "objects"]
        result = run("send", *arguments)
    assert result.status == 130
    assert [one["outcome"] for one in result.json["objects"]] == outcomes
    assert result.json["summary"]["error"] == said


def test_the_search_for_what_is_left_has_an_end(run: Run, objects: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """After an abort a thousand files are looked at in any case, and more only for a moment."""
    real = scan.examine

    def examine(name: str, **more: Any) -> Any:
        if name == objects[1]:
            monkeypatch.setattr(scan, "examine", real)
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return real(name, **more)

    Path("small.cfg").write_text(SMALL)
    Path("list").write_text(f"{objects[0]}\n" + f"{objects[1]}\n" * 1100)
    monkeypatch.setattr(scan, "examine", examine)
    monkeypatch.setattr(engine, "_LOOKING", -1.0)
    with ScriptedPeer(store_all) as peer:
        peer_name = f"127.0.0.1:{peer.port}"
        result = run("send", "--profile", "small.cfg:small", "--files-from", "list", "--peer", peer_name)
    assert "interrupted; 0 of at least 1,001 sent; what is left: at least 1,001 objects; the search" in result.err


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="its signals end a program at once")
def test_a_signal_that_is_ignored_stays_ignored(objects: list[str]) -> None:
    """As ``nohup`` does it."""
    got, go_on = threading.Event(), threading.Event()

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        got.set()
        assert go_on.wait(60)
        peer.answer()
        peer.answer()
        peer.release()

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with ScriptedPeer(script) as peer, started(f"127.0.0.1:{peer.port}", "objects", before=ignore) as process:
        assert got.wait(60)
        process.send_signal(signal.SIGHUP)
        go_on.set()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b": 3 stored; " in err


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize("options", [["-v"], ["--json"], ["--report", "report.txt"]])
def test_streams_that_were_closed_before_it_began(
    objects: list[str], closed: tuple[int, ...], options: list[str]
) -> None:
    """What is written to standard error must not go into the connection or the report, which would have its number."""

    def close() -> None:
        for number in closed:
            os.close(number)

    with ScriptedPeer(store_all) as peer:
        with started(*options, f"127.0.0.1:{peer.port}", "objects", "missing", before=close) as process:
            process.communicate(timeout=60)
        assert process.returncode == 2  # a path does not exist; the others are sent
    if "report.txt" in options:
        assert Path("report.txt").read_text().count("outcome:         stored") == 3


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", [["-v"], ["--json"]])
def test_standard_output_on_a_full_disk(objects: list[str], options: list[str]) -> None:
    with (
        ScriptedPeer(store_all) as peer,
        FULL.open("wb") as full,
        started(*options, f"127.0.0.1:{peer.port}", "objects", stdout=full) as process,
    ):
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err.count(b"asprofile: standard output: No space left on device\n") == 1
    assert (b": 3 stored; " in err) is (options == ["-v"])


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_standard_error_on_a_full_disk(objects: list[str]) -> None:
    with (
        ScriptedPeer(store_all) as peer,
        FULL.open("wb") as full,
        started("-v", f"127.0.0.1:{peer.port}", "objects", stderr=full) as process,
    ):
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.count(b": stored as ") == 3


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_report_on_a_full_disk(run: Run, objects: list[str]) -> None:
    with ScriptedPeer(store_all) as peer:
        result = run("send", "--report", "/dev/full", f"127.0.0.1:{peer.port}", "objects")
    assert result.status == 0
    assert "asprofile: /dev/full: " in result.err
    assert "No space left on device" in result.err
    assert ": 3 stored; " in result.err


def test_a_line_an_object_as_it_comes(run: Run, objects: list[str], schema: Callable[[str], Any]) -> None:
    Path("objects/empty.txt").touch()
    Path("objects/zeroes.dcm").write_bytes(bytes(5000))
    with ScriptedPeer(store_all) as peer:
        result = run("send", "--format", "jsonl", f"127.0.0.1:{peer.port}", "objects", "missing")
        told = run("send", "-v", f"127.0.0.1:{peer.port}", "objects/empty.txt", "objects")
    *lines, last = map(json.loads, result.out.splitlines())
    assert [(one["type"], one["path"]) for one in lines] == [
        *(("object", name) for name in objects),
        ("skipped", "objects/empty.txt"),
        ("skipped", "objects/zeroes.dcm"),
        ("object", "missing"),
    ]
    assert "empty" in lines[3]["reason"]
    assert "zeroes" in lines[4]["reason"]
    for line in (*lines, last):
        schema("send-line")(line)
    assert last.pop("type") == "summary"
    assert (last["stored"], last["refused"], last["skipped"]) == (3, 1, 2)
    assert "objects/zeroes.dcm: skipped: is not a DICOM file (it has zeroes" in told.out


def test_the_schemas_of_a_line_and_of_the_whole_agree() -> None:
    read = (
        json.loads((ROOT / "docs" / "schema" / f"{name}.json").read_text("utf-8")) for name in ("send", "send-line")
    )
    whole, line = next(read), next(read)
    told, said = whole["$defs"]["object"], line["$defs"]["object-line"]
    assert said["properties"] == {"type": {"const": "object"}, **told["properties"]}
    assert said["required"] == ["type", *told["required"]]
    rest = {name: value for name, value in whole["properties"].items() if name not in ("objects", "summary")}
    summary, said = whole["properties"]["summary"], line["$defs"]["summary-line"]
    assert said["properties"] == {"type": {"const": "summary"}, **rest, **summary["properties"]}
    assert set(said["required"]) == set(said["properties"])


@pytest.mark.parametrize("options", [["--format", "jsonl"], ["--report", "report.txt"]])
def test_what_is_known_survives_kill(objects: list[str], options: list[str]) -> None:
    got, go_on = threading.Event(), threading.Event()

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer()
        peer.read_object()
        got.set()
        assert go_on.wait(60)

    with (
        ScriptedPeer(script) as peer,
        Path("out").open("wb") as out,
        started(*options, f"127.0.0.1:{peer.port}", "objects", stdout=out) as process,
    ):
        assert got.wait(60)
        process.kill()
        go_on.set()
        process.wait(60)
    if "jsonl" in options:
        assert [json.loads(line)["outcome"] for line in Path("out").read_text().splitlines()] == ["stored"] * 2
    else:
        assert Path("report.txt").read_text().count("  outcome:         stored\n") == 2


def test_a_report_goes_only_over_a_report(run: Run, objects: list[str]) -> None:
    Path("notes.txt").write_text("mine")
    with ScriptedPeer(store_all) as peer:
        assert run("send", "--report", "notes.txt", f"127.0.0.1:{peer.port}", "objects").status == 2
        assert Path("notes.txt").read_text() == "mine"
        for _ in range(2):
            assert run("send", "--report", "report.txt", f"127.0.0.1:{peer.port}", "objects").status == 0
            assert Path("report.txt").read_text().count("outcome:") == 3


class TestRename:
    def test_a_second_run_sends_what_is_not_done(self, run: Run, objects: list[str]) -> None:
        def first(peer: Wire) -> None:
            peer.accept()
            peer.answer()
            peer.answer(0xC000)
            peer.answer()
            peer.release()

        with ScriptedPeer(first, store_all) as peer:
            assert run("send", "--rename", f"127.0.0.1:{peer.port}", "objects").status == 1
            assert sorted(path.name for path in Path("objects").iterdir()) == ["1.dcm.done", "2.dcm.bad", "3.dcm.done"]
            again = run("send", "--rename", f"127.0.0.1:{peer.port}", "objects", "objects/1.dcm.done")
        assert sorted(path.name for path in Path("objects").iterdir()) == ["1.dcm.done", "2.dcm.done", "3.dcm.done"]
        assert again.status == 0
        assert "1 object to" in again.err

    def test_one_that_cannot_be_renamed(self, tmp_path: Path) -> None:
        (tmp_path / "dangling.done").symlink_to("nowhere")
        assert "not renamed, because" in rename(ObjectResult(tmp_path / "dangling", Outcome.STORED))
        assert "not renamed: " in rename(ObjectResult(tmp_path / ("x" * 254), Outcome.STORED))
        assert "not renamed: " in rename(ObjectResult(Path("\0"), Outcome.STORED))


@pytest.mark.parametrize("where", ["open", "pieces"])
def test_out_of_memory_costs_one_object(
    run: Run, objects: list[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    from asprofile.objects.as_it_is import AsItIs

    real, count = DataSetFile.pieces, 0

    def pieces(self: DataSetFile, buffer: memoryview) -> Any:
        nonlocal count
        count += 1
        if count == 2:
            raise MemoryError
        yield from real(self, buffer)

    def opened(self: object, header: Any, *more: Any) -> Any:
        nonlocal count
        count += 1
        if count == 2:
            raise MemoryError
        return real_open(self, header, *more)

    real_open = AsItIs.open
    if where == "open":
        monkeypatch.setattr(AsItIs, "open", opened)
    else:
        monkeypatch.setattr(DataSetFile, "pieces", pieces)
    with ScriptedPeer(store_all, store_all) as peer:
        result = run("send", "--json", f"127.0.0.1:{peer.port}", "objects")
    expected = "refused" if where == "open" else "failed"
    assert [one["outcome"] for one in result.json["objects"]] == ["stored", expected, "stored"]
    assert "not enough memory" in result.json["objects"][1]["reason"]
    assert result.status == 1


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_an_output_on_a_full_disk(run: Run, objects: list[str]) -> None:
    """What was shown cannot be had again: it goes to standard output, and the exit status is that of the sending."""
    with ScriptedPeer(store_all) as peer:
        result = run("send", "-v", "-o", "/dev/full", f"127.0.0.1:{peer.port}", "objects")
    assert result.status == 0
    assert result.out.count(": stored as ") == 3
    assert "asprofile: /dev/full: not written: No space left on device" in result.err


@pytest.mark.parametrize("name", ["nowhere/out.txt", "a" * 5000])
def test_an_output_that_cannot_be_made_is_said_before_anything_is_sent(run: Run, objects: list[str], name: str) -> None:
    with ScriptedPeer(store_all) as peer:
        result = run("send", "-o", name, f"127.0.0.1:{peer.port}", "objects")
    assert (result.status, result.out, peer.connections) == (2, "", 0)
    assert "not written: " in result.err


def test_an_output_has_what_standard_output_would_have(run: Run, objects: list[str]) -> None:
    with ScriptedPeer(store_all) as peer:
        shown = run("send", "-v", f"127.0.0.1:{peer.port}", "objects")
        result = run("send", "-v", "-o", "out.txt", f"127.0.0.1:{peer.port}", "objects")
    assert (shown.status, result.status, result.out) == (0, 0, "")
    assert Path("out.txt").read_text() == shown.out
