"""Short names of transfer syntaxes, for the heads of columns.

Belongs here: which words of a name of PS3.6 are left out or written shorter. The whole name is in a list on the page.
"""

from __future__ import annotations

import re

# In this order, each on what the ones before have left.
_SHORTER: tuple[tuple[str, str], ...] = (
    (r"^Fragmentable (.*)", r"\1 frag."),
    (r"^High-Throughput JPEG 2000", "HTJ2K"),
    (r" Part 2 Multi-component", " Part 2"),
    (r" with RPCL Options", " RPCL"),
    (r" \(Lossless Only\)", " Lossless"),
    (r" \(Near-Lossless\)", ""),
    (r", (?:Non-)?Hierarchical", ""),
    (r"Spectral Selection", "Spectral"),
    (r"Full Progression", "Progressive"),
    (r"Baseline \(Process 1\)", "Baseline"),
    (r" \(Process 14, Selection Value 1\)", " SV1"),
    (r" \(Process (\d+)(?: and (\d+))?\)", r" \1 \2"),
    (r"^Deflated Explicit VR Little Endian$", "Deflated"),
    (r"^Encapsulated Uncompressed .*", "Encapsulated"),
    (r"^Deflated Image Frame Compression$", "Deflated frames"),
    (r"^RLE Lossless$", "RLE"),
    (r" JPEG Recompression", " of JPEG"),
    (r" Referenced\b", ""),
    (r"Main Profile / Main Level", "MP@ML"),
    (r"Main Profile / High Level", "MP@HL"),
    (r" AVC/H\.264|/H\.265", ""),
    (r"BD-compatible High", "BD"),
    (r"Stereo High", "Stereo"),
    (r" Profile / Level", ""),
    (r" For ([23]D) Video", r" \1"),
    (r" ST 2110-\d\d (?:Uncompressed )?", " "),
    (r" Active Video| Digital|(?<=MIME) encapsulation| Encoding", ""),
    (r" with Big Endian Pixel Data", ", BE pixels"),
    (r" Private\b| Raw\b", ""),
    (r" VR\b", ""),
    (r"\bLittle Endian", "LE"),
    (r"\bBig Endian", "BE"),
)


def short_name(name: str) -> str:
    """A name of at most 26 characters for each transfer syntax of the tables, and another one for each; of a name that
    is not in them, what no rule shortens stays.
    """
    for pattern, shorter in _SHORTER:
        name = re.sub(pattern, shorter, name)
    return name.strip()
