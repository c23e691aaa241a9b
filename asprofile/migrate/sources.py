"""Where objects come from: files and directories, media with a DICOMDIR, and what another journal could not store.

Belongs here: what a source is, and its objects one after the other. Does not belong here: what a journal makes of them
(``scanning``).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from asprofile.migrate.journal import Journal
from asprofile.migrate.journal_file import is_journal
from asprofile.migrate.states import MigrationState
from asprofile.objects.header import Unreadable, examine
from asprofile.objects.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.objects.header import HeaderReading, Judge, ObjectHeader

FAILURES: Final = (MigrationState.REFUSED, MigrationState.FAILED, MigrationState.MISSING)
"""Of another journal, which files are taken. In doubt are not: that journal will find out."""


def items_of(
    sources: Iterable[str],
    *,
    reading: HeaderReading,
    recursive: bool = True,
    pattern: str | None = None,
    where: Judge | None = None,
) -> Iterator[ObjectHeader | Unreadable]:
    """The objects of absolute paths, each of a file, a directory, a DICOMDIR (what it lists), or a journal (what it
    could not store). Raises JournalError for a journal that cannot be read.
    """
    options: dict[str, Any] = {"reading": reading, "where": where}
    for source in sources:
        if is_journal(source):
            yield from scan(_failures(source), **options)
        elif _is_dicomdir(source):
            # pydicom is not needed for anything else here.
            from asprofile.objects.dicomdir import listed_objects

            yield from listed_objects(source, **options)
        else:
            yield from scan([source], recursive=recursive, pattern=pattern, **options)


def _failures(source: str) -> Iterator[str]:
    with Journal(source, writes=False) as journal:
        for row in journal.in_state(*FAILURES):
            yield row.path


def _is_dicomdir(source: str) -> bool:
    if not os.path.basename(source).upper().startswith("DICOMDIR"):  # noqa: PTH119 - of millions in a list
        return False
    found = examine(source)
    return isinstance(found, Unreadable) and found.kind == "dicomdir"
