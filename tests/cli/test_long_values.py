"""A value of any length makes no message long: in files, and in options and arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import long_values
import no_files
import pytest
from many_of_one import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

VALUES = list(long_values.values())
TRIED = [command for command in COMMANDS if command != "lsp"]
# Of all pairs of values and commands (``long_values`` has them all), so that each has its turn.
EACH = 3


@pytest.mark.parametrize("number", range(len(VALUES)), ids=[value.name for value in VALUES])
def test_a_value_of_a_file(number: int) -> None:
    commands = [TRIED[(number * EACH + step) % len(TRIED)] for step in range(EACH)]
    for command in ("lint json", *commands):
        assert long_values.tried(command, VALUES[number]) == [], command


# `send` has streams of its own in place of ours; each of its options is one of another command's, too, but for few.
@pytest.mark.parametrize("name", sorted({*no_files.ARGUMENTS} - {"send"}))
def test_a_value_of_an_option(name: str, run: Callable[..., Result]) -> None:
    long = "Xy" * 50_000
    for file in ("a.cfg", "b.cfg"):
        Path(file).write_text(no_files.GOOD)
    Path("a.toml").write_text("")
    cases = [case for case, given in no_files.dealt(everything=False) if given == no_files.PIPE]
    for case in cases:
        if case.words[0] == name:
            words = [word.replace(no_files.GAP, long) for word in case.words]
            result = run(*words)
            printed = long_values.Printed(result.status, result.out, result.err)
            assert list(long_values.faults(printed, len(long))) == [], case.what
