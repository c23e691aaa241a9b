"""Changes of a profile file: laid out, contexts added and removed, names, numbers, files merged.

Each gives the changed file back and leaves the one that is there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from asprofile.api.files import MAX_EDITED_ITEMS, check_profile, of_usual_length
from asprofile.api.inputs import Input, source_of
from asprofile.api.words import Words, role_of, words_of
from asprofile.edit.draft import Edited
from asprofile.errors import AsprofileError, ConfigurationError, LoadError, NotFormatted
from asprofile.lint.extent import MOST_FOR_ALL, extent
from asprofile.model.config import only_of, some_names
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
    looked_up,
)
from asprofile.names.releases import LATEST, parse_release
from asprofile.program import command
from asprofile.text import Source

if TYPE_CHECKING:
    from asprofile.edit.insert import NewContext
    from asprofile.edit.merge import Clash
    from asprofile.edit.remove import Removal
    from asprofile.model.document import Document
    from asprofile.model.words import AssociationRole, Role

SectionKind = Literal["profile", "transfer-syntaxes", "contexts", "roles", "extended"]
KINDS: dict[SectionKind, str] = {
    "profile": PROFILES,
    "transfer-syntaxes": TRANSFER_SYNTAXES,
    "contexts": PRESENTATION_CONTEXTS,
    "roles": ROLE_SELECTION,
    "extended": EXTENDED_NEGOTIATION,
}
"""What can be renamed, and the supersection that it is in."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A profile file to be changed; ``release`` loads it, where it has to."""

    source: Source
    document: Document
    release: str


def format(source: Input, *, renumber: bool = False) -> bytes:  # noqa: A001 - what the command is called
    """The file laid out: ``=`` aligned in each section, one blank line between sections, no blanks at line ends, one
    kind of line end. Names, values and comments stay, and DCMTK loads the same as before.

    Args:
        source: A path, the bytes of a file, or what was read before.
        renumber: Renumber entries after a gap, so that DCMTK reads them too.

    Raises:
        NotFormatted: There is text that could not be kept, or that DCMTK would not read as it looks.
        AsprofileError: It is no profile file.
        OSError: A path cannot be read.

    Examples:
        >>> asprofile.format(b"[[Profiles]]\\n[CT]\\nPresentationContexts=CT")
        b'[[Profiles]]\\n\\n[CT]\\nPresentationContexts = CT\\n'
    """
    # Not needed by the other changes.
    from asprofile.edit.fmt import FormatRefusal, format_document

    found = _limited(source_of(source), None)
    check_profile(found.data, found.path)
    result = format_document(read(found.data), renumber=renumber)
    if isinstance(result, FormatRefusal):
        raise NotFormatted(result.reason, result.span, found)
    return result.data


def add(
    source: Input,
    profile: str,
    sop: Words,
    *,
    ts: Words = (),
    separate: bool = False,
    label: str = "",
    role_selection: Role | None = None,
    extended: bytes = b"",
    role: AssociationRole | None = None,
    beside: bool = False,
    shared: bool = False,
    drop: bool = False,
    release: str = LATEST,
) -> Edited:
    """The file with presentation contexts added to a profile: each SOP class with each list of transfer syntaxes.
    Comments, order and style stay, and what is there already is left alone.

    Args:
        source: A path, the bytes of a file, or what was read before.
        profile: The name of the profile; empty: the only one of the file.
        sop: SOP classes: DCMTK's names, keywords or names of PS3.6, UIDs.
        ts: Lists of transfer syntaxes, each names, keywords, UIDs or families with commas between them, or the label
            of a list of the file. Without any, ``"uncompressed"``.
        separate: A context for each transfer syntax, so that the peer has no choice.
        label: What to call a new transfer syntax list; empty: chosen.
        role_selection: The requestor's role for each SOP class; ``"default"`` takes it out of the role list.
        extended: Extended negotiation data for each SOP class, 1 to 1,023 bytes (PS3.7 D.3.3.5).
        role: Who loads the file; None: as far as it shows it.
        beside: Put a context after the last one of its SOP class, not at the end.
        shared: Change also the profiles that use the same lists.
        drop: At 128 contexts, take out those of least use.
        release: The DCMTK release that shall load the file.

    Returns:
        The changed file, what was done, and warnings, those of the linter for new lines among them.

    Raises:
        NoRoom: The 128 contexts of a request are in use (PS3.8 9.3.2.2); nothing was changed.
        ProfileNotFound: There is no such profile.
        EditError: The file cannot be changed as asked.
        LoadError: The release does not load the file.
        AsprofileError: It is no profile file, or a name is not known.
        OSError: A path cannot be read.

    Examples:
        >>> edited = asprofile.add("ct.cfg", "Scanner", "MRImageStorage", ts="jpeg-ls")
        >>> edited.done[-1]
        'new context 3 of list CT: MR Image Storage with JPEG-LS Lossless (list JPEGLSLossless)'
    """
    # Not needed by the other changes.
    from asprofile.api.named import sop_class, syntax_list
    from asprofile.edit.insert import Addition, add_to_profile

    opened = _opened(source, release)
    config = loaded(opened.document, opened.release, "acceptor")
    assert config is not None, "what is opened has been loaded"
    name = _profile_of(opened, profile)
    classes = [sop_class(word) for word in words_of(sop)]
    lists = words_of(ts)
    chosen = [syntax_list(config, word) for word in lists or ("uncompressed",)]
    if label and (separate or len(chosen) > 1):
        raise ConfigurationError("label is for one list of transfer syntaxes; leave it out, or give one ts")
    there: set[str] = set()
    if not lists and (role_selection or extended):
        known = config.profiles.get(looked_up(name))
        there = {context.abstract_syntax for context in known.contexts} if known is not None else set()
    contexts = _new_contexts([uid for uid in classes if uid not in there], chosen, label, split=separate)
    addition = Addition(
        tuple(contexts),
        dict.fromkeys(classes, role_selection) if role_selection else {},
        dict.fromkeys(classes, extended) if extended else {},
        role=role_of(role),
        path=opened.source.path,
        beside=beside,
        shared=shared,
        drop=drop,
    )
    return _finished(opened, add_to_profile(opened.document, name, addition, opened.release))


def remove(
    source: Input,
    profile: str,
    sop: Words,
    *,
    ts: Words = (),
    shared: bool = False,
    prune: bool = False,
    release: str = LATEST,
) -> Edited:
    """The file with presentation contexts taken out of a profile, and with them the roles and extended negotiation
    that only they needed.

    Args:
        source: A path, the bytes of a file, or what was read before.
        profile: The name of the profile; empty: the only one of the file.
        sop: SOP classes: DCMTK's names, keywords or names of PS3.6, UIDs.
        ts: Only contexts with exactly these transfer syntaxes, in any order, written as for ``add``.
        shared: Change also the profiles that use the same lists.
        prune: Take out the transfer syntax lists that no context uses then.
        release: The DCMTK release that shall load the file.

    Returns:
        The changed file, what was done, and warnings.

    Raises:
        ProfileNotFound: There is no such profile.
        EditError: The profile has no such context, or would have none left.
        LoadError: The release does not load the file.
        AsprofileError: It is no profile file, or a name is not known.
        OSError: A path cannot be read.

    Examples:
        >>> edited = asprofile.remove("ct.cfg", "Scanner", "CTImageStorage")
        >>> edited.done
        ('took out CT Image Storage with Explicit VR Little Endian, Implicit VR Little Endian (list Uncompressed)',)
    """
    # Not needed by the other changes.
    from asprofile.api.named import sop_class, syntax_list
    from asprofile.edit.remove import Removal

    opened = _opened(source, release)
    config = loaded(opened.document, opened.release, "acceptor")
    assert config is not None, "what is opened has been loaded"
    name = _profile_of(opened, profile)
    classes = tuple(map(sop_class, words_of(sop)))
    lists: list[tuple[str, ...] | None] = [syntax_list(config, word)[0] for word in words_of(ts)]
    removals = [Removal(classes, one, shared=shared, prune=prune) for one in lists or [None]]
    return _finished(opened, _in_turn(opened, (partial(_removed, opened, name, one) for one in removals)))


def _removed(opened: _Opened, profile: str, removal: Removal, document: Document) -> Edited:
    # Not needed by the other changes.
    from asprofile.edit.remove import remove_contexts

    return remove_contexts(document, profile, removal, opened.release)


def rename(source: Input, old: str, new: str, *, kind: SectionKind | None = None, release: str = LATEST) -> Edited:
    """The file with another name for a profile or a list, in its header and wherever it is referred to.

    Args:
        source: A path, the bytes of a file, or what was read before.
        old: The name; empty: the only profile of the file.
        new: The new one: letters, digits, ``-`` and ``_``.
        kind: What ``old`` is, where there are several of that name: ``"profile"``, ``"transfer-syntaxes"``,
            ``"contexts"``, ``"roles"`` or ``"extended"``.
        release: The DCMTK release that shall load the file.

    Raises:
        EditError: The new name is taken, or DCMTK would not keep it.
        LoadError: The release does not load the file.
        AsprofileError: There is nothing of that name, or it is no profile file.
        OSError: A path cannot be read.

    Examples:
        >>> asprofile.rename("ct.cfg", "Scanner", "Scanner1").done
        ('profile SCANNER is now Scanner1',)
    """
    # Not needed by the other changes.
    from asprofile.edit.rename import rename_section

    if kind is not None and kind not in KINDS:
        raise ConfigurationError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    opened = _opened(source, release)
    name = _profile_of(opened, old)
    section = KINDS[kind] if kind is not None else _kind_of(opened, name)
    return _finished(opened, rename_section(opened.document, section, name, new, opened.release))


def renumber(source: Input, *, release: str = LATEST) -> Edited:
    """The file with the next free numbers for entries that DCMTK does not read, because a number before theirs is
    missing or theirs has leading zeros. What it reads keeps its number.

    Args:
        source: A path, the bytes of a file, or what was read before.
        release: The DCMTK release that shall load the file.

    Raises:
        EditError: The release would refuse what it has not looked at so far; nothing was changed.
        AsprofileError: It is no profile file.
        OSError: A path cannot be read.

    Examples:
        >>> asprofile.renumber("slips.cfg").done
        ('line 4: TransferSyntax3 is now TransferSyntax2',)
    """
    # Not needed by the other changes.
    from asprofile.edit.number import renumber_entries

    opened = _opened(source, release, must_load=False)
    return _finished(opened, renumber_entries(opened.document, opened.release))


def merge(
    source: Input,
    *others: Input | tuple[Input, Iterable[str]],
    clash: Clash = "error",
    release: str = LATEST,
) -> Edited:
    """The file with the profiles of others, and the lists that these need. Lists that are equal are shared; a list
    whose label the file has for another one gets a new label.

    Args:
        source: A path, the bytes of a file, or what was read before.
        others: Files, each with all its profiles; or a pair of a file and the names of those that are wanted (an empty
            name: its only one).
        clash: For a profile whose name the file has for another one: ``"error"`` changes nothing; ``"rename"`` takes it
            under a new name; ``"keep"`` keeps the one of the file; ``"replace"`` puts it in place of that.
        release: The DCMTK release that shall load all of them.

    Raises:
        EditError: The names clash, or the files cannot be one.
        ProfileNotFound: There is no such profile.
        LoadError: The release does not load one of them.
        AsprofileError: One is no profile file.
        OSError: A path cannot be read.

    Examples:
        >>> asprofile.merge("ct.cfg", ("mr.cfg", ["MR"])).done[-1]
        'new profile MR'
    """
    if clash not in ("error", "rename", "keep", "replace"):
        raise ConfigurationError(f"clash is 'error', 'rename', 'keep' or 'replace', not {clash!r}")
    opened = _opened(source, release)
    edits: list[Callable[[Document], Edited]] = []
    for other in others:
        file, names = other if isinstance(other, tuple) else (other, None)
        found = _opened(file, release)
        wanted = None if names is None else tuple(_profile_of(found, name) for name in words_of(names))
        edits.append(partial(_merged, found, wanted, clash))
    return _finished(opened, _in_turn(opened, edits))


def _merged(other: _Opened, names: tuple[str, ...] | None, clash: Clash, document: Document) -> Edited:
    # Not needed by the other changes.
    from asprofile.edit.merge import merge_files

    return merge_files(document, other.document, other.release, profiles=names, clash=clash)


# --- What they have in common -----------------------------------------------------------------------------------------


def _opened(given: Input, release: str, *, must_load: bool = True) -> _Opened:
    source = _limited(source_of(given), MAX_EDITED_ITEMS)
    check_profile(source.data, source.path)
    found = _Opened(source, read(source.data), parse_release(release))
    # What a requestor loads, an acceptor does, too.
    if must_load and loaded(found.document, found.release, "acceptor") is None:
        problem = Loading(found.document, found.release, "acceptor", most=1).problems[0]
        raise LoadError(problem.code, problem.message, problem.span, source, found.release)
    return found


def _limited(source: Source, most: int | None) -> Source:
    found = of_usual_length(source) if most is None else of_usual_length(source, most)
    if isinstance(found, Source):
        return found
    raise found


def _profile_of(opened: _Opened, name: str) -> str:
    """The name of the profile that is meant: the one that is said, or the only one."""
    return name or only_of(
        list(Loading(opened.document, opened.release, "acceptor").config.profiles), opened.source.path
    )


def _kind_of(opened: _Opened, name: str) -> str:
    """The supersection of what has that name."""
    # Not needed by the other changes.
    from asprofile.edit.rename import SECTION_KINDS, kinds_of, names

    kinds = kinds_of(opened.document, name, opened.release)
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        words = " or ".join(f"--kind {word}" for word, kind in KINDS.items() if kind in kinds)
        several = " and ".join(f"a {SECTION_KINDS[kind]}" for kind in kinds)
        raise AsprofileError(f"{name} is {several}; give {words}")
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    known = names(opened.document, opened.release)
    near = nearest(name.upper(), known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there is {some_names(known)}"
    raise AsprofileError(f"no profile or list {name!r}; {hint}")


def _new_contexts(
    classes: Iterable[str], chosen: list[tuple[tuple[str, ...], bool]], label: str, *, split: bool
) -> Iterator[NewContext]:
    # Not needed by the other changes.
    from asprofile.edit.insert import NewContext

    for uid in classes:
        for listed, is_family in chosen:
            for proposed in _lists_of(uid, listed, is_family, split=split):
                yield NewContext(uid, proposed, label)


def _lists_of(uid: str, listed: tuple[str, ...], is_family: bool, *, split: bool) -> list[tuple[str, ...]]:
    """The lists of the contexts of a SOP class. Of a family, what no object of it can be in is left out."""
    # Not needed by the other changes.
    from asprofile.generate.request import permitted
    from asprofile.names.uids import display_name

    fitting = tuple(one for one in listed if permitted(uid, one)) if is_family else listed
    if not fitting:
        names = ", ".join(display_name(one) for one in listed)
        raise AsprofileError(f"no object of {display_name(uid)} can be in any of {names} (PS3.5 A.4, 8.2)")
    return [(one,) for one in fitting] if split else [fitting]


def _in_turn(opened: _Opened, edits: Iterable[Callable[[Document], Edited]]) -> Edited:
    """Several edits, each of what the one before has made."""
    data = opened.source.data
    said: list[str] = []
    warnings: list[str] = []
    for edit in edits:
        edited = edit(read(data))
        data = edited.data
        said += edited.done
        warnings += edited.warnings
    return Edited(data, tuple(said), tuple(warnings))


def _finished(opened: _Opened, edited: Edited) -> Edited:
    """With the linter's findings in new lines, without those that were there before."""
    return Edited(edited.data, edited.done, (*edited.warnings, *_new_findings(opened, edited.data)))


def _new_findings(opened: _Opened, data: bytes) -> Iterator[str]:
    before = opened.source
    if data == before.data:
        return
    if extent(opened.document.tree.count) != "all":
        yield f"over {MOST_FOR_ALL:,} headers and entries: the changed file was not linted, `{command('lint')}` does it"
        return
    # Not needed by a change that changes nothing.
    from asprofile.lint.run import LintOptions, lint

    settings = LintOptions(release=opened.release)
    known = {(finding.code, finding.message) for finding in lint(before, settings).findings}
    old = {before.line_text(line) for line in range(1, len(before.line_starts) + 1)}
    after = Source(data, before.path)
    for finding in lint(after, settings).findings:
        line = after.line_of(finding.span.start)
        if finding.severity == "info" or (finding.code, finding.message) in known or after.line_text(line) in old:
            continue
        yield f"line {line}: {finding.code} {finding.message}"
