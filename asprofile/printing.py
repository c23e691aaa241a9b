"""What may be printed: no text of a file steers a terminal, and a style is a function.

It is a module of its own because everything that prints needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST_MESSAGE = 700
"""Characters of a message; with the name of a file before it, it is still a line of about a thousand."""

_USUAL_MESSAGE = 400
_LONGEST_WORD = 300
_LONG_WORD = re.compile(r"\S{301,}")
_END_OF_MESSAGE = 250
_LONGEST_NAME = 100
# Of a file with its directories: what systems take at most.
_LONGEST_PATH = 4096

Style = Callable[[str, str], str]
"""(text, style) -> text: a terminal's colours, or nothing."""


def plain(text: str, _: str) -> str:
    """The style that is none."""
    return text


def printable(text: str) -> str:
    """A piece of text for people: nothing in it steers a terminal, and whatever it quotes, it is no more than some
    lines. Each message goes through this; what a program reads, or a shell, goes through ``visible``.
    """
    return visible(brief(text))


def visible(text: str) -> str:
    """Control characters and bytes that are not UTF-8 made visible: a file must not be able to steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == "\t" else _visible(character) for character in text
    )


def of_file(name: str) -> str:
    """The name of a file as it is, so that it can be found and pasted; what is longer than any is cut."""
    return visible(name) if len(name) <= _LONGEST_PATH else printable(name)


def shortened(text: str, length: int = 64) -> str:
    """The text, or its beginning with an ellipsis: quoted text takes at most one line."""
    return text if len(text) <= length else f"{text[: length - 1]}\N{HORIZONTAL ELLIPSIS}"


def named(text: str) -> str:
    """A name, a UID or hex digits for a table or a title; of a very long one only the beginning. Usual names, and UIDs
    of 64 characters, are shown whole.
    """
    return visible(shortened(text, _LONGEST_NAME))


def brief(message: str) -> str:
    """A message of at most some lines, whatever it quotes (a file may have a name of megabytes); the place of the whole
    text is given with it. Long words are cut first, then the middle, because the end says what to write.
    """
    if len(message) <= _USUAL_MESSAGE:
        return message
    message = _LONG_WORD.sub(lambda found: shortened(found[0], _LONGEST_WORD), message)
    if len(message) <= LONGEST_MESSAGE:
        return message
    left = len(message) - LONGEST_MESSAGE
    end = message[-_END_OF_MESSAGE:]
    return f"{message[: LONGEST_MESSAGE - _END_OF_MESSAGE]}\N{HORIZONTAL ELLIPSIS} ({left:,} characters) {end}"


def plural(count: int, word: str) -> str:
    """``1 entry``, ``2 entries``, ``1,234 classes``."""
    if count == 1:
        return f"1 {word}"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{count:,} {word[:-1]}ies"
    return f"{count:,} {word}{'es' if word.endswith(('s', 'x')) else 's'}"


def of_peer(text: str) -> str:
    """What a peer says about itself, for display: no control characters, and at most 64 characters, which is all that
    a UID or a comment may have (PS3.5 Table 6.2-1).
    """
    return printable(shortened(text)).replace("\t", "\N{SYMBOL FOR HORIZONTAL TABULATION}")


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return "\N{REPLACEMENT CHARACTER}"
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{REPLACEMENT CHARACTER}"
