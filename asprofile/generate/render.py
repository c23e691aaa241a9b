"""A request as the text of a file: names that every release knows, numbers without a gap, aligned, with comments.

Only the layout; what is in the file is decided in ``request``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from asprofile.errors import ProposalError
from asprofile.generate.request import ProfileRequest, SyntaxList
from asprofile.names import releases, symbols, uids
from asprofile.names.well_known import MAX_CONTEXTS

_LABEL = re.compile(r"[A-Za-z0-9_-]+")


def render(request: ProfileRequest, *others: ProfileRequest) -> str:
    """The file, in ASCII with LF line ends; with ``others``, further profiles in it.

    A UID that has one name in DCMTK from ``request.oldest`` to the newest release is written by that name, any other as
    a number below a comment with its name, so that all these releases load the file. Raises ProposalError for more
    contexts than DCMTK allows, ValueError for labels that do not work.
    """
    requests = (request, *others)
    for one in requests:
        _check_limit(one)
    oldest = request.oldest
    blocks = [
        _comment(request.header),
        "[[TransferSyntaxes]]\n",
        *(_syntax_list(syntaxes, oldest) for syntaxes in _lists(requests)),
        "[[PresentationContexts]]\n",
        *("".join(_context_list(one, oldest)) for one in requests),
        *_of_sop_classes("SCPSCURoleSelection", "Role", requests, _roles),
        *_of_sop_classes("ExtendedNegotiation", "ExtendedNegotiation", requests, _extended),
        "[[Profiles]]\n",
        *map(_profile, requests),
    ]
    return "\n".join(block for block in blocks if block)


def _check_limit(request: ProfileRequest) -> None:
    count = len(request.contexts)
    if request.limited and count > MAX_CONTEXTS:
        raise ProposalError(
            f"profile {request.name} has {count} presentation contexts, but DCMTK takes no more than {MAX_CONTEXTS}: "
            "leave out SOP classes or transfer syntaxes, or make several profiles"
        )


def _lists(requests: Iterable[ProfileRequest]) -> list[SyntaxList]:
    """The lists that are used, each once, in the order of their first use."""
    found: dict[str, SyntaxList] = {}
    for context in (context for request in requests for context in request.contexts):
        known = found.setdefault(_label(context.syntaxes.label).upper(), context.syntaxes)
        if known != context.syntaxes:
            raise ValueError(f"two transfer syntax lists have the label {context.syntaxes.label}")
    return list(found.values())


def _syntax_list(syntaxes: SyntaxList, oldest: str) -> str:
    width = len(str(len(syntaxes.uids)))
    lines = (
        f"{_note(uid, oldest)}TransferSyntax{str(number).ljust(width)} = {_written(uid, oldest)}\n"
        for number, uid in enumerate(syntaxes.uids, start=1)
    )
    return f"[{syntaxes.label}]\n{''.join(lines)}"


def _context_list(request: ProfileRequest, oldest: str) -> Iterator[str]:
    width = len(str(len(request.contexts)))
    number = 0
    yield f"[{request.name}]\n"
    for group in request.groups:
        yield "#\n" + _comment(group.comment) + "#\n"
        last = None
        for context in group.contexts:
            number += 1
            uid = context.abstract_syntax
            # The class's name is above the first of its contexts.
            name = "" if uid == last or _written(uid, oldest) != uid else uids.display_name(uid)
            yield _comment(": ".join(part for part in (name, context.note) if part))
            yield f"PresentationContext{str(number).ljust(width)} = {_written(uid, oldest)}\\{context.syntaxes.label}\n"
            last = uid


def _of_sop_classes(
    supersection: str,
    key: str,
    requests: Iterable[ProfileRequest],
    items: Callable[[ProfileRequest], list[tuple[str, str]]],
) -> Iterator[str]:
    """A supersection with an entry for each of some SOP classes, if any profile has them."""
    filled = [(request, found) for request in requests if (found := items(request))]
    if filled:
        yield f"[[{supersection}]]\n"
    for request, found in filled:
        width = len(str(len(found)))
        lines = [
            f"{_note(uid, request.oldest)}{key}{str(number).ljust(width)} = {_written(uid, request.oldest)}\\{value}\n"
            for number, (uid, value) in enumerate(found, start=1)
        ]
        yield f"[{request.name}]\n{''.join(lines)}"


def _roles(request: ProfileRequest) -> list[tuple[str, str]]:
    return [(uid, role.upper()) for uid, role in request.roles]


def _extended(request: ProfileRequest) -> list[tuple[str, str]]:
    return [(uid, data.hex().upper()) for uid, data in request.extended]


def _profile(request: ProfileRequest) -> str:
    keys = ["PresentationContexts"]
    keys += ["SCPSCURoleSelection"] * bool(request.roles)
    keys += ["ExtendedNegotiation"] * bool(request.extended)
    width = max(map(len, keys))
    lines = [f"{key.ljust(width)} = {request.name}\n" for key in keys]
    return f"[{_label(request.name)}]\n{''.join(lines)}"


def _written(uid: str, oldest: str) -> str:
    """The name by which every release from ``oldest`` on knows the UID, or the UID."""
    wanted = [release for release in releases.RELEASES if releases.at_least(release, oldest)]
    names = {symbols.name_of(uid, release) for release in wanted}
    name = names.pop() if len(names) == 1 else None
    return name or uid


def _note(uid: str, oldest: str) -> str:
    """A comment with the name of a UID that is written as a number."""
    if _written(uid, oldest) != uid:
        return ""
    return _comment(uids.display_name(uid))


def _comment(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in _lines(text))


def _lines(text: str) -> Iterable[str]:
    return text.strip("\n").split("\n") if text else ()


def _label(label: str) -> str:
    if _LABEL.fullmatch(label) is None:
        raise ValueError(f"{label!r} is no label: letters, digits, - and _ only")
    return label
