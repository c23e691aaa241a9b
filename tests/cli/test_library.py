"""A command prints as JSON what the function of the library gives for the same input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from library_folder import archive, write_files

import asprofile

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

SAME: dict[str, tuple[list[str], Callable[[str], Any]]] = {
    "diff": (["diff", "ct.cfg:Scanner", "mr.cfg"], lambda _: asprofile.diff("ct.cfg:Scanner", "mr.cfg")),
    "diff samples": (["diff", "PrivateSiemens", "ct.cfg"], lambda _: asprofile.diff("PrivateSiemens", "ct.cfg")),
    "releases": (["releases", "slips.cfg"], lambda _: asprofile.releases("slips.cfg")),
    "releases of one": (["releases", "ct.cfg:"], lambda _: asprofile.releases("ct.cfg", "")),
    "plan": (["plan", "--profile", "ct.cfg:Scanner", "study"], lambda _: asprofile.plan("ct.cfg:Scanner", "study")),
    "plan some": (
        ["plan", "--profile", "ct.cfg:", "study", "--where", 'Modality = "CT"'],
        lambda _: asprofile.plan("ct.cfg:", Path("study"), where='Modality = "CT"'),
    ),
    "simulate": (["simulate", "ct.cfg", "AcceptorAll"], lambda _: asprofile.simulate("ct.cfg", "AcceptorAll")),
    "simulate objects": (
        ["simulate", "ct.cfg", "mr.cfg", "study", "--release", "3.6.7"],
        lambda _: asprofile.simulate("ct.cfg", "mr.cfg", "study", release="3.6.7"),
    ),
    "echo": (["echo", "ARCHIVE", "--count", "2"], lambda peer: asprofile.echo(peer, count=2)),
    "probe": (["probe", "ARCHIVE", "--profile", "ct.cfg:"], lambda peer: asprofile.probe(peer, "ct.cfg:")),
    "probe pairs": (
        ["probe", "ARCHIVE", "--sop", "CTImageStorage", "--ts", "jpeg-ls", "--rate", "0"],
        lambda peer: asprofile.probe(peer, sop="CTImageStorage", ts="jpeg-ls", rate=0),
    ),
    "send": (
        ["send", "ARCHIVE", "study", "--profile", "ct.cfg:", "--window", "1", "--associations", "1"],
        lambda peer: asprofile.send(peer, "study", profile="ct.cfg:", options=asprofile.SendOptions(window=1)),
    ),
}
TIMES = ("seconds", "bytes", "tries", "continue")
"""What differs from run to run, or belongs to the command line."""


@pytest.mark.parametrize(("arguments", "call"), SAME.values(), ids=SAME)
def test_a_command_prints_what_the_library_gives(
    arguments: list[str],
    call: Callable[[str], Any],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    with archive(tmp_path) as peer:
        result = run(*(one.replace("ARCHIVE", peer) for one in arguments), "--json")
        given = call(peer).as_json()
    assert without_times(result.json) == without_times(given)


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_times(one) for name, one in value.items() if name not in TIMES}
    return [without_times(one) for one in value] if isinstance(value, (list, tuple)) else value


def test_lint_prints_what_the_library_gives(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    report = asprofile.lint("slips.cfg")
    findings = run("lint", "slips.cfg", "--json").json["findings"]
    printed = [(one["code"], one["message"], one["start"]["offset"]) for one in findings]
    assert printed == [(one.code, one.message, one.span.start) for one in report.findings] != []


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        (["fmt"], lambda: asprofile.format("slips.cfg", renumber=False)),
        (["lint", "--fix"], lambda: asprofile.fix("slips.cfg").data),
        (["renumber"], lambda: asprofile.renumber("slips.cfg").data),
        (["convert", "--to", "pynetdicom"], lambda: asprofile.convert("slips.cfg", "pynetdicom", file="out").data),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_a_command_writes_what_the_library_gives(
    arguments: list[str],
    call: Callable[[], bytes],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    wanted = call()
    in_place = arguments[0] == "lint"
    assert run(*arguments, "slips.cfg", *([] if in_place else ["-o", "out"])).status in (0, 1)
    assert (tmp_path / ("slips.cfg" if in_place else "out")).read_bytes() == wanted


class TestEvents:
    def test_what_a_callback_raises_comes_out_and_nothing_is_left_open(self, tmp_path: Path) -> None:
        def told(event: object) -> None:
            if isinstance(event, asprofile.Finished):
                raise ZeroDivisionError

        with archive(tmp_path) as peer, pytest.raises(ZeroDivisionError):
            asprofile.send(peer, tmp_path / "study", on_event=told)

    def test_a_control_stops_it_and_every_object_has_a_result(self, tmp_path: Path) -> None:
        control = asprofile.Control()
        control.finish()
        with archive(tmp_path) as peer:
            sent = asprofile.send(peer, tmp_path / "study", control=control)
        assert sent.report.interrupted
        assert {result.outcome for result in sent.report.results} == {asprofile.Outcome.NOT_SENT}

    def test_without_kept_results_they_are_in_the_events(self, tmp_path: Path) -> None:
        seen: list[object] = []
        with archive(tmp_path) as peer:
            sent = asprofile.send(peer, tmp_path / "study", on_event=seen.append, keep_results=False)
        assert sent.report.results == ()
        assert sent.report.tally.total == sum(isinstance(event, asprofile.Finished) for event in seen) > 0


TAKES_A_PATH: dict[str, Callable[[str], Any]] = {
    "read": asprofile.read,
    "load": asprofile.load,
    "lint": asprofile.lint,
    "fix": asprofile.fix,
    "format": asprofile.format,
    "releases": asprofile.releases,
    "add": lambda path: asprofile.add(path, "", "CTImageStorage"),
    "remove": lambda path: asprofile.remove(path, "", "CTImageStorage"),
    "rename": lambda path: asprofile.rename(path, "CT", "MR"),
    "renumber": asprofile.renumber,
    "merge": lambda path: asprofile.merge(path, "mr.cfg"),
    "merge another": lambda path: asprofile.merge("mr.cfg", path),
    "diff": lambda path: asprofile.diff("mr.cfg", path),
    "convert": lambda path: asprofile.convert(path, "json"),
    "convert into": lambda path: asprofile.convert("mr.cfg", "profile", into=path),
    "simulate": lambda path: asprofile.simulate(path, "mr.cfg"),
    "plan": lambda path: asprofile.plan(path, "study"),
    "send": lambda path: asprofile.send("127.0.0.1:1", "study", profile=path),
    "probe": lambda path: asprofile.probe("127.0.0.1:1", path),
    "generate profile": lambda path: asprofile.generate(profile=path),
    "generate from_files": lambda path: asprofile.generate(from_files=path),
    "generate from_log": lambda path: asprofile.generate(from_log=path),
    "generate from_probe": lambda path: asprofile.generate(from_probe=path),
}


@pytest.mark.parametrize("path", ["a\0b", "a\0b:CT", "a\nb\0", "\ud800.cfg", "", "none.cfg", "."])
@pytest.mark.parametrize("call", TAKES_A_PATH.values(), ids=TAKES_A_PATH)
def test_a_path_that_cannot_be_read_is_an_error_that_is_documented(
    call: Callable[[str], Any], path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    with pytest.raises((OSError, asprofile.AsprofileError)):
        call(path)
