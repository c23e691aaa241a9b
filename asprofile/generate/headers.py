"""The comment at the top of a generated file: what it is made from, who loads it, how it is used.

Words only; nothing here changes what is offered.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from asprofile.generate.request import Request
from asprofile.model import AssociationRole

_WIDTH = 110
_USE: dict[AssociationRole, str] = {
    "requestor": """\
storescu -xf {file} {name} HOST PORT FILE...
asprofile send --config {file} --profile {name} HOST:PORT PATH...""",
    "acceptor": """\
storescp +B -xf {file} {name} -od DIRECTORY PORT
dcmrecv +B -xf {file} {name} -od DIRECTORY PORT""",
}


def header(requests: tuple[Request, ...], about: Iterable[str], file: str = "FILE") -> str:
    """The comment, without ``#``. ``about`` are paragraphs on where the contexts come from; ``file`` is the file's name
    on a command line. Everything that is not ASCII becomes a question mark: comments have to be readable everywhere.
    """
    first = requests[0]
    names = first.name if len(requests) == 1 else f"{first.name} to {requests[-1].name}"
    lines = [f"{names}: presentation contexts for {'senders' if first.role == 'requestor' else 'receivers'}", ""]
    for paragraph in about:
        lines += [*textwrap.wrap(_plain(paragraph), _WIDTH, break_on_hyphens=False, break_long_words=False), ""]
    lines += [f"DCMTK: {first.oldest} and later", f"Role: {first.role}", *_contexts(requests), ""]
    use = _USE[first.role].format(file=_plain(file), name=first.name)
    return "\n".join([*lines, *(f"    {line}" for line in use.split("\n"))])


def _contexts(requests: tuple[Request, ...]) -> list[str]:
    if len(requests) == 1:
        return [f"Contexts: {len(requests[0].contexts)}"]
    lines = ["Profiles, each for an association of its own:", ""]
    for request in requests:
        groups = "; ".join(group.comment for group in request.groups)
        text = f"{request.name} ({len(request.contexts)} contexts): {groups}"
        lines += textwrap.wrap(_plain(text), _WIDTH, initial_indent="    ", subsequent_indent="        ")
    return lines


def _plain(text: str) -> str:
    return "".join(one if " " <= one <= "~" else "?" for one in text)
