"""AP111: a SOP class twice in a role or extended negotiation list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.edit.numbering import taken_out
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.outline import SectionPart
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model import uid as uids
from asprofile.model.words import EXTENDED_NEGOTIATION, NUMBERED_KEYS, ROLE_SELECTION
from asprofile.names.uids import display_name
from asprofile.printing import plural
from asprofile.syntax import Entry
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    twice = [refusal.problem for refusal in view.refusals if refusal.cause == "twice"]
    for code, supersection in ((1027, ROLE_SELECTION), (1029, EXTENDED_NEGOTIATION)):
        problems = [problem for problem in twice if problem.code == code]
        fixes = _fixes(view, supersection) if problems else {}
        what = "a role" if code == 1027 else "extended negotiation data"
        for problem in problems:
            name = display_name(problem.subject)
            message = f"{name} has {what} in this list already, and DCMTK refuses the file; keep one"
            yield Hit(problem.span, message, fixes.get(problem.span))


def _fixes(view: View, supersection: str) -> dict[Span, Fix]:
    """One fix for each section, at its first entry that repeats an earlier one."""
    prefix = NUMBERED_KEYS[supersection]
    found: dict[Span, Fix] = {}
    for _, group in groupby(_equal(view, supersection), key=lambda again: id(again[1])):
        again = list(group)
        span, section, _ = again[0]
        gone = {entry.span for _, _, entry in again}
        edits = taken_out(view.subject.data, section, prefix, gone)
        if edits is not None:
            found[span] = Fix(f"remove {plural(len(again), 'repetition')}", tuple(edits), view.keeps(edits))
    return found


def _equal(view: View, supersection: str) -> Iterator[tuple[Span, SectionPart, Entry]]:
    """The entries that repeat an earlier one of the same list, with the span of their SOP class."""
    seen: set[tuple[str, str | None, bytes]] = set()
    for section in view.subject.outline.sections(supersection):
        for entry in section.numbered(NUMBERED_KEYS[supersection]):
            name, _, rest = entry.value.partition(b"\\")
            says = (section.name, uids.resolve(name, view.subject.release), rest.upper())
            if says in seen:
                yield entry.part(0, len(name)), section, entry
            seen.add(says)


RULE = Rule(
    code="AP111",
    name="given-twice",
    severity="error",
    summary="A SOP class is in a role or extended negotiation list twice",
    why="""\
A list of roles, and a list of extended negotiation, may have each SOP class only once; otherwise DCMTK refuses the file
(conditions 1027 and 1029). A name and its UID are the same SOP class.
""",
    reference="DCMTK asconfig.txt, 2.3 and 2.4; PS3.7 D.3.3.4.1",
    examples=(
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
Role2 = 1.2.840.10008.5.1.4.1.1.2\\BOTH
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at="1.2.840.10008.5.1.4.1.1.2",
        ),
    ),
    check=check,
)
