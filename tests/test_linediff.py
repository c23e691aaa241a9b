"""Differences of lines: true ones, the shortest where there are few, and in few steps where there are many."""

from __future__ import annotations

import sys
from difflib import SequenceMatcher, unified_diff
from random import Random

import pytest

from asprofile.cli.diffs import _unified
from asprofile.linediff import Opcode, opcodes


def remade(old: list[bytes], new: list[bytes], found: list[Opcode]) -> list[bytes]:
    made: list[bytes] = []
    done = 0
    for tag, first, last, start, end in found:
        assert first == done
        if tag == "equal":
            assert old[first:last] == new[start:end]
        made += old[first:last] if tag == "equal" else new[start:end]
        done = last
    assert done == len(old)
    return made


def rows(seed: int, count: int, kinds: int) -> tuple[list[bytes], list[bytes]]:
    random = Random(seed)
    old = [b"%d\n" % random.randrange(kinds) for _ in range(count)]
    new = [line for line in old if random.random() > 0.05]
    for _ in range(count // 20):
        new.insert(random.randrange(len(new) + 1), b"%d\n" % random.randrange(kinds))
    return old, new


@pytest.mark.parametrize("kinds", [3, 100, 100_000])
@pytest.mark.parametrize("count", [0, 1, 40, 1200])
def test_the_new_lines_come_out(count: int, kinds: int) -> None:
    for seed in range(10):
        old, new = rows(seed, count, kinds)
        assert remade(old, new, opcodes(old, new)) == new
        assert remade(new, old, opcodes(new, old)) == old


def test_of_few_lines_it_is_difflib_s() -> None:
    old, new = rows(1, 60, 30)
    assert [tuple(one) for one in SequenceMatcher(None, old, new).get_opcodes()] == opcodes(old, new)
    ours = [line.decode() for line in _unified(old, new, b"x")]
    assert ours == list(unified_diff([one.decode() for one in old], [one.decode() for one in new], "x", "x"))


@pytest.mark.parametrize("change", ["all", "every second", "inserted", "reversed", "one line"])
def test_twice_the_lines_take_twice_the_steps(change: str) -> None:
    def steps(count: int) -> int:
        old = [b"line\n" if change == "one line" else b"%d\n" % number for number in range(count)]
        new = {
            "all": [b" " + line for line in old],
            "every second": [line if n % 2 else b" " + line for n, line in enumerate(old)],
            "inserted": [one for line in old for one in (line, b"\n")],
            "reversed": old[::-1],
            "one line": old + old,
        }[change]
        taken = 0

        def count_lines(*_: object) -> object:
            nonlocal taken
            taken += 1
            return count_lines

        sys.settrace(count_lines)  # type: ignore[arg-type]
        try:
            found = opcodes(old, new)
        finally:
            sys.settrace(None)
        assert remade(old, new, found) == new
        return taken

    assert steps(4000) < 3 * steps(2000) + 1000
