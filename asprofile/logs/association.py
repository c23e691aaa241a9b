"""An association of a log as a profile is made from it: what was proposed, and what of it was accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from asprofile.logs.dump import Dump, LoggedContext
from asprofile.logs.sessions import sessions
from asprofile.names.uids import display_name

NO_REQUEST = "the log has an answer without its request: what was proposed is not known, only what was accepted"
NUMBERS_ONLY = (
    "the log has an answer without its request, and an answer of this program has numbers and no SOP classes: the part "
    "with the request (A-ASSOCIATE-RQ) is needed"
)


@dataclass(frozen=True, slots=True)
class LoggedAssociation:
    """``answered``: whether the log has the A-ASSOCIATE-AC. ``extended``: the information that the request gives for
    SOP classes. ``unknown``: names in the log that no table has, whose contexts or transfer syntaxes are left out;
    ``either``: names of a current and of a retired SOP class. ``lacks``: what the log does not have. A sentence
    each. ``proposed``: whether the log has the request."""

    contexts: tuple[LoggedContext, ...]
    extended: tuple[tuple[str, bytes], ...]
    answered: bool
    unknown: tuple[str, ...]
    either: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    proposed: bool = True


def associations(lines: Iterable[str]) -> Iterator[LoggedAssociation]:
    """Every association in the log that has contexts, in its order; other lines are passed over.

    Layouts: the debug output of DCMTK's programs, of pynetdicom, of dcm4che 3 and later, of fo-dicom, dcmjs-dimse,
    ClearCanvas, GDCM, Conquest and dicom-rs. Prefixes such as times do not matter, and a dump may have lost its
    beginning or its end. Raises ProposalError for a log with the newest lines first.
    """
    for session in sessions(lines, "generate --from-log"):
        request, answer = (
            dump if dump is not None and dump.contexts else None for dump in (session.request, session.answer)
        )
        if request is not None:
            yield _association(request, answer)
        elif answer is not None:
            yield _alone(answer)


def _association(request: Dump, answer: Dump | None) -> LoggedAssociation:
    contexts = tuple(_answered(context.done(), request, answer) for context in request.contexts.values())
    both = (request, answer) if answer else (request,)
    silent = [one.abstract_syntax for one in contexts if one.abstract_syntax and not one.proposed]
    return LoggedAssociation(
        tuple(one for one in contexts if one.abstract_syntax and one.proposed),
        tuple((uid, bytes(data)) for uid, data in request.extended.items() if data),
        answer is not None or request.is_answered,
        tuple(dict.fromkeys(name for dump in both for name in dump.unknown)),
        tuple(dict.fromkeys(name for dump in both for name in dump.either)),
        tuple(dict.fromkeys((*(lack for dump in both for lack in dump.lacks), *map(_no_syntax, silent)))),
    )


def _no_syntax(sop_class: str) -> str:
    return (
        f"the log has no transfer syntax that was proposed for {display_name(sop_class)}, which is left out; the whole "
        "dump is needed, from its first line to its last"
    )


def _alone(answer: Dump) -> LoggedAssociation:
    """What an answer tells without its request: DCMTK and pynetdicom repeat the SOP classes in it."""
    contexts = tuple(one for context in answer.contexts.values() if (one := context.done()).abstract_syntax)
    return LoggedAssociation(
        contexts,
        (),
        answered=True,
        unknown=tuple(dict.fromkeys(answer.unknown)),
        either=tuple(dict.fromkeys(answer.either)),
        lacks=(NO_REQUEST if contexts else NUMBERS_ONLY, *answer.lacks),
        proposed=False,
    )


def _answered(context: LoggedContext, request: Dump, answer: Dump | None) -> LoggedContext:
    known = replace(context, role=request.roles.get(context.abstract_syntax, context.role))
    found = answer.contexts.get(context.id) if answer else None
    if answer is None or found is None:
        return known
    role = answer.roles.get(context.abstract_syntax, found.accepted_role)
    return replace(known, accepted=found.accepted, accepted_role=role)
