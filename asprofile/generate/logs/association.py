"""An association as a log tells of it, put together from the dump of the request and that of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from asprofile.generate.logs.dcm4che import Dcm4cheReader
from asprofile.generate.logs.dcmtk import DcmtkReader
from asprofile.generate.logs.dump import Dump, LoggedContext


@dataclass(frozen=True, slots=True)
class Association:
    """``answered``: whether the log has the A-ASSOCIATE-AC. ``extended``: the information that the request gives for
    SOP classes. ``unknown``: names in the log that no table has, whose contexts or transfer syntaxes are left out."""

    contexts: tuple[LoggedContext, ...]
    extended: tuple[tuple[str, bytes], ...]
    answered: bool
    unknown: tuple[str, ...]


def associations(lines: Iterable[str]) -> Iterator[Association]:
    """Every association whose request is in the log, in its order; other lines are passed over.

    Layouts: the debug output of DCMTK's programs, of pynetdicom, and of dcm4che 3 and later; prefixes such as times are
    of no matter.
    """
    request: Dump | None = None
    for dump in _dumps(lines):
        if not dump.contexts:
            continue  # a connection that never became an association
        if dump.is_request:
            if request is not None:
                yield _association(request, None)
            request = dump
        elif request is not None:
            yield _association(request, dump)
            request = None
    if request is not None:
        yield _association(request, None)


def _dumps(lines: Iterable[str]) -> Iterator[Dump]:
    readers = (DcmtkReader(), Dcm4cheReader())
    for line in lines:
        text = line.rstrip("\r\n")
        for reader in readers:
            dump = reader.feed(text)
            if dump is not None:
                yield dump
    for reader in readers:
        dump = reader.end()
        if dump is not None:
            yield dump


def _association(request: Dump, answer: Dump | None) -> Association:
    contexts = tuple(_answered(context, request, answer) for context in request.contexts.values())
    unknown = (*request.unknown, *(answer.unknown if answer else ()))
    return Association(
        tuple(one for one in contexts if one.abstract_syntax and one.proposed),
        tuple((uid, data) for uid, data in request.extended.items() if data),
        answer is not None,
        tuple(dict.fromkeys(unknown)),
    )


def _answered(context: LoggedContext, request: Dump, answer: Dump | None) -> LoggedContext:
    known = replace(context, role=request.roles.get(context.abstract_syntax, context.role))
    found = answer.contexts.get(context.id) if answer else None
    if answer is None or found is None:
        return known
    role = answer.roles.get(context.abstract_syntax, found.accepted_role)
    return replace(known, accepted=found.accepted, accepted_role=role)
