"""Conquest: dgatesop.lst."""

from __future__ import annotations

from asprofile.convert import conquest
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "conquest",
    "Conquest, dgatesop.lst",
    "acceptor",
    False,
    conquest.read,
    conquest.write,
    (r"dgatesop.*", r".*\.lst"),
    conquest.looks_like,
    merge=conquest.merge,
)
