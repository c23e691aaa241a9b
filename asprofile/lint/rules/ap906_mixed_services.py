"""AP906: services in one requestor's profile that are not used on one association."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.text import Span

PATIENT_ROOT = "1.2.840.10008.5.1.4.1.2.1."
STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2."
PRINT = ("print-meta", "print-component", "print-optional", "print-job", "printer")


def check(subject: Subject) -> Iterator[Hit]:
    for _, contexts in profiles.used_lists(subject):
        if subject.role_of(contexts) == "requestor":
            yield from _beside_storage(contexts)
        yield from _roots(contexts)


def _beside_storage(contexts: ContextList) -> Iterator[Hit]:
    if any(profiles.is_get(item.abstract_syntax) for item in contexts.items):
        return
    others = [item for item in contexts.items if _is_other_service(profiles.kind(item.abstract_syntax) or "")]
    if others and profiles.of_kinds(contexts, ("storage",)):
        message = (
            f"{profiles.named(item.abstract_syntax for item in others)} beside Storage SOP classes: storescu uses "
            "the Storage "
            "SOP classes only, and other programs open an association for each service"
        )
        yield Hit(others[0].abstract_syntax_span, message)


def _is_other_service(kind: str) -> bool:
    return kind in PRINT or kind == "mwl" or kind.endswith(("-find", "-move"))


def _roots(contexts: ContextList) -> Iterator[Hit]:
    find = [item for item in contexts.items if profiles.kind(item.abstract_syntax) == "qr-find"]
    move = [item for item in contexts.items if profiles.kind(item.abstract_syntax) == "qr-move"]
    if find and move and _is_all(find, PATIENT_ROOT) and _is_all(move, STUDY_ROOT):
        yield Hit(
            _second(find[0], move[0]),
            "FIND is Patient Root and MOVE Study Root: what one finds, the other asks for in another model",
        )
    elif find and move and _is_all(find, STUDY_ROOT) and _is_all(move, PATIENT_ROOT):
        yield Hit(
            _second(find[0], move[0]),
            "FIND is Study Root and MOVE Patient Root: what one finds, the other asks for in another model",
        )


def _is_all(items: list[ContextItem], root: str) -> bool:
    return all(item.abstract_syntax.startswith(root) for item in items)


def _second(one: ContextItem, other: ContextItem) -> Span:
    return max(one.abstract_syntax_span, other.abstract_syntax_span)


RULE = Rule(
    code="AP906",
    name="mixed-services",
    severity="info",
    summary="A requestor's profile mixes services that do not go together",
    why="""\
Several services on one association are legal. But storescu only stores, so it negotiates contexts for query or print
and never uses them; programs that query have profiles of their own. With C-GET in the list the mixture is intended and
not reported.

FIND in one Query/Retrieve model and MOVE in the other is legal as well, but most likely a mistake: the two models use
different keys.
""",
    reference="PS3.4 C.6; practice",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="FINDStudyRootQueryRetrieveInformationModel",
            fixed=False,
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = FINDPatientRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            at="MOVEStudyRootQueryRetrieveInformationModel",
            fixed=False,
        ),
    ),
    check=check,
)
