"""What a shell completes: files, profiles (after ``FILE:`` too), and the names that an option or argument takes.

Asked only by a shell, so it may import what it needs; it never fails and never says anything. Which of these an option
or argument takes is said by its metavar, which is what help shows, and by its type.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

import asprofile
from asprofile.api import vocabulary
from asprofile.errors import AsprofileError
from asprofile.settings.finding import nearest, with_own_peers
from asprofile.settings.project import ProjectSettings

Completions = Iterator[tuple[str, str]]
"""What may be typed, and what it is."""


def complete(ctx: click.Context, metavar: str, incomplete: str) -> list[CompletionItem]:
    """What fits the beginning of a word of that metavar."""
    kinds = [profiles] if metavar in _OF_PROFILES else [kind for part, kind in _KINDS if part in metavar]
    found: dict[str, CompletionItem] = {}
    for kind in kinds[:1] or [files]:
        with suppress(AsprofileError, OSError, ValueError, click.ClickException):
            for word, help_text in kind(ctx, incomplete):
                found.setdefault(word, CompletionItem(word, help=help_text or None))
    return list(found.values())


def files(_: click.Context, incomplete: str) -> Completions:
    """Files and directories, these with a slash; hidden ones only if their dot is typed."""
    directory, name = os.path.split(incomplete)
    with os.scandir(os.path.expanduser(directory) or ".") as entries:  # noqa: PTH111
        found = sorted((entry.name, entry.is_dir()) for entry in entries if entry.name.startswith(name))
    for one, is_directory in found:
        if name.startswith(".") or not one.startswith("."):
            yield os.path.join(directory, one) + ("/" if is_directory else ""), ""  # noqa: PTH118


def profiles(ctx: click.Context, incomplete: str) -> Completions:
    """``[FILE:]NAME``: after a file and a colon its profiles, else those of the project, samples, and files."""
    path, colon, name = incomplete.rpartition(":")
    if colon:
        yield from ((f"{path}:{one}", "profile") for one in _names_in(path) if _begins(one, name))
        return
    yield from ((one, what) for one, what in _known_profiles() if _begins(one, incomplete))
    for file, _ in files(ctx, incomplete):
        # A file goes on with a colon, where one is wanted.
        yield file, ""


def _profile_of_file(ctx: click.Context, incomplete: str) -> Completions:
    """A NAME after a FILE."""
    file = ctx.params.get("file")
    names = _names_in(file) if isinstance(file, str) else ()
    yield from ((one, "profile") for one in names if _begins(one, incomplete))


def _file_and_profile(ctx: click.Context, incomplete: str) -> Completions:
    """``FILE:NAME`` without names alone."""
    if ":" in incomplete:
        yield from profiles(ctx, incomplete)
    else:
        yield from files(ctx, incomplete)


def _names_in(path: str) -> list[str]:
    """The profiles of a file, as they are written there."""
    from asprofile.model.words import PROFILES
    from asprofile.regular import open_named

    with open_named(os.path.expanduser(path)) as file:  # noqa: PTH111
        data = file.read(1 << 20)
    supersection = asprofile.read(data).supersection(PROFILES)
    return list(dict.fromkeys(section.name for section in supersection.sections)) if supersection else []


def _known_profiles() -> Completions:
    from asprofile.resources import described, sample_files

    with suppress(AsprofileError, OSError):
        for path in _project().profile_files():
            yield from ((name, f"profile of {path}") for name in _names_in(str(path)))
    for file in sample_files():
        sample = described(file)
        yield sample.name, sample.summary


def _project() -> ProjectSettings:
    return with_own_peers(nearest(Path.cwd()))


def _samples(_: click.Context, incomplete: str) -> Completions:
    from asprofile.resources import described, sample_files

    for file in sample_files():
        sample = described(file)
        if _begins(sample.name, incomplete):
            yield sample.name, sample.summary


def _recipes(_: click.Context, incomplete: str) -> Completions:
    yield from ((word, text) for word, text in vocabulary.recipe_words() if _begins(word, incomplete))


def _names(ctx: click.Context, incomplete: str) -> Completions:
    """NAME alone is a sample, a recipe or a profile of the file that comes before it."""
    command = ctx.info_name or ""
    by_command: dict[str, Callable[[click.Context, str], Completions]] = {"samples": _samples, "recipes": _recipes}
    yield from by_command.get(command, _profile_of_file)(ctx, incomplete)


def _rules(_: click.Context, incomplete: str) -> Completions:
    for code, name, summary in vocabulary.rule_words():
        if _begins(code, incomplete):
            yield code, summary
        elif incomplete and _begins(name, incomplete):
            yield name, summary


def _several_rules(ctx: click.Context, incomplete: str) -> Completions:
    """Codes with commas between them."""
    before, comma, last = incomplete.rpartition(",")
    yield from ((f"{before}{comma}{code}", text) for code, text in _rules(ctx, last))


def _releases(_: click.Context, incomplete: str) -> Completions:
    yield from ((word, text) for word, text in vocabulary.release_words() if _begins(word, incomplete))


def _peers(_: click.Context, incomplete: str) -> Completions:
    for peer in _project().peers:
        if peer.name.startswith(incomplete):
            yield peer.name, peer.address


def _peer_or_path(ctx: click.Context, incomplete: str) -> Completions:
    """The first argument of `send` is a peer unless one is named; the others are files."""
    if not ctx.params.get("peer") and not ctx.params.get("arguments"):
        yield from _peers(ctx, incomplete)
    yield from files(ctx, incomplete)


def _recipes_or_files(ctx: click.Context, incomplete: str) -> Completions:
    yield from _recipes(ctx, incomplete)
    if "/" in incomplete:
        yield from files(ctx, incomplete)


def _transfer_syntaxes(_: click.Context, incomplete: str) -> Completions:
    before, comma, last = incomplete.rpartition(",")
    words = vocabulary.transfer_syntax_words()
    yield from ((f"{before}{comma}{word}", text) for word, text in words if _begins(word, last))


def _sop_classes(_: click.Context, incomplete: str) -> Completions:
    yield from ((word, text) for word, text in vocabulary.sop_class_words() if _begins(word, incomplete))


def _begins(word: str, incomplete: str) -> bool:
    return word.upper().startswith(incomplete.upper())


_OF_PROFILES: Final = {"A", "B", "B...", "SOURCE", "SCP", "SCU... SCP [PATH...]"}

_KINDS: Final[tuple[tuple[str, Callable[[click.Context, str], Completions]], ...]] = (
    ("[FILE:]NAME", profiles),
    ("FILE:", _file_and_profile),
    ("[PEER] PATH", _peer_or_path),
    ("PEER", _peers),
    ("RECIPE", _recipes_or_files),
    ("CODES", _several_rules),
    ("CODE", _rules),
    ("RELEASE", _releases),
    ("SOP", _sop_classes),
    ("TS", _transfer_syntaxes),
    ("[NAME]", _names),
)
"""By what is in a metavar; what is in none of these takes files, or nothing (``_NOTHING`` in ``options``)."""
