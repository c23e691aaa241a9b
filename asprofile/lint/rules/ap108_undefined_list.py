"""AP108: a reference to a list that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import told_in_front
from asprofile.lint.slips.undefined import Undefined
from asprofile.lint.subject import Subject, View
from asprofile.model import uid as uids
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    NUMBERED_KEYS,
    ROLE_SELECTION,
    SPELLED,
    SPELLED_KEYS,
    TRANSFER_SYNTAXES,
)
from asprofile.names.uids import can_be
from asprofile.printing import plural
from asprofile.text import Span, decode


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(
        _hit(view, found)
        for found in view.undefined
        if found.count > 1 or not told_in_front(view.subject.config, found.reference.entry)
    )


def _hit(view: View, found: Undefined) -> Hit:
    reference = found.reference
    text = decode(reference.text)
    label = text.strip()
    blanks = len(reference.text) - len(reference.text.lstrip())
    size = len(reference.text.strip())
    span = reference.entry.part(reference.start + blanks, reference.start + blanks + size)
    more = f" ({plural(found.count, 'reference')})" if found.count > 1 else ""
    message = f"no {found.what} `{label}`{more}, so DCMTK refuses the file; {_advice(view, found)}"
    # A name that is only similar may be that of another list.
    safe = found.reason != "misspelt" and view.keeps(found.mend)
    fix = Fix(_title(found), found.mend, safe) if found.mend else None
    return Hit(Span(*span), message, fix)


def _advice(view: View, found: Undefined) -> str:
    line = view.subject.source.line_of(found.section.header.raw_name.start) if found.section else 0
    if found.reason == "two":
        who = "a presentation context" if found.reference.supersection == TRANSFER_SYNTAXES else "a profile"
        each = f"one for each of {' and '.join(found.near)}" if len(found.near) > 1 else f"{found.near[0]}, or another"
        return f"{who} refers to one list: write {each}"
    entry_key = SPELLED_KEYS[NUMBERED_KEYS[found.reference.supersection]]
    if found.reason == "backslash" and found.reference.supersection in (ROLE_SELECTION, EXTENDED_NEGOTIATION):
        return f"that is an entry of such a list: write it as {entry_key}1 in one, and the name of that list here"
    if found.reference.supersection == TRANSFER_SYNTAXES and (syntax := _transfer_syntax(view, found)):
        with_it = [one for one in view.subject.config.transfer_syntax_lists.values() if syntax in one.uids]
        written = [view.subject.text(one.spans[0]) for one in with_it[:1]]
        where = (
            f"write the name of a list that has it, such as that of {written[0]}" if written else "write a list with it"
        )
        return f"a transfer syntax is in a list, and the context refers to that list: {where}"
    if found.reason == "empty":
        return f"the section in line {line} has no {entry_key}1, and without an entry it makes no list"
    if found.reason == "backslash":
        return "there is one backslash in the value; all after it is the name of the list"
    if found.reason == "characters":
        return f"a reference keeps characters that a header drops; write {found.near[0]} as in line {line}"
    if found.reason == "elsewhere":
        return f"what has this name is under [[{SPELLED[found.elsewhere]}]]"
    if found.renames_header:
        return f"is `{found.near[0]}` in line {line} meant, to which nothing refers?"
    if found.reason == "misspelt":
        names = [f"`{name}`" for name in found.near]
        return f"did you mean {' or '.join(names)}?" + (f" (line {line})" if len(names) == 1 else "")
    return f"write it as a section under [[{SPELLED[found.reference.supersection]}]]"


def _transfer_syntax(view: View, found: Undefined) -> str | None:
    """The transfer syntax that is in the place of a list's name."""
    uid = uids.resolve(found.reference.text.strip(), view.subject.release)
    return uid if uid is not None and can_be(uid, "transfer-syntax") else None


def _title(found: Undefined) -> str:
    return f"write {decode(found.mend[0].replacement)}"


RULE = Rule(
    code="AP108",
    name="undefined-list",
    severity="error",
    summary="A reference to a list that does not exist, so DCMTK refuses the file",
    why="""\
A presentation context refers to a transfer syntax list, a profile to a context list and perhaps to a list of roles
and one of extended negotiation. The name is compared in upper case and without white space. If DCMTK has read no such
list, it refuses the whole file (conditions 1031, 1033, 1036 and 1039), even for profiles that do not use the entry. A
section of which no entry is read makes no list.
""",
    reference="DCMTK asconfig.txt, 2.2 and 2.5",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompresed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="Uncompresed",
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\"Uncompressed"
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at='"Uncompressed"',
        ),
    ),
    check=check,
)
