"""AP408: two transfer syntax lists with the same entries."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import list_name


def check(subject: Subject) -> Iterator[Hit]:
    first: dict[tuple[str, ...], str] = {}
    for label, found in subject.config.transfer_syntax_lists.items():
        if not found.items or not subject.negotiations.is_complete(found):
            continue
        same = first.setdefault(found.uids, label)
        if same != label:
            names = list_name(subject, label), list_name(subject, same)
            yield Hit(found.spans[0], f"{names[0]} has the same transfer syntaxes as {names[1]}; one list is enough")


RULE = Rule(
    code="AP408",
    name="same-list-twice",
    severity="info",
    summary="Two transfer syntax lists are the same",
    why="""\
Two lists with the same transfer syntaxes in the same order have the same effect, and later one of them is changed and
the other forgotten. Often it is a copy that was meant to be changed.
""",
    reference="DCMTK asconfig.txt, 2.1",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[ForVerification]
TransferSyntax1 = 1.2.840.10008.1.2.1
TransferSyntax2 = 1.2.840.10008.1.2
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[ForVerification]
TransferSyntax1 = LittleEndianImplicit
""",
            at="[ForVerification]",
            fixed=False,
        ),
    ),
    check=check,
)
