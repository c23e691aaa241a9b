"""Decides from the bytes whether something is a profile file.

``binary`` says what is not text at all, ``why_no_profile`` what must not be written as a profile and why, ``is_meant``
what at least has to do with profiles. A profile may have any fault that can be repaired: it may begin with a byte-order
mark, end its lines with CR, be in UTF-16, have comments in any encoding, a misspelt supersection or a stray NUL. A
document or a program that quotes a profile is not one: it has text above the first header, or most of its lines are not
entries. In doubt the answer is "not a profile", because that can be corrected by hand, and a document that was
overwritten cannot.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

SUPERSECTION_NAMES = "[[TransferSyntaxes]], [[PresentationContexts]] and [[Profiles]]"

# Up to this many bytes that no text has are a mistake; more of them, in relation to the size, mean binary data.
_STRAY = 8
_BYTES_FOR_A_STRAY = 1000
_COMMENTS = re.compile(rb"^#[^\n]*", re.MULTILINE)
_CONTROL = bytes(byte for byte in range(0x20) if byte not in b"\t\n\v\f\r\x1b") + b"\x7f"
# A Ctrl-Z at the end is how DOS ended a text.
_DOS_END = b"\x1a"

_MARK = codecs.BOM_UTF8
_KINDS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x7fELF", "a program or a library (ELF)"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
)
# A text may begin like these, too.
_KINDS_OF_DATA = (
    (b"MZ", "a program or a library (PE)"),
    (b"BZh", "a bzip2 archive"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
)
_DICM = b"DICM"
_PREAMBLE = 128
# The first element of a data set without a header: group 0002 or 0008, in either byte order.
_DATA_SET = rb"(?s)[\x02\x08]\0.\0|\0[\x02\x08]\0."
_TAR = (257, b"ustar")

_TRANSFER_SYNTAX, _PRESENTATION_CONTEXT, _PROFILE = b"TRANSFERSYNTAX", b"PRESENTATIONCONTEXT", b"PROFILE"
# A header, as it begins a line: nothing in front of it but blanks, words or bytes that are not ASCII.
_HEADER = rb"(?:\A|[\r\n])[\w \t\0\x80-\xff]*\[\s*(\[?)([^\]\r\n\[\"'{]{1,80})"
_NOT_IN_NAME = rb"[^A-Za-z0-9_-]+"
_OWN_KEY = (
    rb"(?i)[ \t]*(?:(?:TransferSyntax|PresentationContext|Role|ExtendedNegotiation)\d+|PresentationContexts|"
    rb"SCPSCURoleSelection|ExtendedNegotiation)[ \t]*(?:[=:]|\Z)"
)
# What people write to begin a comment, in the wrong column or in the style of other formats.
_COMMENT = (b"#", b";", b"//")
_WORD = rb"[A-Za-z0-9\x80-\xff`\"'{<]"
_ALWAYS_ALLOWED = 2
_OWN_FOR_A_FOREIGN = 4


def binary(data: bytes) -> str | None:
    """What the bytes are, with its article, when they are no text, such as "a DICOM object"; None for a text."""
    if data[_PREAMBLE : _PREAMBLE + 4] == _DICM or data.startswith(_DICM):
        return "a DICOM object"
    for beginning, kind in _KINDS:
        if data.startswith(beginning):
            return kind
    text = _as_text(data)
    count = len(text) - len(text.removesuffix(_DOS_END).translate(None, _CONTROL)) - text.endswith(_DOS_END)
    if count <= _STRAY + len(text) // _BYTES_FOR_A_STRAY:
        return None
    for beginning, kind in _KINDS_OF_DATA:
        if data.startswith(beginning):
            return kind
    if data.startswith(_TAR[1], _TAR[0]):
        return "a tar archive"
    if re.match(_DATA_SET, data):
        return "a DICOM data set"
    return f"binary data ({count:,} bytes of it are NUL or control characters)"


def has_more_items(data: bytes, most: int) -> bool:
    """Whether there are more headers and entries than ``most``, estimated without parsing: a header begins with a
    bracket and nearly every entry has an equals sign; those in comments do not count.
    """
    if data.count(b"[") + data.count(b"=") <= most:
        return False
    text = _COMMENTS.sub(b"", data)
    return text.count(b"[") + text.count(b"=") > most


def is_meant(data: bytes) -> bool:
    """Whether a text has to do with profiles: it has a header that only profiles have, even with a bracket missing.

    A document that quotes a profile has one, too.
    """
    return binary(data) is None and _has_header(_as_text(data))


def why_no_profile(data: bytes) -> str | None:
    """Why the bytes must not be written as a profile file, worded to follow "not an association profile:"; None if they
    are one.
    """
    kind = binary(data)
    if kind is not None:
        return f"it is {kind}"
    text = _as_text(data)
    if not text.strip(b" \t\r\n\0"):
        return "there is nothing in it"
    if not _has_header(text):
        return f"it has none of the supersections {SUPERSECTION_NAMES}"
    return _why_a_document(text)


def utf_16(data: bytes) -> str | None:
    """The encoding of a file that is UTF-16, by its mark or because every other byte is NUL."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.count(b"\0") * 3 < len(data) or not data:
        return None
    if data[1::2].count(0) > data[::2].count(0):
        return "utf-16-le"
    return "utf-16-be"


def _as_text(data: bytes) -> bytes:
    """The text in UTF-8, if it is UTF-16."""
    encoding = utf_16(data)
    if encoding is not None:
        try:
            return data.decode(encoding).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            pass
    return data


def _has_header(text: bytes) -> bool:
    if b"[" not in text or not any(word in text.upper() for word in (b"SYNTAX", b"CONTEXT", b"PROFILE")):
        return False
    alone = single = False
    for match in re.finditer(_HEADER, text):
        name = re.sub(_NOT_IN_NAME, b"", match[2]).upper()
        if name in (_TRANSFER_SYNTAX + b"ES", _PRESENTATION_CONTEXT + b"S"):
            if match[1]:
                return True
            single = True
        elif name == _PROFILE + b"S" and match[1]:
            alone = True
        elif name.replace(b"_", b"").replace(b"-", b"").startswith((_TRANSFER_SYNTAX, _PRESENTATION_CONTEXT)):
            single = True
    if not (alone or single) or b"=" not in text:
        return alone or single
    lines = text.splitlines()
    return any(re.match(_OWN_KEY, line) for line in lines) or (alone and not _has_tables(lines))


def _has_tables(lines: Iterable[bytes]) -> bool:
    """Whether an entry follows a header with two brackets, as in TOML, where [[profiles]] is an array of tables."""
    is_below = False
    for line in lines:
        start = line.lstrip()
        if start.startswith(b"["):
            is_below = start.startswith(b"[[")
        elif start and not start.startswith(b"#"):
            if is_below and b"=" in start:
                return True
            is_below = False
    return False


def _why_a_document(text: bytes) -> str | None:
    own = foreign = place = 0
    is_above = True
    for number, line in enumerate(text.removeprefix(_MARK).translate(bytes.maketrans(b"\0", b" ")).splitlines(), 1):
        start = line.lstrip()
        if not start or start.startswith(_COMMENT):
            continue
        if _is_header(line):
            is_above = False
            own += 1
        elif re.match(_OWN_KEY, line) or (not is_above and b"=" in line):
            own += 1
        elif re.search(_WORD, line) and (is_above or start == line):
            foreign += 1
            place = place or number
            if is_above:
                return f"text is above its first header (line {number}), as in a document that quotes a profile"
    if foreign <= max(_ALWAYS_ALLOWED, own // _OWN_FOR_A_FOREIGN):
        return None
    return f"{foreign} of its lines are text (line {place} is the first), as in a document that quotes a profile"


def _is_header(line: bytes) -> bool:
    """Whether a header begins in the line, possibly after words."""
    return re.match(_HEADER, line) is not None or line.lstrip().startswith(b"[")


# --- what must not be overwritten: each says what the content is; None if it may be overwritten


def for_profile(data: bytes) -> str | None:
    """Before a profile file is written: a text may be overwritten, data must not."""
    return binary(data) or ("a file of keys or certificates (PEM)" if b"-----BEGIN " in data else None)


def for_other(data: bytes) -> str | None:
    """Before a report, a page or a file of another format is written: a profile must not be overwritten either."""
    return for_profile(data) or ("an association profile" if why_no_profile(data) is None else None)


def profile_only(data: bytes) -> str | None:
    """Before a profile is written where the user did not allow overwriting anything else."""
    reason = why_no_profile(data)
    return None if reason is None else f"no association profile: {reason}"
