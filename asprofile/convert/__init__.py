"""Association profiles in the formats of other programs, and back.

Pure: from text to values and back. ``exchange`` has the values that all formats share; ``formats`` is the list of the
formats, each in a module that reads and writes it. A writer reports what its format cannot express, a reader what a
profile cannot: nothing is silently dropped. ``profiles`` is DCMTK's own format, written with ``generate``; what a
profile should have is decided there.
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
from asprofile.convert.formats import CONVERT_FORMATS, by_name, guessed, target_of
from asprofile.convert.formats.form import Format

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
