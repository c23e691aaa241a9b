"""AP512: a compressed transfer syntax for a service whose messages carry no Pixel Data."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.contexts import JudgedContext
from asprofile.lint.hit import Hit, Severity
from asprofile.lint.profiles import listed
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import uids
from asprofile.names.well_known import VERIFICATION

_ECHO = (
    "Verification has no data set, so that any transfer syntax would do, but many peers accept it with "
    "uncompressed ones only, and here it has {}; give it uncompressed ones"
)


def check(subject: Subject) -> Iterator[Hit]:
    found = [
        (context, bad)
        for context in subject.negotiations.encapsulating
        if (bad := _unfit(context)) and unfit.is_of_concern(context, len(bad)) and not _is_harmless(context, len(bad))
    ]
    fixes = unfit.remedies(subject, [context for context, bad in found if len(bad) == len(context.uids)])
    for context, bad in found:
        fix = fixes.get(context.item.span)
        if context.item.abstract_syntax == VERIFICATION:
            severity: Severity = "info" if _has_another(context) else "warning"
            yield Hit(context.item.label_span, _ECHO.format(listed(list(map(uids.display_name, bad)))), fix, severity)
        else:
            yield Hit(context.item.label_span, _message(context, bad), fix, only_for=unfit.side(context, len(bad)))


def _message(context: JudgedContext, bad: list[str]) -> str:
    names = listed(list(map(uids.display_name, bad)))
    return (
        f"{uids.display_name(context.item.abstract_syntax)} has no Pixel Data in its messages, and {names} "
        f"{'are' if len(bad) > 1 else 'is'} only for data sets that have it (PS3.5 A.4); give it uncompressed ones"
    )


def _is_harmless(context: JudgedContext, unfit: int) -> bool:
    """A C-ECHO has no data set that could be in any transfer syntax: with an uncompressed one beside, nothing fails."""
    return context.item.abstract_syntax == VERIFICATION and unfit < len(context.uids)


def _has_another(context: JudgedContext) -> bool:
    """Whether the SOP class has a context with another list, too."""
    item = context.item
    return any(o.abstract_syntax == item.abstract_syntax and o.label != item.label for o in context.contexts.items)


def _unfit(context: JudgedContext) -> list[str]:
    # Imported here because hardly any file needs it.
    from asprofile.names.fit import judge

    verdicts = [judge(context.item.abstract_syntax, uid) for uid in context.uids]
    return [found.transfer_syntax for found in verdicts if found.of == "service" and found.kind.name == "NO_PIXEL_DATA"]


RULE = Rule(
    code="AP512",
    name="encapsulated-service",
    severity="error",
    summary="A transfer syntax for Pixel Data is proposed for a service without any",
    why="""\
Verification, Query/Retrieve, Worklist, MPPS, Storage Commitment and Print send no data set, or one without Pixel Data
at its top, and encapsulated transfer syntaxes are permitted only for data sets that have it. A strict peer rejects
the context, and an echo or a query fails for no visible reason. Propose these SOP classes with uncompressed transfer
syntaxes; Implicit VR Little Endian must be one of them.

For Verification it is not an error: a C-ECHO has no data set. With only encapsulated ones it is a warning, because many
peers accept Verification only with uncompressed ones (and Implicit VR Little Endian must be offered for it as for all).
It is an info where another context has uncompressed ones, and not reported where they are in the same list.
""",
    reference="PS3.5 A.4 and 10.1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\JPEGBaseline
PresentationContext2 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext3 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext3 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGBaseline",
        ),
    ),
    check=check,
)
