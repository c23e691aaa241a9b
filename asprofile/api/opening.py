"""What the functions that edit a profile file have in common: reading and loading it, what is said of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.api.files import check_profile, of_usual_length
from asprofile.api.inputs import Input, source_of
from asprofile.api.words import name_of
from asprofile.edit.draft import Edited
from asprofile.errors import LoadError
from asprofile.lint.extent import MOST_FOR_ALL, extent
from asprofile.model.config import Config, only_of
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded
from asprofile.names.releases import parse_release
from asprofile.program import command
from asprofile.text import Source

if TYPE_CHECKING:
    from asprofile.model.document import Document


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A profile file to be changed, and what a release loads from it, None if it refuses it: as an acceptor, because
    what a requestor loads, an acceptor does, too.
    """

    source: Source
    document: Document
    release: str
    loaded: Config | None

    @property
    def config(self) -> Config:
        """What is loaded from a file that has to load."""
        assert self.loaded is not None, "what has to load has been loaded"
        return self.loaded

    def profile(self, name: str) -> str:
        """The name of the profile that is meant: the one that is said, or the only one."""
        return name_of(name) or only_of(list(self.config.profiles), self.source.path)


def opened(given: Input, release: str, *, must_load: bool = True) -> OpenedFile:
    """Read and load it. Raises LoadError where it has to load and does not, NoProfile, UnreadableFile, OSError."""
    source = of_usual_length(source_of(given))
    check_profile(source.data, source.path)
    document, wanted = read(source.data), parse_release(release)
    config = loaded(document, wanted, "acceptor")
    if must_load and config is None:
        problem = Loading(document, wanted, "acceptor", most=1).problems[0]
        raise LoadError(problem.code, problem.message, problem.span, source, wanted)
    return OpenedFile(source, document, wanted, config)


def in_turn(found: OpenedFile, edits: Iterable[Callable[[Document], Edited]]) -> Edited:
    """Several edits, each of what the one before has made."""
    data = found.source.data
    said: list[str] = []
    warnings: list[str] = []
    for edit in edits:
        edited = edit(read(data))
        data = edited.data
        said += edited.done
        warnings += edited.warnings
    return Edited(data, tuple(said), tuple(warnings))


def finished(found: OpenedFile, edited: Edited) -> Edited:
    """With the linter's findings in new lines, without those that were there before."""
    return Edited(edited.data, edited.done, (*edited.warnings, *_new_findings(found, edited.data)))


def _new_findings(found: OpenedFile, data: bytes) -> Iterator[str]:
    before = found.source
    if data == before.data:
        return
    if extent(found.document.tree.count) != "all":
        yield f"over {MOST_FOR_ALL:,} headers and entries: the changed file was not linted, `{command('lint')}` does it"
        return
    # Not needed by a change that changes nothing.
    from asprofile.lint.run import LintOptions, lint

    settings = LintOptions(release=found.release)
    known = {(finding.code, finding.message) for finding in lint(before, settings).findings}
    old = {before.line_text(line) for line in range(1, len(before.line_starts) + 1)}
    after = Source(data, before.path)
    for finding in lint(after, settings).findings:
        line = after.line_of(finding.span.start)
        if finding.severity == "info" or (finding.code, finding.message) in known or after.line_text(line) in old:
            continue
        yield f"line {line}: {finding.code} {finding.message}"
