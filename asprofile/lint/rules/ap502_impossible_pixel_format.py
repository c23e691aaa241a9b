"""AP502: a transfer syntax that can code no pixel format of the SOP class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from asprofile.lint import unfit
from asprofile.lint.contexts import JudgedContext
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import listed
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.suppress import Covering
from asprofile.text import Span

if TYPE_CHECKING:
    from asprofile.names.fit import Verdict

_Found: TypeAlias = "list[tuple[JudgedContext, list[Verdict]]]"

# If at most one in this many of the contexts with a transfer syntax list is useless, the list is a general one.
_BLANKET = 4


def check(subject: Subject) -> Iterator[Hit]:
    found = impossible(subject)
    of_blanket = _of_blankets([context for context, _ in found]) if found else set()
    silenced = Covering(subject.suppressions)
    groups: dict[object, _Found] = {}
    for context, bad in found:
        span = context.item.label_span
        # A context with a suppression comment is reported alone, so that the comment silences only that.
        alone = span if silenced.covers("AP502", span) else None
        place = (context.contexts.label, span in of_blanket, unfit.side(context, len(bad)), alone)
        groups.setdefault(place, []).append((context, bad))
    for same in groups.values():
        yield _hit(subject, same, is_blanket=same[0][0].item.label_span in of_blanket)


def impossible(subject: Subject) -> _Found:
    """The contexts with transfer syntaxes that code no pixel format of their SOP class, with the verdicts on those."""
    return unfit.contexts(subject, lambda verdict: verdict.kind.name == "IMPOSSIBLE")


def _hit(subject: Subject, same: _Found, *, is_blanket: bool) -> Hit:
    """At the context; of several at the header of their list."""
    context, bad = same[0]
    span, message = context.item.label_span, unfit.message(context, bad)
    if len(same) > 1:
        lines = listed([str(subject.source.line_of(one.item.span.start)) for one, _ in same])
        message = f"{len(same)} contexts of this list can carry no object, in lines {lines}; of the first: {message}"
        span = context.contexts.spans[0]
    fix = unfit.remedy(subject, [one for one, unfit_of in same if len(unfit_of) == len(one.uids)])
    return Hit(span, message, fix, "info" if is_blanket else None, unfit.side(context, len(bad)))


def _of_blankets(found: list[JudgedContext]) -> set[Span]:
    """The labels of the contexts that do no harm: the transfer syntax list fits most classes of the context list, as in
    DCMTK's own files, and the class has another context that can be used.
    """
    lists = {context.contexts.label: context.contexts for context in found}
    useless = {(context.contexts.label, context.item.abstract_syntax, context.item.label) for context in found}
    unfit_of = Counter((context.contexts.label, context.item.label) for context in found)
    all_of = Counter((label, item.label) for label, one in lists.items() for item in one.items)
    usable = {
        (label, item.abstract_syntax)
        for label, one in lists.items()
        for item in one.items
        if (label, item.abstract_syntax, item.label) not in useless
    }
    return {
        context.item.label_span
        for context in found
        if (context.contexts.label, context.item.abstract_syntax) in usable
        and unfit_of[place := (context.contexts.label, context.item.label)] * _BLANKET <= all_of[place]
    }


RULE = Rule(
    code="AP502",
    name="impossible-pixel-format",
    severity="warning",
    summary="No object of the SOP class can be coded in the transfer syntax",
    why="""\
An IOD says which pixel formats its images may have (PS3.3), and the standard says which a transfer syntax can code
(PS3.5 8.2). Where they have none in common, the context can never be used: CT images have 16 bits allocated and JPEG
Baseline codes 8, so no CT image fits. It uses one of the 128 contexts, and a reader of the profile believes that CT is
sent compressed. It is a warning and not an error because such images exist in spite of the standard: say so with a
comment if you have them.

There is one finding for a context list: at the context, or at the list's header where there are more, and the fix is
for all of them. A comment above one of the contexts silences that one alone. It is an info where
nothing is missing: the SOP class has another context that can be used, and the transfer syntax list goes with most
classes as a blanket (at most a quarter of its contexts are of no use). DCMTK's own storescu.cfg is made so, with eight.
""",
    reference="PS3.5 8.2; the IODs in PS3.3 Annex A and C.7.6.3",
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
PresentationContext1 = CTImageStorage\\JPEGBaseline
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext4 = UltrasoundImageStorage\\Uncompressed
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
PresentationContext1 = CTImageStorage\\Uncompressed
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
