"""Changes of a profile file: contexts added and removed, names, numbers, files merged.

Each gives the changed file back and leaves the one that is there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal

from asprofile.api.inputs import Input
from asprofile.api.opening import OpenedFile, finished, in_turn
from asprofile.api.opening import opened as open_file
from asprofile.api.words import Words, name_of, role_of, words_of
from asprofile.edit.draft import Edited
from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.model.config import some_names
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
    looked_up,
)
from asprofile.names.releases import LATEST

if TYPE_CHECKING:
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
    from asprofile.api.named import new_contexts, sop_class, syntax_list
    from asprofile.edit.insert import Addition, add_to_profile

    opened = open_file(source, release)
    name = opened.profile(profile)
    classes = [sop_class(word) for word in words_of(sop)]
    lists = words_of(ts)
    chosen = [syntax_list(opened.config, word) for word in lists or ("uncompressed",)]
    if label and (separate or len(chosen) > 1):
        raise ConfigurationError("@{label} is for one list of transfer syntaxes; leave it out, or give one @{ts}")
    there: set[str] = set()
    if not lists and (role_selection or extended):
        known = opened.config.profiles.get(looked_up(name))
        there = {context.abstract_syntax for context in known.contexts} if known is not None else set()
    contexts = new_contexts([uid for uid in classes if uid not in there], chosen, label, split=separate)
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
    return finished(opened, add_to_profile(opened.document, name, addition, opened.release))


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

    opened = open_file(source, release)
    name = opened.profile(profile)
    classes = tuple(map(sop_class, words_of(sop)))
    lists: list[tuple[str, ...] | None] = [syntax_list(opened.config, word)[0] for word in words_of(ts)]
    removals = [Removal(classes, one, shared=shared, prune=prune) for one in lists or [None]]
    return finished(opened, in_turn(opened, (partial(_removed, opened, name, one) for one in removals)))


def _removed(opened: OpenedFile, profile: str, removal: Removal, document: Document) -> Edited:
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
        raise ConfigurationError(f"@{{kind}} is one of {', '.join(KINDS)}, not {kind!r}")
    opened = open_file(source, release)
    name = opened.profile(old)
    section = KINDS[kind] if kind is not None else _kind_of(opened, name)
    return finished(opened, rename_section(opened.document, section, name, name_of(new), opened.release))


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

    opened = open_file(source, release, must_load=False)
    return finished(opened, renumber_entries(opened.document, opened.release))


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
        raise ConfigurationError(f"@{{clash}} is 'error', 'rename', 'keep' or 'replace', not {clash!r}")
    opened = open_file(source, release)
    edits: list[Callable[[Document], Edited]] = []
    for other in others:
        file, names = other if isinstance(other, tuple) else (other, None)
        found = open_file(file, release)
        wanted = None if names is None else tuple(found.profile(name) for name in words_of(names))
        edits.append(partial(_merged, found, wanted, clash))
    return finished(opened, in_turn(opened, edits))


def _merged(other: OpenedFile, names: tuple[str, ...] | None, clash: Clash, document: Document) -> Edited:
    # Not needed by the other changes.
    from asprofile.edit.merge import merge_files

    return merge_files(document, other.document, other.release, profiles=names, clash=clash)


def _kind_of(opened: OpenedFile, name: str) -> str:
    """The supersection of what has that name."""
    # Not needed by the other changes.
    from asprofile.edit.rename import SECTION_KINDS, kinds_of, names

    kinds = kinds_of(opened.document, name, opened.release)
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        words = " or ".join(f"@{{kind={word}}}" for word, kind in KINDS.items() if kind in kinds)
        several = " and ".join(f"a {SECTION_KINDS[kind]}" for kind in kinds)
        raise AsprofileError(f"{name} is {several}; give {words}")
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    known = names(opened.document, opened.release)
    near = nearest(name.upper(), known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there is {some_names(known)}"
    raise AsprofileError(f"no profile or list {name!r}; {hint}")
