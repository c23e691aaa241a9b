"""AP121: a SOP class twice in the contexts of an acceptor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asprofile.lint.finding import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.view import View
from asprofile.names.uids import display_name


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view)) if subject.given_role == "acceptor" else iter(())


def _hits(view: View) -> Iterator[Hit]:
    seen: set[str] = set()
    for profile in view.subject.config.profiles.values():
        if profile.refusal is None or profile.refusal.code != 0 or profile.context_list.label in seen:
            continue
        seen.add(profile.context_list.label)
        counts = Counter(item.abstract_syntax for item in profile.context_list.items)
        others = sum(count > 1 for count in counts.values()) - 1
        more = f" (and {others} more SOP classes)" if others else ""
        message = (
            f"{display_name(profile.refusal.subject)}{more} stands in this list already: storescp, "
            "dcmrecv and dcmqrscp refuse the "
            "profile; write one context with all its transfer syntaxes"
        )
        yield Hit(profile.refusal.span, message)


RULE = Rule(
    code="AP121",
    name="sop-class-twice",
    severity="error",
    summary="A SOP class stands twice in an acceptor's list, so the profile is refused",
    why="""\
A requestor may propose a SOP class in several presentation contexts, an acceptor says once what it takes for it.
storescp, dcmrecv and dcmqrscp load such a file and then refuse the profile when they start. Reported where the role
is known to be the acceptor's (`--role acceptor`).
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
