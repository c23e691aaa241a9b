"""A request as the text of a file: names that every release knows, numbers without a gap, aligned, with comments.

Layout only; what is in the file is decided in ``request``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from asprofile.errors import ProposalError
from asprofile.generate.request import Request, SyntaxList
from asprofile.model.config import MAX_CONTEXTS
from asprofile.names import releases, symbols, uids

_LABEL = re.compile(r"[A-Za-z0-9_-]+")


def render(request: Request) -> str:
    """The file, in ASCII with LF line ends.

    A UID that has one name in DCMTK from ``request.oldest`` to the newest release is written by that name, any other as
    a number below a comment with its name, so that all these releases load the file. Raises ProposalError for more
    contexts than DCMTK allows, ValueError for labels that do not work.
    """
    count = len(request.contexts)
    if request.limited and count > MAX_CONTEXTS:
        raise ProposalError(
            f"profile {request.name} has {count} presentation contexts, but DCMTK takes no more than {MAX_CONTEXTS}: "
            "leave out SOP classes or transfer syntaxes, or make several profiles"
        )
    blocks = [
        _comment(request.header),
        "[[TransferSyntaxes]]\n",
        *(_syntax_list(syntaxes, request.oldest) for syntaxes in _lists(request)),
        "[[PresentationContexts]]\n",
        "".join(_context_list(request)),
        "[[Profiles]]\n",
        f"[{_label(request.name)}]\nPresentationContexts = {request.name}\n",
    ]
    return "\n".join(blocks)


def _lists(request: Request) -> list[SyntaxList]:
    """The lists that are used, each once, in the order of their first use."""
    found: dict[str, SyntaxList] = {}
    for context in request.contexts:
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


def _context_list(request: Request) -> Iterator[str]:
    width = len(str(len(request.contexts)))
    number = 0
    yield f"[{request.name}]\n"
    for group in request.groups:
        yield "#\n" + _comment(group.comment) + "#\n"
        last = None
        for context in group.contexts:
            number += 1
            uid = context.abstract_syntax
            # The comment stands above the first of a class's contexts.
            yield "" if uid == last else _note(uid, request.oldest)
            name = _written(uid, request.oldest)
            yield f"PresentationContext{str(number).ljust(width)} = {name}\\{context.syntaxes.label}\n"
            last = uid


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
