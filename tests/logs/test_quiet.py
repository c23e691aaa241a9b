"""Lines that say nothing of associations are passed over, and it makes no difference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program_logs import LOGS

from asprofile.errors import ProposalError
from asprofile.logs import facts, lines, quiet, sessions, signs
from asprofile.logs.quiet import STEMS, Quiet, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.logs.sessions import LoggedSession

FOREIGN = (
    "2025-03-03 10:00:01,123 INFO  [org.example.Worker] (task-7) processed order 17 in 3 ms",
    '10.0.0.7 - - [03/Mar/2025:10:00:01 +0000] "GET /items/17?a=1&b=2 HTTP/1.1" 200 512',
    "Mar  3 10:00:01 host kernel[7]: [123.45] usb 1-1: new device number 9",
    "db_1   | 2025-03-03 10:00:01 LOG:  checkpoint complete: wrote 17 buffers",
    '{"log":"a line of another program\\n","stream":"stdout","time":"2025-03-03T10:00:01Z"}',
    '{"level":"info","events":[{"msg":"one"},{"msg":"two"}]}',
    "E0303 10:00:01.123456 ServerContext.cpp:12] no room",
    "2025-03-03 ERROR out of memory",
    "\x1b[32mINFO\x1b[0m all is well",
    "<p>one</p><p>two</p>",
    "1.2.840.10008.1.2",
    "  [0x02, 0x00]",
    "]",
    "",
    "main(3): enter state: 7",
    "pid: 17 items: 3 was: 4",
    "Größe: 17 µm",
)


def found(text: str, *, passing: bool) -> list[LoggedSession]:
    """The sessions of a log, with lines that say nothing passed over, or not."""
    log = sessions._Log()
    busy = log.is_busy if passing else None
    return list(log.read(sessions._forwards(lines.cleaned(text.splitlines(keepends=True), busy), "trace")))


def said(some: list[LoggedSession]) -> list[object]:
    return [
        (
            one.line, one.time, one.stream, one.program, one.request, one.answer, one.signs, one.complaints,
            one.messages.operations(), one.way, one.ended, one.begun,
        )
        for one in some
    ]  # fmt: skip


def as_it_is(text: str) -> str:
    return text


def by_docker(text: str) -> str:
    return "".join(f"pacs_1  | {line}\n" for line in text.splitlines())


def as_json(text: str) -> str:
    return "".join(f"{json.dumps({'log': line + chr(10), 'pid': 7})}\n" for line in text.splitlines())


def in_colour(text: str) -> str:
    return "".join(f"\x1b[36m{line[:9]}\x1b[0m{line[9:]}\n" for line in text.splitlines())


def by_two_handlers(text: str) -> str:
    return "".join(f"DEBUG:a:{line}\nD: {line}\n" for line in text.splitlines())


WAYS = (as_it_is, by_docker, as_json, in_colour, by_two_handlers)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", LOGS)
def test_every_log_is_read_the_same(name: str, way: Callable[[str], str]) -> None:
    """With lines of other programs between any two of its lines, and in front and after it."""
    own = way(LOGS[name].text).splitlines(keepends=True)
    others = [f"{line}\n" for line in FOREIGN]
    mixed = "".join(
        [*others * 30, *(part for at, line in enumerate(own) for part in (line, others[at % len(others)])), *others * 3]
    )
    for text in ("".join(own), mixed):
        assert said(found(text, passing=True)) == said(found(text, passing=False))


ALL_LINES = sorted({line for one in LOGS.values() for line in one.text.splitlines()} | set(FOREIGN))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(ALL_LINES), max_size=40))
def test_any_lines_in_any_order_are_read_the_same(some: list[str]) -> None:
    text = "\n".join(some)
    try:
        wanted = said(found(text, passing=False))
    except ProposalError:  # its newest line first
        with pytest.raises(ProposalError):
            found(text, passing=True)
    else:
        assert said(found(text, passing=True)) == wanted


def test_every_sign_has_a_stem() -> None:
    """So that a new row of a table has one."""
    assert [row.needle for row in signs._ROWS if not any(stem in row.needle for stem in STEMS)] == []
    literals = [re.sub(r"\\b|\\", "", pattern) for _, pattern in facts._ROWS]
    assert [one for one in literals if not any(stem in one for stem in STEMS)] == []


def test_the_lines_of_another_program_are_passed_over() -> None:
    some = list(runs([FOREIGN[0]] * 1000, lambda: False))
    assert all(isinstance(one, Quiet) for one in some)
    assert sum(map(len, some)) == 1000


def test_as_long_as_a_dump_is_open_every_line_is_read() -> None:
    is_open = iter([False, True, True, True, False])

    def busy() -> bool:
        return next(is_open, False)

    some = runs(["a", "A-ABORT", "b", "c", "d", "e"], busy)
    handed = [one if isinstance(one, str) else len(one) for one in some]
    assert handed == [1, "A-ABORT", "b", "c", "d", 1]


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "_MOST_CHARACTERS", 100)
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "x" * 30

    assert len(next(runs(endless(), lambda: False))) == taken == 4
