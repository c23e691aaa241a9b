"""Files that are no association profile, of each kind that somebody may name by mistake or by a pattern."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

PROFILE = b"""\
# What a small sender needs.
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit

[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed

[[Profiles]]
[Small]
PresentationContexts = Contexts
"""


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("profile.cfg", PROFILE)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("profile.cfg")
        member.size = len(PROFILE)
        archive.addfile(member, io.BytesIO(PROFILE))
    return buffer.getvalue()


def _element(group: int, element: int, vr: bytes, value: bytes) -> bytes:
    value += b"\0" * (len(value) % 2)
    return struct.pack("<HH2sH", group, element, vr, len(value)) + value


_META = _element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
_DATA_SET = _element(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.2") + _element(8, 0x18, b"UI", b"1.2.3.4")
_PIXELS = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 4096) + bytes(range(256)) * 16
_IMPLICIT = struct.pack("<HHI", 8, 0x16, 26) + b"1.2.840.10008.5.1.4.1.1.2\0" + struct.pack("<HHI", 0x7FE0, 0x10, 512)
_DEEP = zlib.compress(bytes(range(256)) * 8)

BINARY = {
    "part10.dcm": bytes(128) + b"DICM" + _META + _DATA_SET + _PIXELS,
    "part10-with-a-profile-in-it.dcm": bytes(128) + b"DICM" + _META + _element(0x42, 0x11, b"OB", PROFILE),
    "part10-with-text-in-its-preamble.dcm": PROFILE[:128].ljust(128) + b"DICM" + _META + _DATA_SET + PROFILE,
    "part10-without-a-preamble.dcm": b"DICM" + _META + _DATA_SET + PROFILE,
    "bare-explicit.dcm": _DATA_SET + _PIXELS + PROFILE,
    "bare-implicit.dcm": _IMPLICIT + bytes(512) + PROFILE,
    "bare-big-endian.dcm": b"\0\x08\0\x16UI\0\x1a" + b"1.2.840.10008.5.1.4.1.1.2\0" + bytes(64) + PROFILE,
    "program": b"\x7fELF\x02\x01\x01" + bytes(57) + PROFILE + bytes(64),
    "program.exe": b"MZ\x90\0\x03" + bytes(60) + b"PE\0\0" + PROFILE,
    "a.gz": gzip.compress(PROFILE, mtime=0),
    "a.zip": _zip(),
    "a.tar": _tar(),
    "a.png": b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(16) + PROFILE,
    "a.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + PROFILE,
    "a.pdf": b"%PDF-1.4\n" + PROFILE,
    "a.rtf": b"{\\rtf1\\ansi\n" + PROFILE,
    "a.sqlite": b"SQLite format 3\0\x10\0\x01\x01" + bytes(84) + PROFILE,
    "compressed": _DEEP,
    "zeros": bytes(5000),
    "every-byte": bytes(range(256)) * 4,
    "profile-with-a-lost-block.cfg": PROFILE + bytes(4096),
    "profile-behind-a-lost-block.cfg": bytes(512) + PROFILE,
}
TEXT = {
    "blanks": b" \t\r\n\n",
    "README.md": b"# A profile\n\nPut this into a file:\n\n```\n" + PROFILE + b"```\n",
    "README-short.md": b"# A profile\n\nPut this into a file:\n\n" + PROFILE,
    "behind-it.md": PROFILE
    + b"\nThat was it.\n\nThe first list has one syntax,\nand the second a context.\nNo more.\n",
    "a.patch": b"--- a.cfg\n+++ b.cfg\n@@ -1,2 +1,3 @@\n " + PROFILE.replace(b"\n", b"\n+"),
    "mail": b"From: a@example.org\nSubject: profile\n\n> " + PROFILE.replace(b"\n", b"\n> "),
    "program.py": b'"""A profile."""\nTEXT = r"""\n' + PROFILE + b'"""\n',
    "script.sh": b"#!/bin/sh\ncat >a.cfg <<'EOF'\n" + PROFILE + b"EOF\n",
    "program.c": b'#include <stdio.h>\nint main() { puts("[[TransferSyntaxes]]"); }\n',
    "page.html": b"<html><pre>\n" + PROFILE + b"</pre></html>\n",
    "map.yaml": b"apiVersion: v1\ndata:\n  a.cfg: |\n    " + PROFILE.replace(b"\n", b"\n    "),
    "report.json": b'[\n  {"message": "there is no [[TransferSyntaxes]]", "line": "[[Profiles]]"}\n]\n',
    "list.json": b'["[[TransferSyntaxes]]",\n "[[PresentationContexts]]"]\n',
    "other.toml": b"[tool]\n[[profiles]]\nname = 'x'\n",
    "tables.toml": b'[[presentation_contexts]]\nabstract_syntax = "1.2.840.10008.1.1"\n',
    "other.ini": b"[section]\nkey = value\n",
    "single.ini": b"[TransferSyntaxes]\nimplicit = yes\n",
    "commented.cfg": PROFILE.replace(b"[[", b"# [["),
    "a.properties": b"CT = 1.2.840.10008.5.1.4.1.1.2\nlist = [[TransferSyntaxes]]\n",
    "key.pem": b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
    "erased": b"\xff" * 3000,
    "utf-16.txt": "A text.\nIt is long enough.\n".encode("utf-16"),
}
ALL = {**BINARY, **TEXT}

# What is broken, and has to be mended: a fix must still be written.
BROKEN = {
    "byte-order mark": b"\xef\xbb\xbf" + PROFILE,
    "carriage returns": PROFILE.replace(b"\n", b"\r"),
    "CRLF": PROFILE.replace(b"\n", b"\r\n"),
    "UTF-16": PROFILE.decode().encode("utf-16"),
    "UTF-16 without a mark": PROFILE.decode().encode("utf-16-be"),
    "latin-1": b"# Praxis M\xfcller\n" + PROFILE,
    "UTF-8": "# 放射線科 Müller\n".encode() + PROFILE,
    "ISO 2022": "# 放射線科\n".encode("iso2022-jp") + PROFILE,
    "Shift JIS": "# 放射線科\n".encode("shift-jis") + PROFILE,
    "a NUL": PROFILE.replace(b"[Small]", b"[Small]\0"),
    "a NUL at the end": PROFILE + b"\0",
    "Ctrl-Z at the end": PROFILE + b"\x1a",
    "0xFF": PROFILE.replace(b"Explicit\n", b"Explicit\n\xff"),
    "a control character": b"# a\x03b\n" + PROFILE,
    "a misspelt supersection": PROFILE.replace(b"[[TransferSyntaxes]]", b"[[TransferSyntax]]"),
    "all misspelt": PROFILE.replace(b"Syntaxes]]", b"Syntax]]").replace(b"Contexts]]", b"Context]]"),
    "single brackets": PROFILE.replace(b"[[", b"[").replace(b"]]", b"]"),
    "blanks and case": PROFILE.replace(b"[[TransferSyntaxes]]", b"[ [ transferSYNTAXES ] ]"),
    "one commented": PROFILE.replace(b"[[PresentationContexts]]", b"# [[PresentationContexts]]"),
    "text in front of a header": b"x " + PROFILE[PROFILE.index(b"[[") :],
    "comments of another format": b"; mine\n// mine\n  # mine\n" + PROFILE,
    "colons": PROFILE.replace(b" = ", b": "),
    "a line of text": PROFILE.replace(b"[Contexts]\n", b"[Contexts]\nthe first one\n"),
    "only profiles": b"[[Profiles]]\n[Default]\nPresentationContexts = Contexts\n",
    "an entry in front": b"TransferSyntax1 = LittleEndianExplicit\n" + PROFILE,
    "nothing in it": b"[[TransferSyntaxes]]\n[[PresentationContexts]]\n[[Profiles]]\n",
}
