"""AP604: a proposed context with more transfer syntaxes than DCMTK's acceptors have room for."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import is_refused
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import answered_syntaxes
from asprofile.names.releases import LATEST, RELEASES


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        count = len(found.items)
        stance = subject.negotiations.stance(label, "requestor")
        if stance == "no" or not subject.negotiations.is_used(label):
            continue
        silent = [release for release in RELEASES if answered_syntaxes(release) < count]
        if silent and not is_refused(subject, label):
            who = "of any release" if LATEST in silent else f"up to {silent[-1]}"
            message = (
                f"a context with this list proposes {count} transfer syntaxes: acceptors of DCMTK {who} have room for "
                f"{answered_syntaxes(silent[-1])}, and give no answer to the whole request; shorten the list"
            )
            yield Hit(found.spans[0], message, only_for=only_for(stance, "requestor"))


RULE = Rule(
    code="AP604",
    name="unanswered-context",
    severity="warning",
    summary="A context proposes more transfer syntaxes than DCMTK's acceptors can handle",
    why="""\
The standard sets no limit to the transfer syntaxes of a presentation context, but acceptors do. Those of DCMTK, which
many archives are built on, can handle 50 up to release 3.6.8, and 128 from 3.6.9 on. They do not reject a longer
context: they close the connection without an answer to the request, so that nothing can be sent in any context.

A requestor knows how its objects are encoded and does not need so long a list. An acceptor may have one.
""",
    reference="PS3.8 9.3.2.2; DCMTK DICOM_MAXTRANSFERSYNTAXES",
    examples=(
        Example(
            frame="transfer syntaxes",
            role="requestor",
            bad="[Uncompressed]\nTransferSyntax1 = LittleEndianImplicit\n"
            + "".join(
                f"TransferSyntax{number} = 2.25.2701239876540987654321123456789000{number:02d}\n"
                for number in range(2, 52)
            ),
            good="[Uncompressed]\nTransferSyntax1 = LittleEndianImplicit\n",
            at="[Uncompressed]",
            fixed=False,
        ),
    ),
    check=check,
)
