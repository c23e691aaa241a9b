"""AP601: a presentation context that proposes only what another one of the list proposes too."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names.uids import display_name
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    sets = {
        label: frozenset(found.uids)
        for label, found in subject.config.transfer_syntax_lists.items()
        if subject.negotiations.is_complete(found)
    }
    for contexts in subject.config.context_lists.values():
        # A list with a class twice is a requestor's if it is not an acceptor's.
        if subject.role_of(contexts) != "acceptor":
            yield from _check(subject, contexts, sets)


def _check(subject: Subject, contexts: ContextList, sets: dict[str, frozenset[str]]) -> Iterator[Hit]:
    by_class: dict[str, list[ContextItem]] = {}
    for item in contexts.items:
        if item.label in sets:
            by_class.setdefault(item.abstract_syntax, []).append(item)
    parts: list[ContextItem] = []
    same: list[tuple[ContextItem, ContextItem]] = []
    for items in by_class.values():
        first: dict[frozenset[str], ContextItem] = {}
        for item in items:
            known = first.setdefault(sets[item.label], item)
            if known is not item:
                same.append((item, known))
        parts += [item for proposed, item in first.items() if any(proposed < other for other in first)]
    fix = _fix(subject, contexts, [item for item, _ in same])
    for item, known in same:
        yield _same(subject, item, known, fix)
    if parts:
        yield _subset(parts)


def _fix(subject: Subject, contexts: ContextList, redundant: list[ContextItem]) -> Fix | None:
    """One fix for all of them, because each alone would renumber the others."""
    spans = {item.span for item in redundant if not subject.covering.covers("AP601", _value(item))}
    edits = lists.removal(subject, PRESENTATION_CONTEXTS, contexts.label, spans)
    what = f"the {len(spans)} redundant contexts" if len(spans) > 1 else "the redundant context"
    return Fix(f"take out {what}", edits, safe=False) if edits else None


def _same(subject: Subject, item: ContextItem, first: ContextItem, fix: Fix | None) -> Hit:
    line = subject.source.line_of(first.span.start)
    message = (
        f"{display_name(item.abstract_syntax)} with these transfer syntaxes is proposed in line {line} already: "
        "this context uses up one of the 128 and can carry nothing more; take it out"
    )
    return Hit(_value(item), message, fix)


def _subset(parts: list[ContextItem]) -> Hit:
    parts.sort(key=lambda item: item.span)
    names = profiles.named(item.abstract_syntax for item in parts)
    message = (
        f"for {names} another context proposes these transfer syntaxes and more: "
        "this one is of use only where the peer must not choose among all of them"
    )
    return Hit(_value(parts[0]), message, severity="info")


def _value(item: ContextItem) -> Span:
    return Span(item.abstract_syntax_span.start, max(item.label_span.end, item.abstract_syntax_span.end))


RULE = Rule(
    code="AP601",
    name="redundant-context",
    severity="warning",
    summary="A SOP class is proposed twice with the same transfer syntaxes",
    why="""\
An association has at most 128 presentation contexts. Two of them with the same SOP class and the same transfer syntaxes
(in any order) can carry the same objects; the second is wasted, and some peers answer the two differently, which makes
failures hard to understand. Remove one of them.

If the transfer syntaxes of one context are only a part of another's, that can be on purpose: the peer chooses one
transfer syntax for each context, and a separate context makes sure that a certain one is accepted. That is reported as
an info, once for a list.
""",
    reference="PS3.8 7.1.1.13 and 9.3.2.2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = CTImageStorage\\Uncompressed
PresentationContext4 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            at="CTImageStorage\\Uncompressed",
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Default]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = CTImageStorage\\Default
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[Default]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Explicit
PresentationContext2 = CTImageStorage\\Default
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="CTImageStorage\\Default",
            fixed=False,
        ),
    ),
    check=check,
)
