"""Profiles as lines: one as a table of its contexts, all of a file as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.api.showing import Shown
from asprofile.api.unread import unread
from asprofile.lint.render.text import taken_for
from asprofile.names.uids import display_name
from asprofile.negotiate.proposal_size import request_size
from asprofile.printing import named, printable

if TYPE_CHECKING:
    from asprofile.api.profiles import LoadedFile
    from asprofile.model.config import ExtendedNegotiation, PresentationContext, Profile
    from asprofile.model.words import AssociationRole
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook

_HEADING = "SOP class, and the transfer syntaxes proposed for it"


def render(found: Shown, look: ReportLook) -> Iterator[str]:
    if found.single:
        yield from _table(found.loaded, found.profiles[0], look.style)
    else:
        yield from _overview(found.loaded)


def _overview(loaded: LoadedFile) -> Iterator[str]:
    config = loaded.config
    yield f"{printable(loaded.source.path)}: loads in DCMTK {config.release} for {tools_of(config.role)}"
    yield from judged(loaded)
    yield from not_read(loaded)
    if not config.profiles:
        yield "  no profile in it"
    width = max((len(named(name)) for name in config.profiles), default=0)
    for profile in config.profiles.values():
        classes = len({context.abstract_syntax for context in profile.contexts})
        parts = [_counted(len(profile.contexts), "context"), _counted(classes, "SOP class", "SOP classes")]
        if any(context.role != "default" for context in profile.contexts):
            parts.append("role selection")
        if profile.extended:
            parts.append("extended negotiation")
        size, refusal = request_size(profile, config.role)
        if size is not None:
            parts.append(f"request of {size:,} bytes")
        yield f"  {named(profile.name):<{width}}  {', '.join(parts)}"
        if refusal is not None:
            yield f"  {'':<{width}}  {refusal}"


def _table(loaded: LoadedFile, profile: Profile, style: Style) -> Iterator[str]:
    config = loaded.config
    count = _counted(len(profile.contexts), "presentation context")
    what = f"profile {named(profile.name)}, {count}, DCMTK {config.release}, {config.role}"
    yield f"{printable(loaded.source.path)}: {what}"
    yield from judged(loaded)
    yield from not_read(loaded)
    size, refusal = request_size(profile, config.role)
    if size is not None or refusal is not None:
        yield f"A-ASSOCIATE-RQ: {size:,} bytes" if size is not None else f"A-ASSOCIATE-RQ: {refusal}"
    yield ""
    names = [_two(context) for context in profile.contexts]
    width = max(len(name) for rows in [[(_HEADING, "")], *names] for name, _ in rows)
    roles = any(context.role != "default" for context in profile.contexts)
    number = "id" if config.role == "requestor" else "no"
    yield style(f"{number:>4}  {_HEADING:<{width}}  UID", "bold")
    for index, (context, rows) in enumerate(zip(profile.contexts, names, strict=True), start=1):
        shown = context.id if config.role == "requestor" else index
        role = f"  [{context.role}]" if roles else ""
        yield f"{shown:>4}  {rows[0][0]:<{width}}  {rows[0][1]}{role}"
        for name, uid in rows[1:]:
            yield f"{'':>4}  {name:<{width}}  {style(uid, 'dim')}"
    yield from _extended(profile.extended)


def judged(loaded: LoadedFile) -> Iterator[str]:
    """Whose the file was taken for, where nobody said it, and it is not the requestor's that is shown anyway."""
    if loaded.inferred is not None and (loaded.config.role == "acceptor" or loaded.inferred.is_mixed):
        yield printable(taken_for(loaded.inferred))


def not_read(loaded: LoadedFile) -> Iterator[str]:
    """That entries are not read, if so."""
    if text := unread(loaded.source):
        yield printable(text)


def _two(context: PresentationContext) -> list[tuple[str, str]]:
    """Name and UID of the SOP class, then of each transfer syntax, indented."""
    rows = [(_name(context.abstract_syntax), named(context.abstract_syntax))]
    return rows + [(f"  {_name(uid)}", named(uid)) for uid in context.transfer_syntaxes]


def _extended(items: tuple[ExtendedNegotiation, ...]) -> Iterator[str]:
    if items:
        yield ""
        yield "Extended negotiation"
    for item in items:
        yield f"      {_name(item.sop_class)}  {named(item.sop_class)}  {named(item.data.hex())}"


def _name(uid: str) -> str:
    name = display_name(uid)
    return "(not a registered UID)" if name == uid else name


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def tools_of(role: AssociationRole) -> str:
    """Who loads it."""
    return "a requestor (storescu)" if role == "requestor" else "an acceptor (storescp, dcmrecv)"
