"""Short names of transfer syntaxes, for the heads of columns.

Belongs here: which words of a name of PS3.6 are left out or written shorter. The whole name is in a list on the page.
"""

from __future__ import annotations

import re

# In this order, each on what the ones before have left.
_SHORTER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^Fragmentable (.*)"), r"\1 frag."),
    (re.compile(r"^High-Throughput JPEG 2000"), "HTJ2K"),
    (re.compile(r" Part 2 Multi-component"), " Part 2"),
    (re.compile(r" with RPCL Options"), " RPCL"),
    (re.compile(r" \(Lossless Only\)"), " Lossless"),
    (re.compile(r" \(Near-Lossless\)"), ""),
    (re.compile(r", (?:Non-)?Hierarchical"), ""),
    (re.compile(r"Spectral Selection"), "Spectral"),
    (re.compile(r"Full Progression"), "Progressive"),
    (re.compile(r"Baseline \(Process 1\)"), "Baseline"),
    (re.compile(r" \(Process 14, Selection Value 1\)"), " SV1"),
    (re.compile(r" \(Process (\d+)(?: and (\d+))?\)"), r" \1 \2"),
    (re.compile(r"^Deflated Explicit VR Little Endian$"), "Deflated"),
    (re.compile(r"^Encapsulated Uncompressed .*"), "Encapsulated"),
    (re.compile(r"^Deflated Image Frame Compression$"), "Deflated frames"),
    (re.compile(r"^RLE Lossless$"), "RLE"),
    (re.compile(r" JPEG Recompression"), " of JPEG"),
    (re.compile(r" Referenced\b"), ""),
    (re.compile(r"Main Profile / Main Level"), "MP@ML"),
    (re.compile(r"Main Profile / High Level"), "MP@HL"),
    (re.compile(r" AVC/H\.264|/H\.265"), ""),
    (re.compile(r"BD-compatible High"), "BD"),
    (re.compile(r"Stereo High"), "Stereo"),
    (re.compile(r" Profile / Level"), ""),
    (re.compile(r" For ([23]D) Video"), r" \1"),
    (re.compile(r" ST 2110-\d\d (?:Uncompressed )?"), " "),
    (re.compile(r" Active Video| Digital|(?<=MIME) encapsulation| Encoding"), ""),
    (re.compile(r" with Big Endian Pixel Data"), ", BE pixels"),
    (re.compile(r" Private\b| Raw\b"), ""),
    (re.compile(r" VR\b"), ""),
    (re.compile(r"\bLittle Endian"), "LE"),
    (re.compile(r"\bBig Endian"), "BE"),
)


def short_name(name: str) -> str:
    """A name of at most 26 characters for each transfer syntax of the tables, and another one for each; of a name that
    is not in them, what no rule shortens stays.
    """
    for pattern, shorter in _SHORTER:
        name = pattern.sub(shorter, name)
    return name.strip()
