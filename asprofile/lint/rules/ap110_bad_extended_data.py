"""AP110: extended negotiation data that are not pairs of hexadecimal digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import LoadRefusal
from asprofile.lint.subject import Subject, View
from asprofile.text import Edit, Span

_PAIRS = r"(?:0[xX])?[0-9A-Fa-f]{2}(?:[ \t,;:.\\/-]*(?:0[xX])?[0-9A-Fa-f]{2})*[ \t]*"
_AROUND = r"0[xX]|[^0-9A-Fa-f]"


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, refusal) for refusal in view.refusals if refusal.cause == "extended data")


def _hit(view: View, refusal: LoadRefusal) -> Hit:
    span = refusal.problem.span
    text = view.subject.text(span)
    if refusal.problem.code == 1058:
        return Hit(
            span, f"{len(text)} characters of data, of which DCMTK takes 2,047 (1,023 bytes) and refuses the file"
        )
    if not text:
        return Hit(span, "no data after the backslash, so DCMTK refuses the file; write pairs of hexadecimal digits")
    if re.fullmatch(_PAIRS, text.lstrip()):
        digits = re.sub(_AROUND, "", text)
        edits = (Edit(span, digits.encode("ascii")),)
        message = f"DCMTK takes nothing but hexadecimal digits here and refuses the file; write {digits}"
        return Hit(span, message, Fix(f"write {digits}", edits, view.keeps(edits)))
    if re.fullmatch("[0-9A-Fa-f]+", text):
        message = (
            f"{len(text)} hexadecimal digits make no whole bytes, so DCMTK refuses the file; write two for each byte"
        )
        return Hit(span, message)
    wrong = re.search("[^0-9A-Fa-f]", text)
    place = Span(span.start + len(text[: wrong.start()].encode()), span.end) if wrong else span
    return Hit(place, "not a hexadecimal digit, so DCMTK refuses the file; write two digits (0-9, A-F) for each byte")


RULE = Rule(
    code="AP110",
    name="bad-extended-data",
    severity="error",
    summary="Extended negotiation data are not pairs of hexadecimal digits",
    why="""\
The value of an `ExtendedNegotiationN` has, after the backslash, the bytes of the service class application information:
two hexadecimal digits each, with nothing before, between or after them. DCMTK refuses a file with anything else
(conditions 1058 and 1059).
""",
    reference="DCMTK asconfig.txt, 2.4; PS3.7 D.3.3.5",
    examples=(
        Example(
            frame="extended negotiation",
            bad="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\0x02 00 03 00 01 00
""",
            good="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020003000100
""",
            at="0x02 00 03 00 01 00",
        ),
    ),
    check=check,
)
