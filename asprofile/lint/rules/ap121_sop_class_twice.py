"""AP121: a SOP class twice in the contexts of an acceptor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.config import ContextItem, ContextList
from asprofile.model.inference import has_class_twice
from asprofile.names.uids import display_name


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    for _, contexts in profiles.used_lists(view.subject):
        if view.subject.role_of(contexts) != "acceptor" or not has_class_twice(contexts):
            continue
        # If it is there twice only because a misspelt name was guessed, that follows from another finding.
        twice = _twice(contexts) & _twice(view.file.config.context_lists.get(contexts.label))
        seen: set[str] = set()
        for item in contexts.items:
            if item.abstract_syntax in seen & twice:
                yield _hit(item, len(twice), is_for_sending=_is_for_sending(view.subject, contexts))
                break
            seen.add(item.abstract_syntax)


def _twice(contexts: ContextList | None) -> set[str]:
    counts = Counter(item.abstract_syntax for item in contexts.items) if contexts else {}
    return {uid for uid, count in counts.items() if count > 1}


def _is_for_sending(subject: Subject, contexts: ContextList) -> bool:
    """Whether it is a list that dcmqrscp has for what it sends."""
    return subject.inferred.sends_too and subject.inferred.lists.get(contexts.label) == "requestor"


def _hit(again: ContextItem, classes: int, *, is_for_sending: bool) -> Hit:
    more = f" (and {classes - 1} more SOP classes)" if classes > 1 else ""
    message = f"{display_name(again.abstract_syntax)}{more} is in this list already: "
    if is_for_sending:
        message += "right for what dcmqrscp sends, but no acceptor takes the profile for what it receives"
        return Hit(again.abstract_syntax_span, message, severity="info")
    message += "storescp, dcmrecv and dcmqrscp refuse the profile; write one context with all its transfer syntaxes"
    return Hit(again.abstract_syntax_span, message)


RULE = Rule(
    code="AP121",
    name="sop-class-twice",
    severity="error",
    summary="A SOP class is in an acceptor's list twice, so the profile is refused",
    why="""\
A requestor may propose a SOP class in several presentation contexts; an acceptor lists once what it accepts for it.
storescp, dcmrecv and dcmqrscp load such a file and then refuse the profile when they start. The rule applies where an
acceptor loads the file: with `--role acceptor`, or where the file's name, its header comment or the names in it say so.
It is an info where the file is for dcmqrscp and the list is for what dcmqrscp sends.
""",
    reference="DCMTK asconfig.txt, 2.2",
    examples=(
        Example(
            frame="contexts",
            role="acceptor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = 1.2.840.10008.5.1.4.1.1.2\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="1.2.840.10008.5.1.4.1.1.2",
            fixed=False,
        ),
    ),
    check=check,
)
