"""AP214: bytes that cannot be seen, or that look like something else than what DCMTK reads."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.characters import CharacterSlip
from asprofile.lint.subject import Subject, View
from asprofile.model.problem import NOT_A_UID
from asprofile.printing import plural
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    for slip in subject.character_slips:
        if slip.kind != "byte-order mark":
            yield _hit(subject, slip)
    values = subject.view("values")
    yield from values.hits(_in_values(values))


def _hit(subject: Subject, slip: CharacterSlip) -> Hit:
    if slip.kind == "UTF-16":
        fix = Fix("save it as UTF-8", slip.mend, safe=True) if slip.mend else None
        return Hit(
            slip.span,
            "the file is UTF-16, of which DCMTK reads every other byte as a blank; save it as ASCII or UTF-8",
            fix,
        )
    fix = Fix("remove the bytes", slip.mend, subject.view("characters").keeps(slip.mend))
    if slip.kind == "0xFF":
        return Hit(
            slip.span, "a byte 0xFF that DCMTK skips, because a value ends in front of it; remove it", fix, "warning"
        )
    mended = subject.view("lines").subject
    harm = len(subject.problems) > len(mended.problems) or len(subject.losses) > len(mended.losses)
    places = f" (in {plural(slip.count, 'place')})" if slip.count > 1 else ""
    return Hit(
        slip.span, f"a NUL byte{places}, which DCMTK reads as a blank; remove it", fix, None if harm else "warning"
    )


def _in_values(view: View) -> Iterator[Hit]:
    for field, diagnosis in view.not_uids:
        if diagnosis.cause == "odd byte":
            edits = diagnosis.mend(field.span, view.subject.data)
            yield Hit(_odd(view, field.span), _message(diagnosis.meant), Fix("write it in ASCII", edits, safe=True))
    for refusal in view.refusals:
        if refusal.cause == "odd byte" and refusal.problem.code not in NOT_A_UID:
            span = refusal.problem.span
            meant = refusal.mend[0].replacement.decode("ascii")
            yield Hit(_odd(view, span), _message(meant), Fix("write it in ASCII", refusal.mend, safe=True))


def _odd(view: View, span: Span) -> Span:
    """From the first byte that is not ASCII to the last."""
    places = [place for place in range(*span) if view.subject.data[place] >= 0x80]
    return Span(places[0], places[-1] + 1)


def _message(meant: str) -> str:
    return f"a character that only looks right, so DCMTK does not know the name; type it again: {meant}"


RULE = Rule(
    code="AP214",
    name="odd-byte",
    severity="error",
    summary="A character looks right but is not: a no-break space, a dash, NUL, UTF-16",
    why="""\
DCMTK compares bytes. A no-break space or a typographic dash, copied from a web page or a document, looks like a blank
or a hyphen but is neither. A NUL byte reads as a blank, and a file saved as UTF-16 has one with every character. Soft
hyphens and ligatures from a PDF and letters of other alphabets cause the same trouble. Where it does no harm it is
reported as a warning.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\N{NO-BREAK SPACE}\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="\N{NO-BREAK SPACE}",
        ),
    ),
    check=check,
)
