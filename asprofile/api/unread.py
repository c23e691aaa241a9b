"""What of a profile file DCMTK does not read, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from asprofile import program
from asprofile.lint.unread import unread_entries

if TYPE_CHECKING:
    from asprofile.text import Source


def unread(source: Source) -> str:
    """What to say of a file with entries that DCMTK does not read; empty if it reads all."""
    count = unread_entries(source.data)
    if not count:
        return ""
    path = source.path
    is_file = Path(path).is_file()
    where = program.command("lint", f"./{path}" if path.startswith("-") else path) if is_file else "`lint` says which"
    return f"{count:,} {'entry is' if count == 1 else 'entries are'} not read; {where}"
