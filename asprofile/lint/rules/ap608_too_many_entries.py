"""AP608: so many headers and entries that rules or fixes are left out."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.extent import MOST_FOR_ALL, MOST_FOR_READING, MOST_FOR_RULES
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Rule
from asprofile.lint.subject import Subject
from asprofile.model.loader import Loading
from asprofile.model.problem import Problem
from asprofile.model.words import AssociationRole
from asprofile.text import Span

_TOO_MANY_CONTEXTS = 1032


def check(subject: Subject) -> Iterator[Hit]:
    if subject.extent == "all":
        return
    count = f"{subject.document.tree.count:,} headers and entries"
    way_out = "Make a file for each purpose, or leave out what no profile uses"
    if subject.extent == "rules":
        yield Hit(Span(0, 0), f"{count}: beyond {MOST_FOR_ALL:,}, nothing has a fix. {way_out}", severity="info")
        return
    if subject.extent == "reading":
        message = (
            f"{count}: beyond {MOST_FOR_RULES:,}, only the rules on how DCMTK reads a file are run (AP001 to AP299), "
            f"without fixes; the others (AP301 to AP999) were not. {way_out}"
        )
        yield Hit(Span(0, 0), message)
        return
    rest = "no other rule is run, and asprofile says only whether DCMTK loads the file"
    message = f"{count}: beyond {MOST_FOR_READING:,}, {rest}"
    side, problem = _first_problem(subject)
    if problem is None:
        yield Hit(Span(0, 0), f"{message}: DCMTK {subject.release} loads it{side}. {way_out}")
    else:
        yield Hit(problem.span, f"{message}: DCMTK {subject.release} refuses it, {problem.message}", severity="error")


def _first_problem(subject: Subject) -> tuple[str, Problem | None]:
    """For which side DCMTK loads the file, in words where it is not both, and otherwise why it does not."""
    role: AssociationRole = subject.given_role or "requestor"
    problem = next(iter(Loading(subject.document, subject.release, role, most=1).problems), None)
    if subject.given_role is None and problem is not None and problem.code == _TOO_MANY_CONTEXTS:
        accepted = Loading(subject.document, subject.release, "acceptor", most=1).problems
        if not accepted:
            return f" for an acceptor; for a requestor it has {problem.message}", None
    return "", problem


RULE = Rule(
    code="AP608",
    name="too-many-entries",
    severity="warning",
    summary="A file has so many headers and entries that rules or fixes are left out",
    why=f"""\
A profile has some hundred headers and entries, the largest that anybody would write some thousand. A file with more
than {MOST_FOR_ALL:,} has been made by a program, and probably by mistake. All rules look at it, but nothing has a fix.
Beyond {MOST_FOR_RULES:,} only the rules on how DCMTK reads the text (AP001 to AP299) look at it, as it is: slips are
not mended for a trial, so that one may be reported that only follows from another. Of a file with more than
{MOST_FOR_READING:,} only that is said whether DCMTK loads it, and the first reason why it does not. This finding says
so whatever rules are selected, unless it is ignored itself; that a file has no other finding then says nothing about
the rules that were not run.
""",
    reference="asprofile, limits",
    # A file of thousands of lines shows nothing.
    examples=(),
    check=check,
)
