"""AP101: a byte-order mark."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.characters import CharacterSlip
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    marks = [slip for slip in subject.character_slips if slip.kind == "byte-order mark"]
    for mark in marks:
        yield _hit(subject, mark)


def _hit(subject: Subject, mark: CharacterSlip) -> Hit:
    if mark.span.end - mark.span.start == 2:
        fix = Fix("save it as UTF-8 without a byte-order mark", mark.mend, safe=True) if mark.mend else None
        message = (
            "the file is UTF-16, of which DCMTK reads every other byte as a blank; save it as UTF-8 "
            "without a byte-order mark"
        )
        return Hit(mark.span, message, fix)
    fix = Fix("remove the byte-order mark", mark.mend, subject.view("characters").keeps(mark.mend))
    message = (
        "DCMTK takes the byte-order mark for text, and the header or comment after it is lost; save the file without it"
    )
    return Hit(mark.span, message, fix)


RULE = Rule(
    code="AP101",
    name="byte-order-mark",
    severity="error",
    summary="The file begins with a byte-order mark, which DCMTK takes for text",
    why="""\
Some editors write three bytes (EF BB BF) at the beginning of a file to say that it is UTF-8. DCMTK does not know them
and takes them for the beginning of a key, which goes on to the first `=`. The first header becomes part of that key,
and the error message complains about a missing `[[TransferSyntaxes]]` that is there to see in the file.

Save the file as "UTF-8 without BOM" or as ASCII. A byte-order mark in the middle of a file comes from joining two
files.
""",
    reference="DCMTK asconfig.txt, 1; Unicode 2.6",
    examples=(
        Example(
            bad="""\
\N{ZERO WIDTH NO-BREAK SPACE}[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="\N{ZERO WIDTH NO-BREAK SPACE}",
        ),
    ),
    check=check,
)
