"""Why DCMTK does not take a text for a UID, and what was meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from asprofile.lint.fixes.edits import on_a_line_above
from asprofile.model import uid as uids
from asprofile.names import symbols
from asprofile.names.uids import uid_of_keyword
from asprofile.text import Edit, Span, decode, encode
from asprofile.value import Value

TextCause = Literal[
    "continuation",  # an indented line below was taken as part of the value
    "comment",  # `# ...` after the name
    "odd byte",  # right but for characters that are not ASCII, such as a no-break space
    "blank",  # right but for blanks around it
    "quotes",  # right but for quotes around it
    "case",  # right but for upper and lower case
    "keyword",  # the DICOM keyword of PS3.6, where DCMTK has a name of its own
    "release",  # a name that another release knows
    "unknown",
]

BLANKS = b" \t\v\f"
_COMMENT = re.compile(rb"(?<![ \t])[ \t]+(?:#|;|//).*\Z", re.DOTALL)
_ODD_BYTE = re.compile(rb"[\x80-\xff]")
_LOOK_ALIKE = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u2018\u2019\u201c\u201d\u00ab\u00bb")
)
_SOFT_HYPHEN = "\xad"
# Letters of other alphabets that look like those of ours.
_LETTERS = str.maketrans("АВСЕНІЈКМОРЅТХасеіјорѕхуΑΒΕΗΙΚΜΝΟΡΤΧΖο", "ABCEHIJKMOPSTXaceijopsxyABEHIKMNOPTXZo")


class Diagnosis(Value):
    """``meant`` is the text that DCMTK would accept, empty where that is not certain."""

    cause: TextCause
    meant: str = ""

    def mend(self, span: Span, data: bytes) -> tuple[Edit, ...]:
        """The edits that replace the text at ``span`` by what was meant."""
        if self.cause == "comment":
            return on_a_line_above(data, Span(span.start + len(encode(self.meant)), span.end))
        return (Edit(span, encode(self.meant)),) if self.meant else ()


def diagnose(text: bytes, release: str) -> Diagnosis:
    """The cause for a text that ``release`` does not resolve."""
    if b"\n" in text:
        joined = b"".join(line.strip(BLANKS) for line in text.split(b"\n"))
        first = text.partition(b"\n")[0].rstrip(BLANKS)
        return Diagnosis("continuation", _if_resolved(joined, release) or _if_resolved(first, release))
    comment = _COMMENT.search(text)
    if comment:
        return Diagnosis("comment", decode(text[: comment.start()]))
    for cause, trimmed in (("blank", text.strip(BLANKS)), ("quotes", text.strip(BLANKS + b"\"'`"))):
        if trimmed != text and uids.resolve(trimmed, release) is not None:
            return Diagnosis("blank" if cause == "blank" else "quotes", decode(trimmed))
    if _ODD_BYTE.search(text):
        for plain in plain_texts(text):
            if uids.resolve(encode(plain), release) is not None:
                return Diagnosis("odd byte", plain)
    return _name(decode(text.strip(BLANKS + b"\"'`=")), release)


def has_comment(text: bytes) -> bool:
    """Whether a comment ends the text, with blanks in front of it."""
    return _COMMENT.search(text) is not None


def comment_of(data: bytes, span: Span) -> Span:
    """Where the comment is, with the blanks in front of it, that ends the text at ``span``."""
    match = _COMMENT.search(data, *span)
    return Span(match.start(), span.end) if match else Span(span.end, span.end)


def plain_texts(text: bytes) -> Iterator[str]:
    """The ASCII texts that somebody may see: no-break spaces, dashes, quotes and invisible characters made what a
    keyboard would give. A soft hyphen, as in what comes out of a PDF, is a hyphen, or one that a line break had put in.
    """
    import unicodedata

    # A lone 0xA0 is the no-break space of Latin-1, 0x96 the dash of Windows.
    try:
        shown = text.decode("utf-8")
    except UnicodeDecodeError:
        shown = text.decode("cp1252", "ignore")
    for hyphen in ("", "-") if _SOFT_HYPHEN in shown else ("",):
        plain = unicodedata.normalize("NFKC", shown.replace(_SOFT_HYPHEN, hyphen).translate(_LOOK_ALIKE))
        yield plain.translate(_LETTERS).encode("ascii", "ignore").decode("ascii").strip()


def _name(name: str, release: str) -> Diagnosis:
    if uids.resolve(encode(name), release) is not None:
        return Diagnosis("quotes", name)
    history = symbols.history(name)
    if history:
        return Diagnosis("release", symbols.name_of(history[-1].uid, release) or history[-1].uid)
    same = _by_lower_case(release).get(name.lower())
    if same is not None:
        return Diagnosis("case", same)
    uid = uid_of_keyword(name)
    if uid is not None:
        return Diagnosis("keyword", symbols.name_of(uid, release) or uid)
    return Diagnosis("unknown")


def _if_resolved(text: bytes, release: str) -> str:
    return decode(text) if uids.resolve(text, release) is not None else ""


@cache
def _by_lower_case(release: str) -> dict[str, str]:
    names = {name.lower(): name for name in symbols.names_in(release)}
    return names | {name.lower(): name for name in uids.MACHINE_DEPENDENT}
