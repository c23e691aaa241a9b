"""Association profiles in the formats of other programs, and back.

Pure: text in, values out, and the other way round. ``exchange`` has the values that all formats meet in; ``formats`` is
the list of the formats, each a module with what it reads and what it writes. A writer says what its format cannot
express, a reader what a profile cannot: nothing is dropped without a word. ``profiles`` is DCMTK's own format, written
with ``generate``; what a profile should hold is decided there, not here.
"""

from __future__ import annotations

from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
    Written,
)
from asprofile.convert.formats import CONVERT_FORMATS, Format, by_name, guessed, target_of

__all__ = [
    "CONVERT_FORMATS",
    "ConversionLoss",
    "ConversionTarget",
    "Exchange",
    "ExchangeContext",
    "ExchangeProfile",
    "Extended",
    "Format",
    "Reading",
    "Written",
    "by_name",
    "guessed",
    "target_of",
]
