"""AP401: a transfer syntax twice in one list."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import is_refused, removed
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import TransferSyntaxItem


def check(subject: Subject) -> Iterator[Hit]:
    for found in subject.config.transfer_syntax_lists.values():
        first: dict[str, TransferSyntaxItem] = {}
        again = [item for item in found.items if first.setdefault(item.uid, item) is not item]
        if again and is_refused(subject, found.label):
            continue
        # One fix for all of them, because each alone would renumber the others.
        is_proposed = subject.negotiations.stance(found.label, "requestor") != "no"
        fix = removed(subject, found, [item for item in again if not subject.covering.covers("AP401", item.span)])
        for item in again:
            written, earlier = subject.text(item.span), first[item.uid]
            line = subject.source.line_of(earlier.span.start)
            other = subject.text(earlier.span)
            what = f"is {other} of line {line} again" if other != written else f"is in line {line} too"
            then = "storescu sends the transfer syntax twice" if is_proposed else "an acceptor never gets so far"
            yield Hit(item.span, f"{written} {what}: {then}; remove this one", fix, None if is_proposed else "info")


RULE = Rule(
    code="AP401",
    name="duplicate-transfer-syntax",
    severity="warning",
    summary="A list has the same transfer syntax twice",
    why="""\
DCMTK's requestors send a transfer syntax as often as it is in the list. A peer may regard that as a violation of the
protocol, and it has no benefit. (For an acceptor the repetition has no effect, and it is an info.) The same transfer
syntax may be there under its name, as a UID, as `LocalEndianExplicit`, or because two sections have the same name and
DCMTK joins them.
""",
    reference="PS3.8 9.3.2.2; DCMTK asconfig.txt, 2.1",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = 1.2.840.10008.1.2.1
TransferSyntax3 = LittleEndianImplicit
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="1.2.840.10008.1.2.1",
        ),
    ),
    check=check,
)
