"""Which objects are selected: by paths, and by ``where``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, TypeAlias

from asprofile.api.words import several_of, words_of

if TYPE_CHECKING:
    from asprofile.objects.header import Judge
    from asprofile.objects.where import Where

Paths: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]"
"""Files and directories, one or several."""

PATHS: Final = "paths are a str, a Path, or several"

Selection: TypeAlias = "str | Iterable[str] | Where | None"
"""Expressions, all of which are to be true; what ``where`` made of them; or None for all objects."""


def where(*expressions: str) -> Where:
    """Which objects are meant, by what they say, such as ``'Modality = "CT" and StudyDate >= 20240101'``; to be given
    to ``send``, ``plan`` and ``generate``.

    Args:
        expressions: All of which have to be true. Keywords of the dictionary, tags, private tags with their creator,
            sequences by dots, ``Path``, ``Size``, ``SOPClass`` and ``TransferSyntax``.

    Raises:
        WhereError: One is no expression; the message shows the place, ``offset`` has it in characters.

    Examples:
        >>> chosen = asprofile.where('Modality in ("CT", "MR")', "not PatientID is null")
        >>> try:
        ...     asprofile.where("Modalty = 'CT'")
        ... except asprofile.WhereError as error:
        ...     print(error.offset)
        0

    The grammar: ``grammars/where.lark``.
    """
    # pydicom and lark, which nothing else here needs.
    from asprofile.objects.where import parse

    return parse(*words_of(expressions))


def judge_of(selection: Selection) -> Judge | None:
    """What decides which objects are meant; None for all."""
    if selection is None:
        return None
    # A Where there is only after pydicom and lark have been imported.
    made = getattr(selection, "judge", None)
    if made is not None:
        return made  # type: ignore[no-any-return]
    texts = words_of(selection)  # type: ignore[arg-type]
    return where(*texts).judge if texts else None


def paths_of(given: Paths) -> tuple[str, ...]:
    """The paths as they were named. Raises TypeError."""
    several = several_of(given, (str, os.PathLike), PATHS)
    names = tuple(os.fspath(one) for one in several)
    wrong = next((name for name in names if not isinstance(name, str)), None)
    if wrong is not None:
        raise TypeError(f"a path is a str or a Path, not {type(wrong).__name__}")
    return names
