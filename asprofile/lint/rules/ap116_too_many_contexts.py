"""AP116: more than 128 presentation contexts in a list."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.config import ContextList
from asprofile.model.words import UNLIMITED, has_limits
from asprofile.names.uids import describe
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    refused = {refusal.problem.subject for refusal in view.refusals if refusal.cause == "too many contexts"}
    for label, contexts in view.subject.config.context_lists.items():
        if label in refused:
            limit = f"at most {MAX_CONTEXTS} go into an association, and DCMTK refuses the file"
            if has_limits(view.subject.release):
                limit = f"DCMTK {view.subject.release} takes {MAX_CONTEXTS} of any list and refuses the file"
            yield Hit(_span(view, contexts), f"{_count(contexts)}; {limit}{_advice(contexts)}")
        elif _may_be_proposed(view.subject, contexts):
            message = (
                f"{_count(contexts)}: at most {MAX_CONTEXTS} go into an association, and it refuses the file, which "
                f"storescp and dcmrecv take{_advice(contexts)}"
            )
            yield Hit(_span(view, contexts), message, only_for="requestor")
        elif view.subject.given_role is None and len(contexts.items) > MAX_CONTEXTS:
            message = (
                f"{_count(contexts)}: acceptors take that from DCMTK {UNLIMITED} on; storescu and older releases "
                "refuse it"
            )
            yield Hit(_span(view, contexts), message, severity="info")


def _may_be_proposed(subject: Subject, contexts: ContextList) -> bool:
    """Whether a list that only an acceptor can load does not look like an acceptor's."""
    return (
        subject.given_role is None
        and not subject.inferred.is_named
        and len(contexts.items) > MAX_CONTEXTS
        and not any(subject.negotiations.is_catch_all(item.label) for item in contexts.items)
    )


def _span(view: View, contexts: ContextList) -> Span:
    """The 129th entry, without the line end after it."""
    span = contexts.items[MAX_CONTEXTS].span
    text = view.subject.data[slice(*span)]
    return Span(span.start, contexts.items[MAX_CONTEXTS].label_span.end if text else span.end)


def _count(contexts: ContextList) -> str:
    return f"{len(contexts.items)} contexts in this list, of which this is number 129"


def _advice(contexts: ContextList) -> str:
    surplus = len(contexts.items) - MAX_CONTEXTS
    old = sum((info := describe(item.abstract_syntax)) is not None and info.retired for item in contexts.items)
    hint = f" ({old} are of retired SOP classes)" if old else ""
    return f"; take out {surplus}, or share them out over two profiles{hint}"


def _list(end: int) -> str:
    """A context list up to before number ``end``."""
    first = "[[PresentationContexts]]\n[Contexts]\nPresentationContext1 = VerificationSOPClass\\Uncompressed\n"
    return first + "".join(f"PresentationContext{number} = 1.2.3.{number}\\Uncompressed\n" for number in range(2, end))


_LAST = "PresentationContext129 = 1.2.3.129\\Uncompressed"

RULE = Rule(
    code="AP116",
    name="too-many-contexts",
    severity="error",
    summary="A list has more than 128 presentation contexts",
    why="""\
A presentation context is identified by an odd number from 1 to 255, so an association has at most 128. Up to 3.6.7
DCMTK refuses a file in which any list has more (condition 1032), whether it is used or not; from 3.6.8 on only a
requestor such as storescu does, because an acceptor may be ready for more contexts than one association can propose.

Without `--role`, a long list without duplicates is taken for an acceptor's unless a name or comment says otherwise.
Then an info says what storescu does with it.
""",
    reference="PS3.8 9.3.2.2; DCMTK asconfig.txt, 2.2",
    examples=(Example(frame="contexts", role="requestor", bad=_list(130), good=_list(129), at=_LAST, fixed=False),),
    check=check,
)
