"""A command line as DCMTK's programs read it: short and long options, their values, ``@files``, parameters.

Belongs here: the words and their order, and the numbers in them. Does not belong here: which options there are
(``program``), which go together (``checks``).

What differs from other command lines: an option begins with ``-`` or ``+`` and is known by its whole name; it takes the
next words as its values whatever they look like; ``-5`` is no option; ``--`` means nothing; options and parameters may
stand in any order; of options that exclude each other the last one counts. (DCMTK 3.7.0, ofstd.)
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.dcmtk_cli.program import EXCLUSIVE, DcmtkProgram, ProgramOption
from asprofile.regular import open_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLANKS = " \t\r\n"
_QUOTES = "\"'"
_UNSIGNED = re.compile(r"\s*([+-]?[0-9]+)")
_SIGNED = re.compile(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
_LONGEST = (1 << 63) - 1


class CommandLineError(Exception):
    """The command line cannot be read; the message is that of DCMTK, where it has one."""


@dataclass(frozen=True, slots=True)
class Given:
    """An option on the command line with its values."""

    option: ProgramOption
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The words of a command line: ``arguments`` in their order with options in their long spelling."""

    program: DcmtkProgram
    arguments: tuple[str, ...]
    given: tuple[Given, ...]
    parameters: tuple[str, ...]

    def last(self, long: str) -> Given | None:
        """The option as it was given last, None if it was not."""
        return next((given for given in reversed(self.given) if given.option.long == long), None)

    def every(self, long: str) -> list[str]:
        """The first value of an option that may be given again, in the order of the command line."""
        return [given.values[0] for given in self.given if given.option.long == long]

    def chosen(self, *alternatives: str) -> Iterator[Given]:
        """Those of options that exclude each other which DCMTK looks at: in the order of ``alternatives``, each only
        where it stands behind those before. So the last one is the one that stands last on the command line.
        """
        place = -1
        for long in alternatives:
            behind = [at for at, given in enumerate(self.given) if at > place and given.option.long == long]
            if behind:
                place = behind[-1]
                yield self.given[place]

    @property
    def exclusive(self) -> str | None:
        """The option that leaves no room for others, in DCMTK's order of looking; None if there is none."""
        return next((long for long in EXCLUSIVE if self.last(long)), None)


def parse(words: Sequence[str], program: DcmtkProgram) -> CommandLine:
    """Read a command line without the name of the program. Raises CommandLineError.

    What is missing is not complained about when an exclusive option is there, nor when there are no words at all.
    """
    arguments: list[str] = []
    given: list[Given] = []
    parameters: list[str] = []
    left = list(_expanded(words))[::-1]
    while left:
        word = left.pop()
        if not _is_option(word):
            arguments.append(word)
            parameters.append(word)
            continue
        option = program.spellings.get(word)
        if option is None:
            raise CommandLineError(f"Unknown option {word}{_meant(word, program)}")
        arguments.append(option.long)
        if len(option.arguments) > len(left):
            raise CommandLineError(f"Missing value for option {option.long}")
        values = tuple(left.pop() for _ in option.arguments)
        arguments += values
        given.append(Given(option, values))
    line = CommandLine(program, tuple(arguments), tuple(given), tuple(parameters))
    if line.exclusive is None:
        if len(parameters) > len(program.parameters) and not program.many:
            raise CommandLineError("Too many parameters")
        if arguments and len(parameters) < program.needed:
            raise CommandLineError(f"Missing parameter {program.parameters[len(parameters)]}")
    return line


def _is_option(word: str) -> bool:
    return len(word) >= 2 and word[0] in "+-" and not "0" <= word[1] <= "9"


def _meant(word: str, program: DcmtkProgram) -> str:
    from asprofile.names.suggest import nearest

    near = nearest(word, [option.long for option in program.options], n=1) if word.startswith("--") else []
    return f"; did you mean {near[0]}?" if near else ""


def _expanded(words: Sequence[str]) -> Iterator[str]:
    """The words with ``@file`` replaced by the words in that file; an ``@`` alone, or in such a file, is a word."""
    for word in words:
        if len(word) < 2 or not word.startswith("@"):
            yield word
            continue
        try:
            # Bytes that are no UTF-8 come out of the command line in the same way.
            with io.TextIOWrapper(open_named(word[1:]), "utf-8", errors="surrogateescape", newline="") as file:
                yield from _words(file.read())
        except (OSError, ValueError):
            raise CommandLineError(f"Cannot open command file '{word[1:]}'") from None


def _words(text: str) -> Iterator[str]:
    """The words of a command file. A quote of one kind lasts to the next of that kind, and ends the word with it; what
    stands right before an opening quote belongs to the word, too. There is no escape, and no comment.
    """
    word, quote = "", ""
    for character in text:
        if character in _QUOTES and quote in ("", character):
            if quote:
                yield word
                word = ""
            quote = "" if quote else character
        elif character in _BLANKS and not quote:
            if word:
                yield word
                word = ""
        else:
            word += character
    if word:
        yield word


def number(given: Given, place: int = 0, *, signed: bool = False) -> int:
    """The value of an option that takes a number, within its range. Raises CommandLineError. ``signed``: the program
    reads it as C's strtol does.

    As in DCMTK, what stands behind the digits does not count; time limits may be octal (``010``) or hexadecimal
    (``0x10``), other numbers are decimal.
    """
    option, text = given.option, given.values[place]
    value = _signed(text) if signed else _unsigned(text)
    if value is None:
        raise CommandLineError(f"Invalid value for option {option.long} ({text})")
    if option.low is not None and value < option.low:
        raise CommandLineError(f"Invalid value for option {option.long} (underflow: {text})")
    if option.high is not None and value > option.high:
        raise CommandLineError(f"Invalid value for option {option.long} (overflow: {text})")
    return value


def port(text: str) -> int:
    """A TCP port, 1 to 65535. Raises CommandLineError."""
    match = _UNSIGNED.match(text)
    if match is None:
        raise CommandLineError(f"Invalid parameter value {text}")
    value = int(match[1])
    if value == 0:
        raise CommandLineError(f"Invalid parameter value {text} (underflow)")
    if not 0 < value <= 65535:  # to DCMTK a negative number is a very large one
        raise CommandLineError(f"Invalid parameter value {text} (overflow)")
    return value


def _unsigned(text: str) -> int | None:
    match = _UNSIGNED.match(text)
    if match is None or match[1].startswith("-"):
        return None
    return int(match[1])


def _signed(text: str) -> int | None:
    match = _SIGNED.match(text)
    if match is None:
        return None
    sign, digits = match.groups()
    if digits[:2] in ("0x", "0X"):
        value = int(digits, 16)
    else:
        value = int(digits, 8 if digits.startswith("0") else 10)
    return max(-_LONGEST, min(_LONGEST, -value if sign == "-" else value))
