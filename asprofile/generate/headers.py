"""The comment at the top of a generated file: what it is made from, who loads it, how it is used.

Words only; nothing here changes what is offered.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable

from asprofile.generate.request import ProfileRequest, RequestedContext
from asprofile.names import uids
from asprofile.names.well_known import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.printing import plural
from asprofile.program import quoted

_WIDTH = 110
_QUERIES = {"qr-find", "qr-move", "qr-get"}
_EXPLICIT, _IMPLICIT = EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN


def header(requests: tuple[ProfileRequest, ...], about: Iterable[str], file: str = "FILE") -> str:
    """The comment, without ``#``. ``about`` are paragraphs on where the contexts come from; ``file`` is the file's
    name on a command line. Everything that is not ASCII becomes a question mark: comments have to be readable
    everywhere.
    """
    first = requests[0]
    names = first.name if len(requests) == 1 else f"{first.name} to {requests[-1].name}"
    lines = [f"{names}: presentation contexts for {'senders' if first.role == 'requestor' else 'receivers'}", ""]
    for paragraph in about:
        lines += [*textwrap.wrap(_plain(paragraph), _WIDTH, break_on_hyphens=False, break_long_words=False), ""]
    if encodings := uncompressed(requests):
        lines += [*textwrap.wrap(_plain(encodings), _WIDTH, break_on_hyphens=False, break_long_words=False), ""]
    lines += [f"DCMTK: {first.oldest} and later", f"Role: {first.role}", *_contexts(requests), ""]
    return "\n".join([*lines, *(f"    {line}" for line in map(_plain, uses(first, file)))])


def uncompressed(requests: Iterable[ProfileRequest]) -> str:
    """Whether an object in Explicit or Implicit VR goes as it is, and what to type for the other way; empty for
    acceptors and where no object is sent in both."""
    ways: dict[bool, str] = {}
    for request in requests:
        if request.role == "requestor":
            for context in filter(_is_sent(request), request.contexts):
                offered = {_EXPLICIT, _IMPLICIT}.intersection(context.syntaxes.uids)
                ways.setdefault(len(offered) == 2, context.abstract_syntax)
    if True in ways:
        return (
            "Explicit and Implicit VR share a context: the receiver chooses, and an object in the other of the two has "
            "to be converted. storescu does that; asprofile send with --convert uncompressed."
        )
    both = {_EXPLICIT, _IMPLICIT} <= {
        uid for request in requests for one in filter(_is_sent(request), request.contexts) for uid in one.syntaxes.uids
    }
    if not ways or not both:
        return ""
    return (
        "Explicit and Implicit VR have a context each, so that an uncompressed object goes as it is, whichever the "
        "receiver prefers. With --combine they share one: fewer contexts, and the receiver chooses."
    )


def uses(request: ProfileRequest, file: str, *, is_sample: bool = False) -> list[str]:
    """Command lines of programs that can do what the profile is for. ``is_sample``: asprofile finds it by its name.

    storescu, storescp and dcmrecv only store; DCMTK's programs for other services take no profile, except dcmqrscp,
    which takes one for either side.
    """
    name, profile, file = request.name, quoted(f"{file}:{request.name}"), quoted(file)
    where = f"--profile {name}" if is_sample else f"--profile {profile}"
    kinds = {_kind(context) for context in request.contexts}
    stores = any(map(_is_sent(request), request.contexts))
    if request.role == "acceptor":
        if kinds & _QUERIES:
            return [f"dcmqrscp -xf {file} {name} {name} PORT"]
        if stores or kinds <= {"verification"}:
            return [f"{program} +B -xf {file} {name} -od DIRECTORY PORT" for program in ("storescp", "dcmrecv")]
        return [f"asprofile convert {profile} --to pynetdicom -o receiver.py"]
    if stores:
        return [
            f"storescu -xf {file} {name} HOST PORT FILE...",
            f"asprofile send {where} HOST:PORT PATH...",
        ]
    # storescu sends nothing in these contexts, and DCMTK's findscu, movescu and the like take no profile.
    return [
        f"asprofile probe {where} HOST:PORT",
        f"asprofile convert {profile} --to pynetdicom -o requestor.py",
    ]


def _kind(context: RequestedContext) -> str:
    info = uids.describe(context.abstract_syntax)
    return info.kind if info is not None else "storage"


def _is_sent(request: ProfileRequest) -> Callable[[RequestedContext], bool]:
    """Whether a context is for objects that the requestor stores: an unknown one may be a private storage class."""
    received = {uid for uid, role in request.roles if role == "scp"}
    return lambda context: _kind(context) == "storage" and context.abstract_syntax not in received


def _contexts(requests: tuple[ProfileRequest, ...]) -> list[str]:
    if len(requests) == 1:
        return [f"Contexts: {len(requests[0].contexts)}"]
    lines = ["Profiles, each for an association of its own:", ""]
    for request in requests:
        groups = "; ".join(group.comment for group in request.groups)
        text = f"{request.name} ({plural(len(request.contexts), 'context')}): {groups}"
        lines += textwrap.wrap(_plain(text), _WIDTH, initial_indent="    ", subsequent_indent="        ")
    return lines


def _plain(text: str) -> str:
    return "".join(one if " " <= one <= "~" else "?" for one in text)
