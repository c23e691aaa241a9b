"""Infers who loads a file: a requestor (storescu) or an acceptor (storescp, dcmrecv, dcmqrscp).

This is the only place that infers it. The evidence, strongest first:

1. the file's name: a program (``storescp.cfg``, ``dcmqrprf.cfg.bak``), SCP or SCU, a word such as ``receiver``. Folders
   do not count, so the answer does not depend on the current directory;
2. its header comment, the comment lines before everything else: ``Role: acceptor``, a program, or such a word;
3. the names of its context lists and profiles;
4. a SOP class twice in a list: acceptors refuse that;
5. more than 128 contexts in a list: no request can have them;
6. a list with every kind of transfer syntax: a requestor knows which ones its objects use.

The first evidence that is there decides for the whole file. Where names point to both sides, or only the lists give
evidence and they differ, each list is judged by itself; so are the lists that dcmqrscp, which receives and sends, may
have for sending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from asprofile.model.config import Config, ContextList, Profile, TransferSyntaxList
from asprofile.model.document import Document
from asprofile.model.words import AssociationRole
from asprofile.names import transfer_syntaxes
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.text import Span, decode
from asprofile.value import Value

# A list with at least this many families of transfer syntaxes (uncompressed, JPEG, JPEG-LS, MPEG, ...) is an
# acceptor's, which takes whatever comes. A requestor, which sends each file in one syntax, does not need it.
CATCH_ALL_FAMILIES = 5

# The header comment is looked for in this many bytes of the file.
_MOST_COMMENT = 16_384

_SIDES: Mapping[str, AssociationRole] = {"scp": "acceptor", "scu": "requestor"}
# Patterns are compiled when first used: for most files the name is enough.
_PROGRAM = (
    "(?:store|storage|move|get|find|echo|term|qr|wlm|mwl|pps|commit|print|dcmpr)(?P<service>scp|scu)"
    "|(?P<acceptor>dcmrecv|dcmrcv|dcmqrprf|dcmqrdb)|(?P<requestor>dcmsend|dcmsnd)"
)
_SENDS_TOO = "dcmqr(?:scp|prf|db)"
_NOUNS: Mapping[AssociationRole, tuple[str, ...]] = {
    "acceptor": (
        *("acceptor", "acceptors", "receiver", "receivers", "listener", "listeners"),
        *("incoming", "inbound", "inbox"),
    ),
    "requestor": (
        *("requestor", "requestors", "requester", "requesters", "sender", "senders", "uploader"),
        *("outgoing", "outbound", "outbox"),
    ),
}
# In a name these words say what the profile is for; in a sentence they may be about anybody.
_VERBS: Mapping[AssociationRole, tuple[str, ...]] = {
    "acceptor": ("receive", "receives", "receiving", "recv", "rcv", "listening"),
    "requestor": ("send", "sends", "sending", "snd", "upload", "uploads", "uploading"),
}
_GLUED = ("receiver", "listener", "acceptor", "sender", "requestor", "requester")
_SUFFIXES = ("config", "conf", "cfg", "profiles", "profile", "ini")

_LETTERS = r"[^\W\d_]+"
_PIECE = "[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
_ROLE_LINE = r"(?im)^[ \t]*(?:role|side)[ \t]*[:=][ \t]*(\w+)"
_USED_BY = r"(?i)\b(?:for|with|by|of|file)\s+(?:(?:the|a|an|our|dcmtk|dcmtk's)\s+)?(\w+)"
_MADE_FOR = r"(?i)\b(?:for|as|by)\s+(?:(?:the|a|an|our|any|all)\s+)?(\w+)"
_FIRST = r"(?im)^[ \t]*(?:(?:the|a|an|our)\s+)?(\w+)"
_PHRASES: tuple[tuple[AssociationRole, str], ...] = (
    ("acceptor", r"(?i)\b(?:receiv(?:e|es|ed|ing)|accepts?|accepting)\b[^.;\n]{0,60}\bfrom\b"),
    ("requestor", r"(?i)\bsend(?:s|ing)?\b[^.;\n]{0,60}\bto\b(?!\s+(?:us|here|this)\b)"),
)


class Judgement(Value):
    """Who loads a file, or uses a list: ``role`` is None where that is open; ``reason`` is in words, for a sentence."""

    role: AssociationRole | None
    reason: str


class Inference(Value):
    """Who loads a file, as far as the file shows it. ``role`` is None where that is open, or differs from list to list;
    ``lists`` has the role for each context list by its label, None where it is open. ``is_named``: a name or a comment
    says it. ``sends_too``: by its name the file is for dcmqrscp, which has lists for both sides.
    """

    role: AssociationRole | None
    reason: str
    lists: Mapping[str, AssociationRole | None]
    is_named: bool = False
    sends_too: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether the lists are not all for the same side."""
        return len(set(self.lists.values())) > 1


def infer(path: str, document: Document, config: Config) -> Inference:
    """Who loads the file, from its name and content; ``config`` is what is valid in it, in either role."""
    whole = of_name(path) or _of_comment(_header_comment(document.data))
    users = _profiles_by_list(config.profiles)
    named = {label: _of_names(found, users.get(label, ()), document) for label, found in config.context_lists.items()}
    built = {label: _of_items(found, document, config) for label, found in config.context_lists.items()}
    names = {label: _name(document, found.spans[0]) for label, found in config.context_lists.items()}
    if whole is not None:
        return _with_whole(whole, named, built, names, sends_too=re.search(_SENDS_TOO, _base(path).lower()) is not None)
    for found in (named, built):
        sides = {judged.role for judged in found.values() if judged is not None}
        if len(sides) == 1:
            first = next(judged for judged in found.values() if judged is not None)
            against = _against(first.role, *((built,) if found is named else ()))
            return Inference(first.role, first.reason + against, dict.fromkeys(found, first.role), found is named)
        if sides:
            return _list_by_list(named, built, names)
    return Inference(None, "nothing in it shows which", dict.fromkeys(named))


def of_name(path: str) -> Judgement | None:
    """What the file's name says; folders do not count."""
    role = _said_in_name(_base(path))
    return Judgement(role, "the file's name") if role else None


def is_catch_all(listed: TransferSyntaxList | None) -> bool:
    """Whether a transfer syntax list has so many families that only an acceptor would use it."""
    known = (transfer_syntaxes.get(uid) for uid in listed.uids) if listed else ()
    return len({syntax.family for syntax in known if syntax is not None}) >= CATCH_ALL_FAMILIES


def has_class_twice(contexts: ContextList) -> bool:
    """Whether an abstract syntax is twice in the list, which only a requestor may have."""
    return len({item.abstract_syntax for item in contexts.items}) < len(contexts.items)


Judgements = Mapping[str, Judgement | None]


def _with_whole(
    whole: Judgement, named: Judgements, built: Judgements, names: Mapping[str, str], *, sends_too: bool
) -> Inference:
    """The file's name or comment decides, except for lists named otherwise in a file that also has lists named so."""
    lists: dict[str, AssociationRole | None] = dict.fromkeys(named, whole.role)
    if len({judged.role for judged in named.values() if judged is not None}) > 1:
        lists.update({label: judged.role for label, judged in named.items() if judged is not None})
    if sends_too:
        lists.update(
            {label: one.role for label, one in built.items() if one and one.role == "requestor" and not named[label]}
        )
    other = [names[label] for label, role in lists.items() if role != whole.role]
    if other:
        against = f"; its {_lists(other)} as {_an(_other(whole.role))}"
    else:
        against = _against(whole.role, named, built)
    return Inference(whole.role, whole.reason + against, lists, is_named=True, sends_too=sends_too)


def _list_by_list(named: Judgements, built: Judgements, names: Mapping[str, str]) -> Inference:
    judged = {label: named[label] or built[label] for label in named}
    lists = {label: one.role if one else None for label, one in judged.items()}
    parts = []
    for role in ("acceptor", "requestor"):
        of_role = [names[label] for label, found in lists.items() if found == role]
        if of_role:
            parts.append(f"{_lists(of_role)} as {_an(role)}")
    return Inference(None, ", ".join(parts), lists)


def _against(role: AssociationRole | None, *evidence: Judgements) -> str:
    """The evidence for the other side, in words; empty if there is none."""
    for found in evidence:
        for judged in found.values():
            if judged is not None and judged.role != role:
                return f", although {judged.reason} speaks for {_one(judged.role)}"
    return ""


def _profiles_by_list(profiles: Mapping[str, Profile]) -> Mapping[str, Sequence[Profile]]:
    """The profiles of each context list, by its label: a file may have very many of both."""
    found: dict[str, list[Profile]] = {}
    for profile in profiles.values():
        found.setdefault(profile.context_list.label, []).append(profile)
    return found


def _of_names(contexts: ContextList, users: Sequence[Profile], document: Document) -> Judgement | None:
    """What the name of the list and those of the profiles that use it say, if they agree."""
    found: dict[AssociationRole, str] = {}
    for what, span in _named(contexts, users):
        name = _name(document, span)
        role = _said_in_name(name)
        if role is not None:
            found.setdefault(role, f"the name of the {what} {name}")
    return Judgement(*next(iter(found.items()))) if len(found) == 1 else None


def _named(contexts: ContextList, users: Sequence[Profile]) -> Iterator[tuple[str, Span]]:
    yield from (("list", span) for span in contexts.spans)
    yield from (("profile", profile.span) for profile in users)


def _of_items(contexts: ContextList, document: Document, config: Config) -> Judgement | None:
    """The evidence in the list itself, strongest first."""
    name = f"the list {_name(document, contexts.spans[0])}"
    if has_class_twice(contexts):
        return Judgement("requestor", f"a SOP class twice in {name}")
    if len(contexts.items) > MAX_CONTEXTS:
        return Judgement("acceptor", f"more than {MAX_CONTEXTS} contexts in {name}")
    for used in dict.fromkeys(item.label for item in contexts.items):
        if is_catch_all(config.transfer_syntax_lists.get(used)):
            return Judgement("acceptor", f"every kind of transfer syntax in {name}")
    return None


def _name(document: Document, header: Span) -> str:
    """The name in a header, as it is written."""
    return " ".join(decode(document.data[slice(*header)]).strip("[] \t\r\n").split())


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _said_in_name(name: str) -> AssociationRole | None:
    """The side that a name speaks of; None if it says nothing, or both. A program's name counts more than a word."""
    runs = [match.group() for match in re.finditer(_LETTERS, name)]
    of_programs = {side for run in runs for side in _of_run(run)}
    return _only(of_programs or {side for run in runs for side in _of_words(run, _NOUNS, _VERBS)})


def _only(sides: set[AssociationRole]) -> AssociationRole | None:
    return next(iter(sides)) if len(sides) == 1 else None


def _of_run(run: str) -> Iterator[AssociationRole]:
    """The sides of the program names, SCP and SCU in a run of letters: ``storescp``, ``CTReceiveSCP``, ``scpcfg``; not
    ``scpd``.
    """
    lower = run.lower()
    for match in re.finditer(_PROGRAM, lower):
        yield _SIDES.get(match["service"] or "") or ("acceptor" if match["acceptor"] else "requestor")
    for suffix in _SUFFIXES:
        lower = lower.removesuffix(suffix)
    for word in (lower[-3:], *(piece.lower() for piece in re.findall(_PIECE, run))):
        if word in _SIDES:
            yield _SIDES[word]


def _of_words(run: str, *words: Mapping[AssociationRole, tuple[str, ...]]) -> Iterator[AssociationRole]:
    pieces = {run.lower(), *(piece.lower() for piece in re.findall(_PIECE, run))}
    glued = next((word for word in _GLUED if run.lower().endswith(word)), None)
    for table in words:
        for side, wanted in table.items():
            if not pieces.isdisjoint(wanted) or glued in wanted:
                yield side


def _header_comment(data: bytes) -> str:
    """The text of the lines of comment before everything else, without ``#``."""
    lines = []
    for line in decode(data[:_MOST_COMMENT]).splitlines():
        if line.startswith("#"):
            lines.append(line.lstrip("#"))
        elif line.strip():
            break
    return "\n".join(lines)


def _of_comment(text: str) -> Judgement | None:
    for said in (_said_in_role_line, _said_of_programs, _said_in_words):
        role = said(text)
        if role is not None:
            return Judgement(role, "its header comment")
    return None


def _said_in_role_line(text: str) -> AssociationRole | None:
    return _only(
        {side for match in re.finditer(_ROLE_LINE, text) for side in (*_of_run(match[1]), *_of_noun(match[1]))}
    )


def _said_of_programs(text: str) -> AssociationRole | None:
    """The side of the programs that are named; where they are on both sides, of those that the file is said to be
    for.
    """
    sides = {side for match in re.finditer(_LETTERS, text) for side in _of_run(match.group())}
    if len(sides) < 2:
        return _only(sides)
    return _only({side for match in re.finditer(_USED_BY, text) for side in _of_run(match[1])})


def _said_in_words(text: str) -> AssociationRole | None:
    """The side that the words name: a receiver at the beginning of a line or after "for", or a sentence about sending
    to a place.
    """
    sides = {
        side for pattern in (_FIRST, _MADE_FOR) for match in re.finditer(pattern, text) for side in _of_noun(match[1])
    }
    return _only(sides | {side for side, phrase in _PHRASES if re.search(phrase, text)})


def _of_noun(word: str) -> Iterator[AssociationRole]:
    return _of_words(word, _NOUNS)


def _lists(names: list[str]) -> str:
    return f"list{'s' * (len(names) > 1)} {' and '.join(names)}"


def _other(role: AssociationRole | None) -> AssociationRole:
    return "requestor" if role == "acceptor" else "acceptor"


def _one(role: AssociationRole | None) -> str:
    return "an acceptor" if role == "acceptor" else "a requestor"


def _an(role: AssociationRole | None) -> str:
    return f"{_one(role)}'s"


def in_words(found: Inference) -> str:
    """For a report: who the file was taken to be for, and why."""
    if found.role is not None:
        return f"judged as {_an(found.role)}: {found.reason}"
    if found.is_mixed:
        return f"judged list by list: {found.reason}"
    return f"an acceptor or a requestor may load it, {found.reason}"
