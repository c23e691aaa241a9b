"""An association as a log shows it, joined from the dumps of the request and of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from asprofile.errors import ProposalError
from asprofile.generate.logs.dcm4che import Dcm4cheReader
from asprofile.generate.logs.dcmtk import DcmtkReader
from asprofile.generate.logs.dump import Dump, LoggedContext
from asprofile.generate.logs.indented import IndentedReader
from asprofile.generate.logs.lines import cleaned
from asprofile.generate.logs.others import ConquestReader, GdcmReader, RustReader
from asprofile.names.uids import display_name

_HEADING = re.compile(r"= (BEGIN|INCOMING|OUTGOING|END) A-ASSOCIATE-(RQ|AC)\b")
_KEY = re.compile(
    r"(?:^|[\s|:])(?:(PresentationContext\[|Presentation Context: )|(as: |Abstract Syntax: )|ts: |Transfer Syntax: )"
)
_BACKWARDS = (
    "the log runs backwards, with the newest line first: turn it round (tac FILE | asprofile generate --from-log -)"
)
NO_REQUEST = "the log has an answer without its request: what was proposed is not known, only what was accepted"
_NUMBERS = (
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
    """Every association in the log, in its order; other lines are passed over.

    Layouts: the debug output of DCMTK's programs, of pynetdicom, of dcm4che 3 and later, of fo-dicom, dcmjs-dimse,
    GDCM, Conquest and dicom-rs. Prefixes such as times do not matter, and a dump may have lost its beginning or its
    end. Raises ProposalError for a log with the newest lines first.
    """
    request: Dump | None = None
    last_answer: Dump | None = None
    for dump in _dumps(_forwards(cleaned(lines))):
        if not dump.contexts:
            continue  # a connection that never became an association
        if dump.is_request:
            if request is not None:
                yield _association(request, None)
            request = dump
        elif request is not None:
            yield _association(request, dump)
            request, last_answer = None, dump
        elif last_answer is None or last_answer.contexts != dump.contexts:
            # The same answer again is that of a second handler.
            yield _alone(dump)
            last_answer = dump
    if request is not None:
        yield _association(request, None)


def _forwards(lines: Iterable[str]) -> Iterator[str]:
    """The same lines. Raises ProposalError where a dump ends before it begins: collectors may show the newest line
    first."""
    ended, has_contexts, keys = "", False, ""
    for line in lines:
        if "A-ASSOCIATE-" in line and (heading := _HEADING.search(line)):
            if heading[1] == "END":
                ended, has_contexts = heading[2], False
            elif ended == heading[2] and has_contexts:
                raise ProposalError(_BACKWARDS)
            else:
                ended = ""
        elif "Context ID" in line:
            keys = ""
            has_contexts = has_contexts or (bool(ended) and ("(Proposed)" in line) is (ended == "RQ"))
        elif ("s: " in line or "Syntax: " in line or "Context" in line) and (key := _KEY.search(line)):
            # A context, its abstract syntax, its transfer syntaxes: dcm4che, fo-dicom.
            found = "P" if key[1] else "A" if key[2] else "T"
            keys = keys if keys[-1:] == found == "T" else keys[-4:] + found
            if keys == "APTAP":
                raise ProposalError(_BACKWARDS)
        yield line


def _dumps(lines: Iterable[str]) -> Iterator[Dump]:
    readers = (DcmtkReader(), Dcm4cheReader(), IndentedReader(), GdcmReader(), ConquestReader(), RustReader())
    for line in lines:
        for reader in readers:
            dump = reader.feed(line)
            if dump is not None:
                yield dump
    for reader in readers:
        dump = reader.end()
        if dump is not None:
            yield dump


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
        lacks=(NO_REQUEST if contexts else _NUMBERS, *answer.lacks),
        proposed=False,
    )


def _answered(context: LoggedContext, request: Dump, answer: Dump | None) -> LoggedContext:
    known = replace(context, role=request.roles.get(context.abstract_syntax, context.role))
    found = answer.contexts.get(context.id) if answer else None
    if answer is None or found is None:
        return known
    role = answer.roles.get(context.abstract_syntax, found.accepted_role)
    return replace(known, accepted=found.accepted, accepted_role=role)
