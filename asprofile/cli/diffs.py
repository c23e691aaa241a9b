"""A change of a file as a unified diff: in colour for people, byte for byte for ``patch``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from asprofile.cli.ci_log import LogStream, harmless
from asprofile.cli.terminal import wants_colour
from asprofile.linediff import grouped
from asprofile.printing import visible
from asprofile.text import decode, encode

_COLOURS = {b"+": "green", b"-": "red", b"@": "cyan"}


def show_diff(path: str, before: bytes, after: bytes, colour: str) -> None:
    """Print the diff on stdout; nothing when there is no difference."""
    name = visible(path).encode("utf-8", "replace")
    lines = _unified(_lines(before), _lines(after), name)
    coloured = wants_colour(colour, sys.stdout)
    for number, line in enumerate(lines):
        text = decode(line.removesuffix(b"\n"))
        # What a file holds must not steer a terminal; what goes into a file or a pipe must be what the file holds.
        shown = visible(text) if sys.stdout.isatty() else text
        if isinstance(sys.stdout, LogStream):
            # Nor must it steer a CI service, which may read a log with escape sequences as a terminal does.
            shown = harmless(shown.replace("\x1b", visible("\x1b")))
        if coloured:
            shown = click.style(shown, bold=True) if number < 2 else click.style(shown, fg=_COLOURS.get(line[:1]))
        click.echo(encode(shown))
        if not line.endswith(b"\n"):
            click.echo("\\ No newline at end of file")


def _unified(old: list[bytes], new: list[bytes], name: bytes) -> Iterator[bytes]:
    """What ``difflib.unified_diff`` gives, in time that is in proportion to the lines."""
    for number, group in enumerate(grouped(old, new)):
        if number == 0:
            yield from (b"--- %s\n" % name, b"+++ %s\n" % name)
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4]))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (b" " + line for line in old[i1:i2])
            else:
                yield from (b"-" + line for line in old[i1:i2])
                yield from (b"+" + line for line in new[j1:j2])


def _range(start: int, end: int) -> bytes:
    """Lines from 1; the line before for none, as ``patch`` has it."""
    count = end - start
    first = start + 1 if count else start
    return b"%d" % first if count == 1 else b"%d,%d" % (first, count)


def _lines(data: bytes) -> list[bytes]:
    """Lines as ``patch`` has them: ended by LF alone, whatever else ends a line in a profile."""
    *lines, last = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])
