"""Which objects are meant, by what they say: ``--where 'Modality in ("CT", "MR") and StudyDate >= 20200101'``.

    where = parse('Modality = "CT"')        a Where; raises WhereError, with the place
    scan(paths, where=where.judge)          an object that does not fit comes as an Unreadable of kind "left-out"

The grammar is grammars/where.lark; ``tree`` has the expression as a value, ``attributes`` the names, ``kinds`` what is
compared with what, ``elements`` reads them from a file, ``judge`` puts it together.
"""

from __future__ import annotations

from asprofile.objects.where.judge import Where, parse

__all__ = ["Where", "parse"]
