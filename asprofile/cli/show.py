"""``asprofile show``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from asprofile.api.profiles import LoadedFile, load_source
from asprofile.api.references import source_of, typed
from asprofile.cli import options
from asprofile.cli.profiles import unread
from asprofile.cli.references import target
from asprofile.cli.terminal import style_for
from asprofile.errors import AsprofileError, LoadError, ProposalError
from asprofile.model.config import ExtendedNegotiation, PresentationContext, Profile, only_of
from asprofile.model.inference import in_words
from asprofile.model.size import associate_request
from asprofile.model.words import AssociationRole, looked_up
from asprofile.names import symbols
from asprofile.names.uids import display_name, uid_and_name
from asprofile.negotiate.request import propose
from asprofile.printing import Style, named, printable

JSON_VERSION = 1
_HEADING = "SOP class, and the transfer syntaxes proposed for it"


@options.command(
    summary="Show what a profile proposes.",
    examples=(
        "asprofile show my.cfg",
        "asprofile show my.cfg:CT",
        "asprofile show PrivateSiemens --html -o siemens.html",
    ),
)
@options.argument("file", required=False, metavar="[FILE:]NAME")
@options.argument("name", required=False, metavar="[NAME]")
@options.profile
@options.release
@options.role
@options.stdin_filename
@options.report("text", "json", "html")
@options.config
@options.colour
def command(
    file: str | None,
    name: str | None,
    profile: str | None,
    release: str | None,
    role: AssociationRole | None,
    form: str,
    stdin_filename: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
) -> None:
    """Show what a profile proposes: each presentation context with its SOP class, transfer syntaxes and role, extended
    negotiation, and the size of the request. For a FILE alone, list its profiles.

    FILE:NAME and FILE NAME are the same; NAME alone is a profile of the project's files or a sample, FILE: the only
    profile of a file. FILE may be `-` for standard input. A file that DCMTK would refuse is shown where it is wrong.

    With --html it makes a page to look at and to pass on: a table of SOP classes and transfer syntaxes, of one or of
    all profiles, in one file that needs no network and no other files.
    """
    reference = target(file, name, profile)
    project = options.project(settings_file, isolated)
    source = source_of(reference, project, release or project.release, stdin_filename)
    role = role or project.role_of(reference.path or source.path)
    loaded = load_source(source, release or project.release, role)
    style = style_for(colour)
    if reference.name is None:
        _write(_everything(loaded, form), form)
        return
    found = _used(loaded, reference.name, typed(reference.path or source.path))
    _write(_one(loaded, found, form, style), form)


def _used(loaded: LoadedFile, name: str, typed: str) -> Profile:
    """The profile that DCMTK would use under that name; also the one that an acceptor has for what it sends."""
    name = name or only_of(list(loaded.config.profiles), loaded.source.path, typed)
    try:
        return loaded.config.use(name)
    except LoadError as error:
        found = loaded.config.profiles[looked_up(name)]
        if loaded.inferred is not None and loaded.inferred.lists.get(found.context_list.label) == "requestor":
            return found
        raise LoadError(error.code, error.message, error.span, loaded.source, loaded.config.release) from None


def _everything(loaded: LoadedFile, form: str) -> str:
    profiles = list(loaded.config.profiles.values())
    if form == "html":
        return _html(loaded, profiles)
    return f"{_json(loaded, profiles)}\n" if form == "json" else _lines(_overview(loaded))


def _one(loaded: LoadedFile, profile: Profile, form: str, style: Style) -> str:
    if form == "html":
        return _html(loaded, [profile])
    return f"{_json(loaded, [profile])}\n" if form == "json" else _lines(_table(loaded, profile, style))


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _write(text: str, form: str) -> None:
    # A page says of itself that it is UTF-8, whatever the terminal takes.
    click.echo(text.encode() if form == "html" else text, nl=False)


def request_size(profile: Profile, role: AssociationRole) -> tuple[int | None, str | None]:
    """The size in bytes of the A-ASSOCIATE-RQ with which DCMTK proposes the profile, or why there can be none.

    AE titles do not matter, their fields are fixed. Neither for an acceptor, which proposes nothing.
    """
    if profile.refusal is not None:
        return None, f"DCMTK will not use it: {profile.refusal.message}"
    if role == "acceptor":
        return None, None
    try:
        propose(profile)
    except ProposalError as error:
        return None, f"no association request can carry it: {error}"
    return associate_request(profile), None


def _overview(loaded: LoadedFile) -> Iterator[str]:
    config = loaded.config
    yield f"{printable(loaded.source.path)}: loads in DCMTK {config.release} for {_an(config.role)}"
    yield from _judged(loaded)
    yield from _unread(loaded)
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
    yield from _judged(loaded)
    yield from _unread(loaded)
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


def _judged(loaded: LoadedFile) -> Iterator[str]:
    """Whose the file was taken for, where nobody said it, and it is not the requestor's that is shown anyway."""
    if loaded.inferred is not None and (loaded.config.role == "acceptor" or loaded.inferred.is_mixed):
        yield printable(in_words(loaded.inferred))


def _unread(loaded: LoadedFile) -> Iterator[str]:
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


def _html(loaded: LoadedFile, profiles: list[Profile]) -> str:
    # Not needed by the other forms.
    from asprofile.report.html import page
    from asprofile.report.profile import profile_matrix

    if not profiles:
        raise AsprofileError(f"{loaded.source.path}: no profile in it, so there is nothing to show on a page")
    role = loaded.config.role
    # What is said of the file is found out once, for however many profiles.
    of_file = tuple(_facts_of_file(loaded))
    matrices = [profile_matrix(profile, role, (*of_file, *_facts(profile, role))) for profile in profiles]
    title = f"Profiles of {Path(loaded.source.path).name}" if len(matrices) > 1 else None
    return page(*matrices, title=title)


def _facts_of_file(loaded: LoadedFile) -> Iterator[tuple[str, str]]:
    config = loaded.config
    yield "File", loaded.source.path
    yield "Loads in", f"DCMTK {config.release}"
    yield "For", _an(config.role)
    yield from (("Role", line) for line in _judged(loaded))
    yield from (("Not read", line) for line in _unread(loaded))


def _facts(profile: Profile, role: AssociationRole) -> Iterator[tuple[str, str]]:
    yield "Presentation contexts", f"{len(profile.contexts):,}"
    yield "SOP classes", f"{len({context.abstract_syntax for context in profile.contexts}):,}"
    size, refusal = request_size(profile, role)
    if size is not None:
        yield "A-ASSOCIATE-RQ", f"{size:,} bytes"
    if refusal is not None:
        yield "Refused", refusal


def _json(loaded: LoadedFile, profiles: list[Profile]) -> str:
    from asprofile.lint.unread import unread_entries  # not needed by the other forms

    config = loaded.config
    shown = [_profile(profile, config.role, config.release) for profile in profiles]
    table = {"version": JSON_VERSION, "path": loaded.source.path, "release": config.release, "role": config.role}
    table["unread_entries"] = unread_entries(loaded.source.data)
    table["role_reason"] = None if loaded.inferred is None else loaded.inferred.reason
    return json.dumps(table | {"profiles": shown}, indent=2)


def _profile(profile: Profile, role: AssociationRole, release: str) -> dict[str, Any]:
    size, refusal = request_size(profile, role)
    return {
        "name": profile.name,
        "request_bytes": size,
        "refusal": refusal,
        "contexts": [
            {
                "id": context.id,
                "abstract_syntax": _uid(context.abstract_syntax, release),
                "transfer_syntaxes": [_uid(uid, release) for uid in context.transfer_syntaxes],
                "role": context.role,
            }
            for context in profile.contexts
        ],
        "extended_negotiation": [
            {"sop_class": _uid(item.sop_class, release), "data": item.data.hex()} for item in profile.extended
        ],
    }


def _uid(uid: str, release: str) -> dict[str, str | None]:
    return {**uid_and_name(uid), "dcmtk_name": symbols.name_of(uid, release)}


def _name(uid: str) -> str:
    name = display_name(uid)
    return "(not a registered UID)" if name == uid else name


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _an(role: AssociationRole) -> str:
    return "a requestor (storescu)" if role == "requestor" else "an acceptor (storescp, dcmrecv)"
