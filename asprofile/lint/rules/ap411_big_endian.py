"""AP411: Explicit VR Big Endian, which is retired."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.profiles import only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names.well_known import EXPLICIT_VR_BIG_ENDIAN
from asprofile.printing import plural


def check(subject: Subject) -> Iterator[Hit]:
    lists = [
        (found, stance)
        for label, found in subject.config.transfer_syntax_lists.items()
        if EXPLICIT_VR_BIG_ENDIAN in found.uids
        and subject.negotiations.is_used(label)
        and (stance := subject.negotiations.stance(label, "requestor")) != "no"
        and not subject.negotiations.is_catch_all(label)
    ]
    if not lists:
        return
    found, stance = lists[0]
    more = f" (so it is in {plural(len(lists) - 1, 'more list')})" if len(lists) > 1 else ""
    message = (
        "Explicit VR Big Endian was retired from DICOM in 2006: peers need not know it, and every object can go in "
        f"another transfer syntax{more}"
    )
    span = next(item.span for item in found.items if item.uid == EXPLICIT_VR_BIG_ENDIAN)
    yield Hit(span, message, only_for=only_for(stance, "requestor"))


RULE = Rule(
    code="AP411",
    name="big-endian",
    severity="info",
    summary="Explicit VR Big Endian, which is retired, is proposed",
    why="""\
Explicit VR Big Endian was retired in 2006, and many peers have dropped it. Proposed together with little endian it only
costs a few bytes in each context, and DCMTK's own storescu.cfg still has it; proposed alone, fewer and fewer peers
accept it. There is one finding for a file. An acceptor that still accepts it is right and is not reported.
""",
    reference="PS3.5 2006, A.3 (retired); PS3.6 Table A-1",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = BigEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="BigEndianExplicit",
            fixed=False,
        ),
    ),
    check=check,
)
