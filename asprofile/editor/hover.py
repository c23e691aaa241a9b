"""What to show for the text under the pointer: what it is, what DCMTK reads, what the linter has found there."""

from __future__ import annotations

from dataclasses import dataclass

from asprofile.edit.numbering import number_of
from asprofile.editor.about import about_text, quoted
from asprofile.editor.hints import context_numbers
from asprofile.editor.labels import Occurrence
from asprofile.editor.opened import OpenFile
from asprofile.editor.places import EntryPart, Place, SupersectionName, place_at
from asprofile.lint.finding import Finding
from asprofile.lint.slips.loss import place_of
from asprofile.model.inference import in_words
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    LIST_OF,
    MAX_CONTEXTS,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    SPELLED,
    TRANSFER_SYNTAXES,
)
from asprofile.names import sop_classes, symbols, uids
from asprofile.printing import brief, plural
from asprofile.text import Span, encode

MAX_MEMBERS = 25

_SUPERSECTIONS = {
    TRANSFER_SYNTAXES: "Lists of transfer syntaxes: a section each, with `TransferSyntax1`, `TransferSyntax2`, ... "
    "in the order of preference. Must be there.",
    PRESENTATION_CONTEXTS: "Lists of presentation contexts: a section each, with "
    "`PresentationContext1 = SOP class\\transfer syntax list`. Must be there.",
    ROLE_SELECTION: "Lists of SCP/SCU roles (PS3.7 D.3.3.4): a section each, with `Role1 = SOP class\\SCU`, `\\SCP` or "
    "`\\BOTH`. May be left out.",
    EXTENDED_NEGOTIATION: "Lists of SOP class extended negotiation (PS3.7 D.3.3.5): a section each, with "
    "`ExtendedNegotiation1 = SOP class\\hex digits`. May be left out.",
    PROFILES: "The profiles: a section each, whose name is what the command line asks for, with the labels of the "
    "lists it uses. Must be there.",
}
_ROLES = {
    "SCU": "proposes the SCU role and not the SCP role, which is the default",
    "SCP": "proposes the SCP role and not the SCU role: the peer is to be the SCU",
    "BOTH": "proposes both roles",
}
_PROFILE_KEYS = {
    PRESENTATION_CONTEXTS: "The label of a list in `[[PresentationContexts]]`. A profile must have it.",
    ROLE_SELECTION: "The label of a list in `[[SCPSCURoleSelection]]`. May be left out.",
    EXTENDED_NEGOTIATION: "The label of a list in `[[ExtendedNegotiation]]`. May be left out.",
}
_EXTENDED = {
    "storage": "Level of support, digital signatures and element coercion, in 6 bytes (PS3.4 B.3.1).",
    "find": "Options of C-FIND, a byte each (PS3.4 C.5.1.1).",
    "retrieve": "Options of C-MOVE and C-GET, a byte each (PS3.4 C.5.2.1).",
    "composite-retrieve": "Options of composite instance retrieval, a byte each (PS3.4 Y.5.1.1).",
    "worklist": "Options of the modality worklist, a byte each (PS3.4 K.5.1.1).",
    "none": "The service class defines no extended negotiation.",
    "forbidden": "Extended negotiation shall not be used with this SOP class.",
}


@dataclass(frozen=True, slots=True)
class Hover:
    """``text`` is Markdown, ``span`` what it speaks of."""

    text: str
    span: Span


def hover(file: OpenFile, offset: int) -> Hover | None:
    """What to show at an offset; None where there is nothing to say."""
    if not file.is_profile:
        return None
    place = place_at(file.subject, file.labels, offset)
    # A file may have names of megabytes; what asprofile itself has to say is never so long.
    about = "\n".join(map(brief, _about(file, place).split("\n"))) if place is not None else ""
    findings = file.findings_at(Span(offset, offset))
    parts = [about] if about else []
    parts += map(_finding, findings)
    if not parts:
        return None
    span = place.span if about and place is not None else findings[0].span
    return Hover("\n\n---\n\n".join(parts), span)


def _about(file: OpenFile, place: Place) -> str:
    if isinstance(place, SupersectionName):
        name = place.supersection.name
        return f"**[[{SPELLED[name]}]]**\n\n{_SUPERSECTIONS[name]}" if name in SPELLED else ""
    if isinstance(place, Occurrence):
        return _label(file, place)
    if place.part == "key":
        return _key(file, place)
    if place.part == "name":
        return about_text(file.data[slice(*place.span)], file.release)
    return _role(file, place) if place.part == "role" else _extended(file, place)


def _finding(finding: Finding) -> str:
    rule = finding.rule
    title = f"**{rule.code} {rule.name}** ({finding.severity})"
    return "\n\n".join((title, f"{rule.summary}.", rule.why.strip(), f"_{rule.reference}_"))


# -- labels


def _label(file: OpenFile, found: Occurrence) -> str:
    what = LIST_OF[found.supersection]
    what = what[0].upper() + what[1:]
    members = _members(file, found)
    if members is None:
        return f"**{what} `{quoted(encode(found.label))}`**\n\nThere is none that DCMTK reads."
    uses = sum(not other.is_header and other.same_as(found) for other in file.labels.occurrences)
    used = "" if found.supersection == PROFILES else f", used {plural(uses, 'time')}"
    shown = [f"{number}. {member}" for number, member in enumerate(members[:MAX_MEMBERS], start=1)]
    if len(members) > MAX_MEMBERS:
        shown.append(f"\n... and {len(members) - MAX_MEMBERS} more")
    return f"**{what} {found.label}**, {_count(found, len(members))}{used}{_judged(file, found)}\n\n" + "\n".join(shown)


def _judged(file: OpenFile, found: Occurrence) -> str:
    """Who is taken to load a context list or a profile, and why."""
    if found.supersection not in (PRESENTATION_CONTEXTS, PROFILES) or file.settings.role is not None:
        return ""
    return f"; {in_words(file.subject.inferred)}"


def _count(found: Occurrence, count: int) -> str:
    return plural(count, "presentation context" if found.supersection == PROFILES else "item")


def _members(file: OpenFile, found: Occurrence) -> list[str] | None:
    """The items of the list in words; None for a list that DCMTK does not have."""
    config, label = file.subject.config, found.label
    if found.supersection == TRANSFER_SYNTAXES:
        syntaxes = config.transfer_syntax_lists.get(label)
        return [uids.display_name(uid) for uid in syntaxes.uids] if syntaxes else None
    if found.supersection == PRESENTATION_CONTEXTS:
        contexts = config.context_lists.get(label)
        return (
            [f"{uids.display_name(item.abstract_syntax)} \\ {item.label}" for item in contexts.items]
            if contexts
            else None
        )
    if found.supersection == ROLE_SELECTION:
        roles = config.role_lists.get(label)
        return (
            [f"{uids.display_name(item.sop_class)} \\ {item.role.upper()}" for item in roles.items] if roles else None
        )
    if found.supersection == EXTENDED_NEGOTIATION:
        extended = config.extended_lists.get(label)
        return (
            [f"{uids.display_name(item.sop_class)} \\ {item.data.hex()}" for item in extended.items]
            if extended
            else None
        )
    profile = config.profiles.get(label)
    if profile is None:
        return None
    return [
        f"{uids.display_name(context.abstract_syntax)} ({plural(len(context.transfer_syntaxes), 'transfer syntax')})"
        for context in profile.contexts
    ]


# -- parts of entries


def _key(file: OpenFile, place: EntryPart) -> str:
    key, supersection = place.entry.key, place.supersection
    if supersection == PROFILES:
        return f"**{SPELLED[key]}**\n\n{_PROFILE_KEYS[key]}" if key in _PROFILE_KEYS else ""
    prefix, digits = number_of(key)
    if prefix != NUMBERED_KEYS.get(supersection) or not digits:
        return ""
    written = quoted(file.data[slice(*place.span)])
    if place_of(place.entry) not in file.subject.read_places:
        return f"**{written}**\n\nDCMTK does not read this entry."
    count = sum(1 for _ in place.section.numbered(prefix))
    of = f"DCMTK reads it as number {digits} of {count} in this section."
    return f"**{written}**\n\n{of}{_context_id(file, place)}"


def _context_id(file: OpenFile, place: EntryPart) -> str:
    """Which presentation context ID a requestor gives it (PS3.8 Table 9-13)."""
    number = context_numbers(file).get(place.span) if place.supersection == PRESENTATION_CONTEXTS else None
    if number is None or number > MAX_CONTEXTS:
        return ""
    return f" When proposed, it has presentation context ID {2 * number - 1}."


def _role(file: OpenFile, place: EntryPart) -> str:
    role = file.data[slice(*place.span)].decode("ascii", "replace").upper()
    return f"**{role}**: the requestor {_ROLES[role]} (PS3.7 D.3.3.4)." if role in _ROLES else ""


def _extended(file: OpenFile, place: EntryPart) -> str:
    name = place.entry.value.partition(b"\\")[0]
    text = file.data[slice(*place.span)]
    try:
        data = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return ""
    uid = symbols.uid_of(name.decode("latin-1"), file.release) or name.decode("latin-1")
    meaning = _EXTENDED.get(sop_classes.extended_negotiation(uid) or "", "")
    return f"{plural(len(data), 'byte')}: `{data.hex(' ').upper()}`\n\n{meaning}".strip()
