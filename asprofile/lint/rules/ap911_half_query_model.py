"""AP911: half a Query/Retrieve model: what can be found cannot be retrieved, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.names import sop_classes
from asprofile.names.uids import display_name


def check(subject: Subject) -> Iterator[Hit]:
    for _, contexts in profiles.used_lists(subject):
        if subject.negotiations.is_complete(contexts):
            yield from _check(subject, contexts)


def _check(subject: Subject, contexts: ContextList) -> Iterator[Hit]:
    items: dict[str, dict[str, ContextItem]] = {}
    for item in contexts.items:
        services = _models().get(item.abstract_syntax.rpartition(".")[0], {})
        if item.abstract_syntax in services:
            root = item.abstract_syntax.rpartition(".")[0]
            items.setdefault(root, {}).setdefault(services[item.abstract_syntax], item)
    whole = any("find" in found and len(found) > 1 for found in items.values())
    for found in items.values():
        # A program may only query or only retrieve; one that does both with one model has forgotten half of the other.
        if ("find" in found) == (len(found) > 1) or not (whole or subject.role_of(contexts) == "acceptor"):
            continue
        first = next(iter(found.values()))
        missing, verb = ("MOVE or GET", "retrieved") if "find" in found else ("FIND", "queried")
        message = (
            f"{display_name(first.abstract_syntax)} is without {missing} of the same model: a peer that uses this "
            f"model finds that nothing can be {verb}"
        )
        yield Hit(first.abstract_syntax_span, message)


@cache
def _models() -> dict[str, dict[str, str]]:
    """By what their UIDs begin with, the SOP classes of each model that has FIND and MOVE or GET, with the service."""
    found: dict[str, dict[str, str]] = {}
    for known in sop_classes.others():
        service = (profiles.kind(known.uid) or "").rpartition("-")[2]
        if service in ("find", "move", "get"):
            found.setdefault(known.uid.rpartition(".")[0], {})[known.uid] = service
    return {root: model for root, model in found.items() if "find" in model.values() and len(set(model.values())) > 1}


RULE = Rule(
    code="AP911",
    name="half-query-model",
    severity="info",
    summary="Only half of a Query/Retrieve model is there",
    why="""\
Patient Root and Study Root are separate information models, each with FIND, MOVE and GET. A peer that queries with one
of them retrieves with the same. With FIND of a model but neither MOVE nor GET it gets a list of studies and then an
error for each. The rule applies to an acceptor, and to a requestor that has all of one model and half of another; a
requestor that only queries, or only retrieves, may be intended.
""",
    reference="PS3.4 C.3, C.6 and U, X, Y, BB, GG, HH",
    examples=(
        Example(
            frame="contexts",
            role="acceptor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext3 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            at="FINDStudyRootQueryRetrieveInformationModel",
            fixed=False,
        ),
    ),
    check=check,
)
