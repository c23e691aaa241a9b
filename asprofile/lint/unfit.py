"""Transfer syntaxes that are unfit for the SOP class they are offered for: hits, and fixes, for the rules of group 5.

Each rule selects its verdicts; this module has what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from asprofile.lint.fixes.lists import removal, single_removals
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.profiles import is_referenced, listed, symbol
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names import transfer_syntaxes, uids
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.text import Edit, Span, encode

if TYPE_CHECKING:
    from asprofile.lint.contexts import JudgedContext
    from asprofile.lint.subject import Subject
    from asprofile.model.words import AssociationRole
    from asprofile.names.fit import Verdict


def hits(
    subject: Subject, is_unfit: Callable[[Verdict], bool], other_class: Callable[[str], str | None] = lambda _: None
) -> Iterator[Hit]:
    """A hit for each context with transfer syntaxes that are unfit for its SOP class beyond doubt, and of concern.

    ``other_class`` gives the class that was meant rather than the one that is there, if there is such a class.
    """
    found = contexts(subject, is_unfit)
    fixes = remedies(subject, [context for context, bad in found if len(bad) == len(context.uids)])
    for context, bad in found:
        fix = fixes.get(context.item.span)
        text = message(context, bad)
        other = other_class(context.item.abstract_syntax)
        if other is not None:
            text += f"; was {uids.display_name(other)} meant?"
            if len(bad) == len(context.uids):
                fix = _with_class(subject, context, other) or fix
        yield Hit(context.item.label_span, text, fix, only_for=side(context, len(bad)))


def _with_class(subject: Subject, context: JudgedContext, other: str) -> Fix | None:
    """Put the other class in the place of the context's own. None where the list has it already (for any but a
    requestor: in any context), and where roles or extended negotiation then miss their class.
    """
    mine = context.item
    items = context.contexts.items
    same = [item for item in items if item.abstract_syntax == other]
    if any(item.label == mine.label for item in same) or (same and context.role != "requestor"):
        return None
    alone = sum(item.abstract_syntax == mine.abstract_syntax for item in items) == 1
    if alone and is_referenced(subject, context.contexts, mine.abstract_syntax):
        return None
    edit = Edit(mine.abstract_syntax_span, encode(symbol(subject, other)))
    return Fix(f"propose {uids.display_name(other)} with it", (edit,), safe=False)


def contexts(subject: Subject, is_unfit: Callable[[Verdict], bool]) -> list[tuple[JudgedContext, list[Verdict]]]:
    """Those contexts, each with the verdicts on what is unfit in it."""
    return [
        (context, bad)
        for context in subject.negotiations.judged
        if (bad := [verdict for verdict in context.verdicts if not verdict.unsure and is_unfit(verdict)])
        and is_of_concern(context, len(bad))
    ]


def is_of_concern(context: JudgedContext, unfit: int) -> bool:
    """Whether this many unfit transfer syntaxes should be reported. An acceptor may list what no peer proposes, as long
    as it accepts something else, too.
    """
    return context.role != "acceptor" or unfit == len(context.uids)


def side(context: JudgedContext, unfit: int) -> AssociationRole | None:
    """The ``only_for`` of a hit about them: a context that is of no use at all is of none to either side."""
    return "requestor" if context.role is None and unfit < len(context.uids) else None


def message(context: JudgedContext, bad: list[Verdict]) -> str:
    """What is said of one of them."""
    # Needed only when there is something to report.
    from asprofile.names.reasons import reason

    text = reason(bad[0])
    if len(bad) < len(context.uids):
        # The context has other transfer syntaxes, which may be of use.
        text = text.replace("can use this context", "can use it")
    if len(bad) > 1:
        others = listed([uids.display_name(verdict.transfer_syntax) for verdict in bad[1:]])
        text += f"; nor {'do' if len(bad) > 2 else 'does'} {others} fit"
    return text


def remedies(subject: Subject, useless: list[JudgedContext]) -> dict[Span, Fix]:
    """For each context that is of no use, by its entry's span: take it out where its SOP class has another, else put an
    uncompressed list in its place.
    """
    unwanted, replaced = _plan(subject, useless)
    fixes = dict(replaced)
    for found, out in unwanted.items():
        for span, removed in single_removals(subject, PRESENTATION_CONTEXTS, found, out).items():
            fixes[span] = Fix("remove the context", removed, safe=False)
    return fixes


def remedy(subject: Subject, useless: list[JudgedContext]) -> Fix | None:
    """The same for all of them, which are of one list, at once."""
    unwanted, replaced = _plan(subject, useless)
    edits = [edit for fix in replaced.values() for edit in fix.edits]
    for found, out in unwanted.items():
        edits += removal(subject, PRESENTATION_CONTEXTS, found, out) or ()
    how_many = "the context" if len(useless) == 1 else f"the {len(useless)} contexts"
    titles = {fix.title for fix in replaced.values()}
    title = f"remove {how_many}" if not titles else titles.pop() if len(useless) == 1 else f"mend {how_many}"
    return Fix(title, tuple(edits), safe=False) if edits else None


def _plan(subject: Subject, useless: list[JudgedContext]) -> tuple[dict[str, list[Span]], dict[Span, Fix]]:
    """The spans to take out of each list, and the fixes that put an uncompressed list in the place of another."""
    pairs = {(context.item.abstract_syntax, context.item.label) for context in useless}
    lists = {context.contexts.label: context.contexts for context in useless}
    usable = {
        (found.label, item.abstract_syntax)
        for found in lists.values()
        for item in found.items
        if (item.abstract_syntax, item.label) not in pairs
    }
    label = uncompressed_list(subject) if useless else None
    unwanted: dict[str, list[Span]] = {}
    replaced: dict[Span, Fix] = {}
    for context in useless:
        place = (context.contexts.label, context.item.abstract_syntax)
        if place in usable:
            unwanted.setdefault(context.contexts.label, []).append(context.item.span)
        elif label is not None:
            usable.add(place)
            edits = (Edit(context.item.label_span, encode(label)),)
            replaced[context.item.span] = Fix(f"offer the SOP class with {label}", edits, safe=False)
    return unwanted, replaced


def is_useless(abstract_syntax: str, uid: str) -> bool:
    """Whether it is certain that no message of the abstract syntax can be in the transfer syntax."""
    # Imported here because hardly any file needs it.
    from asprofile.names.fit import judge

    return judge(abstract_syntax, uid).useless


def suits(subject: Subject, abstract_syntax: str, label: str) -> bool:
    """Whether a new context of the two would have no finding: the default transfer syntax is in the list, and nothing
    that the SOP class cannot use.
    """
    offered = subject.negotiations.uids_of(label)
    return IMPLICIT_VR_LITTLE_ENDIAN in offered and not any(is_useless(abstract_syntax, uid) for uid in offered)


def uncompressed_list(subject: Subject) -> str | None:
    """The first list of uncompressed transfer syntaxes that has the default one, as its header has the name."""
    for label, found in subject.config.transfer_syntax_lists.items():
        syntaxes = [transfer_syntaxes.get(uid) for uid in found.uids]
        if IMPLICIT_VR_LITTLE_ENDIAN in found.uids and all(
            syntax is not None and syntax.encoding == "native" for syntax in syntaxes
        ):
            return list_name(subject, label)
    return None


def list_name(subject: Subject, label: str) -> str:
    """The name of a transfer syntax list as its header has it, if a reference may be written so."""
    header = subject.text(subject.config.transfer_syntax_lists[label].spans[0])
    written = header.lstrip("[ \t").partition("]")[0].rstrip()
    return written if written.upper() == label else label
