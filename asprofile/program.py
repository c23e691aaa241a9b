"""The name of this program: on a package index, and as it was started.

On the package index the name ``asprofile`` belongs to another program, which has a command of that name, too. So the
distribution is called otherwise; the package, the command and the settings are ``asprofile``.
"""

from __future__ import annotations

import re
import sys

DISTRIBUTION = "dicom-asprofile"
"""The name in ``pyproject.toml``: what is installed, and what an extra belongs to."""

HOME = "https://asprofile.readthedocs.io/"
RULES_PAGE = f"{HOME}rules/"
"""The page of all rules."""
RULE_PAGE = f"{RULES_PAGE}{{code}}/"
"""The page of a rule: ``RULE_PAGE.format(code="ap101")``."""

CI_SERVICES = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")
"""Variables of which a CI service sets at least one."""

DEBUG_VARIABLE = "ASPROFILE_DEBUG"
"""Set to anything, tracebacks are shown."""


def installing(extra: str) -> str:
    """The command that installs what one of the extras needs, quoted for a shell (in zsh brackets are a pattern)."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def command(*words: str) -> str:
    """A command line of this program to paste into a shell: quoted, whatever is in the words, and beginning as the
    program was started (``python3 -P -m asprofile`` where another one has the name).
    """
    return " ".join([*_STARTED_AS, *map(quoted, words)])


def started(example: str) -> str:
    """An example that begins with ``asprofile``, beginning as the program was started."""
    return " ".join([*_STARTED_AS, example.removeprefix("asprofile").lstrip()])


def quoted(word: str) -> str:
    """A word for a shell. One with characters that are not to be seen is written in the way of bash and zsh, with
    escapes, so that it can be printed and pasted.
    """
    if not word.isprintable():
        escaped = "".join(_escaped(character) for character in word)
        return f"$'{escaped}'"
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _escaped(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))


_STARTED_AS: list[str] = ["asprofile"]


def started_as_module() -> None:
    """Say that this process was started with ``-m``: what was typed up to there begins commands from now on."""
    words = list(sys.orig_argv)
    if "-m" in words:
        _STARTED_AS[:] = [quoted(word) for word in (*words[: words.index("-m")], "-m", "asprofile")]
