"""AP307: a name whose meaning depends on the machine."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model import uid as model_uid
from asprofile.text import Edit, encode

INSTEAD = {"LocalEndianExplicit": "LittleEndianExplicit", "OppositeEndianExplicit": "BigEndianExplicit"}


def check(subject: Subject) -> Iterator[Hit]:
    """One finding for a file, because files that use these names use them in every list."""
    found = [
        (field, name, plain)
        for field in subject.uid_fields
        if field.text.endswith(b"EndianExplicit") and (plain := INSTEAD.get(name := model_uid.symbol(field.text)))
    ]
    if not found:
        return
    first, name, plain = found[0]
    more = f" ({len(found) - 1} more such names in the file)" if len(found) > 1 else ""
    message = f"{name} depends on the machine that reads the file: {plain} on all of today's; write that{more}"
    edits = tuple(Edit(field.span, encode(plain)) for field, _, plain in found)
    yield Hit(first.span, message, Fix("write the names of the byte orders", edits, safe=True))


RULE = Rule(
    code="AP307",
    name="machine-dependent-name",
    severity="info",
    summary="The name stands for the byte order of the machine that reads the file",
    why="""\
DCMTK replaces `LocalEndianExplicit` and `OppositeEndianExplicit` by little or big endian when it reads the file. On
today's machines, which are little endian, the first is `LittleEndianExplicit`, and the second the retired
`BigEndianExplicit`. A list with both `LocalEndianExplicit` and `LittleEndianExplicit` has the same transfer syntax
twice. The plain name says what is meant. There is one finding for a file.
""",
    reference="DCMTK asconfig.txt, 2.1",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LocalEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="LocalEndianExplicit",
        ),
    ),
    check=check,
)
