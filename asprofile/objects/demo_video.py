"""A tiny real H.264 video: one second, eight pictures of 64x48 pixels, a bar that moves.

It is a data file; ``data/README.md`` says how it was made.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Final

WIDTH: Final = 64
HEIGHT: Final = 48
FRAMES: Final = 8
FRAME_RATE: Final = 8  # pictures a second


def make_video() -> bytes:
    """An MPEG-2 transport stream, FRAMES pictures in H.264 High Profile, Level 4.1 (PS3.5 section 8.2.7)."""
    return gzip.decompress((Path(__file__).parent / "data" / "video.ts.gz").read_bytes())
