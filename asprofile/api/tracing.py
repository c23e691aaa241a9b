"""What a debug log or a capture shows of associations, and why something was refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from asprofile.api.other_kinds import LOG, refuse_other_kind
from asprofile.errors import AsprofileError, ProposalError
from asprofile.logs.encoded import Packed, text_of, with_head
from asprofile.names.uids import uid_and_name
from asprofile.negotiate.advice import Adviser
from asprofile.negotiate.results import result_text
from asprofile.regular import open_named
from asprofile.trace.captures import CaptureReader, is_capture
from asprofile.trace.causes import Cause
from asprofile.trace.diagnosis import diagnosed
from asprofile.trace.from_log import traced

if TYPE_CHECKING:
    from asprofile.api.generating import LogInput
    from asprofile.negotiate.request import ExtendedItem, OperationsWindow
    from asprofile.trace.model import TracedAssociation, TracedContext, TracedSide

JSON_VERSION = 1
_HEAD: Final = 1024
_MOST_KINDS: Final = 1000
_NOT_IN_LOG: Final = (
    "no association in it; a log needs the debug level (storescu -d, storescp -d, pynetdicom's debug_logger(), dcm4che "
    "at level DEBUG, Orthanc with its DICOM trace); the logs of fo-dicom, dcmjs-dimse, ClearCanvas, GDCM, Conquest and "
    "dicom-rs, and captures (pcap, pcapng), are read, too"
)
_NOT_IN_CAPTURE: Final = (
    "no association in the capture: nobody sends an A-ASSOCIATE-RQ in it, on any port, and nothing that looks like one "
    "that began before; is it of the right network interface and time?"
)
MOST: Final = 100_000
"""Associations that are kept of one source; what is more is counted."""


@dataclass(frozen=True, slots=True)
class TraceReport:
    """What is known of the associations of a source (``name``), and, for each of them in its place, what went wrong
    (``causes``). ``omitted``: associations that are not kept, because there are too many. ``notes``: what is to be said
    of the source as a whole.
    """

    name: str
    kind: str
    associations: tuple[TracedAssociation, ...]
    causes: tuple[tuple[Cause, ...], ...]
    omitted: int = 0
    notes: tuple[str, ...] = ()

    @property
    def all_well(self) -> bool:
        """Nothing that was asked for was refused or failed."""
        return not any(cause.counts for each in self.causes for cause in each)

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile trace --json`` prints (docs/schema/trace.json)."""
        return {
            "version": JSON_VERSION,
            "source": self.name,
            "kind": self.kind,
            "omitted": self.omitted,
            "notes": list(self.notes),
            "associations": [
                _association(one, causes) for one, causes in zip(self.associations, self.causes, strict=True)
            ],
        }


def trace(source: LogInput) -> TraceReport:
    """The associations in a debug log or a network capture, with what went wrong and what to do about it.

    The logs of DCMTK's programs, pynetdicom, dcm4che, Orthanc, fo-dicom, dcmjs-dimse, dicom-rs, GDCM, Conquest and
    ClearCanvas are read, as they are or out of what collectors make of them. So are pcap and pcapng files: any port,
    many associations at once, TCP with packets that are lost, late or there twice. What a source does not have is said,
    and not guessed.

    Args:
        source: A path, or a file open for reading bytes.

    Raises:
        ProposalError: There is no association in it.
        AsprofileError: The file cannot be read.

    Examples:
        >>> import io
        >>> log = b"I: Requesting Association\\nF: TCP Initialization Error: Connection refused"
        >>> asprofile.trace(io.BytesIO(log)).causes[0][0].kind
        'connection'
    """
    # Not needed by those who only read the values.
    from asprofile.send.conversions import conversions

    adviser = Adviser(conversions)
    name = _name(source)
    try:
        if not isinstance(source, (str, os.PathLike)):
            return _traced(source, name, adviser)
        with open_named(name) as file:
            return _traced(file, name, adviser)
    except OSError as error:
        raise AsprofileError(f"{name}: {error.strerror or error}") from None
    except ProposalError as error:
        raise ProposalError(f"{name}: {error}") from None


def _traced(stream: BinaryIO, name: str, adviser: Adviser) -> TraceReport:
    head = stream.read(_HEAD)
    whole = with_head(head, stream)
    reader = CaptureReader(whole) if is_capture(head) else None
    found = reader.associations() if reader is not None else traced(_texts(whole, name))
    associations: list[TracedAssociation] = []
    causes: list[tuple[Cause, ...]] = []
    omitted = 0
    # Most associations of a device are like the one before.
    same: dict[tuple[TracedContext, ...], tuple[TracedContext, ...]] = {}
    for one in found:
        if len(associations) >= MOST:
            omitted += 1
            continue
        if len(same) > _MOST_KINDS:
            same.clear()
        associations.append(replace(one, contexts=same.setdefault(one.contexts, one.contexts)))
        causes.append(diagnosed(one, adviser))
    if not associations:
        if reader is None:
            refuse_other_kind(head, name, LOG)
        raise ProposalError(_NOT_IN_CAPTURE if reader is not None else _NOT_IN_LOG)
    notes = tuple(reader.notes) if reader is not None else ()
    kind = "capture" if reader is not None else "log"
    return TraceReport(name, kind, tuple(associations), tuple(causes), omitted, notes)


def _name(source: LogInput) -> str:
    return str(source) if isinstance(source, (str, os.PathLike)) else str(getattr(source, "name", "log"))


def _texts(stream: BinaryIO, name: str) -> Iterator[str]:
    try:
        yield from text_of(stream, "asprofile trace -")
    except Packed as error:
        raise AsprofileError(f"{name}: {error.template}") from None


# --- JSON


def _association(one: TracedAssociation, causes: tuple[Cause, ...]) -> dict[str, Any]:
    ending, rejection = one.ending, one.ending.rejection
    return {
        "number": one.number,
        "where": one.where,
        "time": one.time or None,
        "program": one.program or None,
        "seen_by": one.seen_by,
        "requestor": _side(one.requestor),
        "acceptor": _side(one.acceptor),
        "tls": one.tls,
        "identity": one.identity or None,
        "window": _window(one.window),
        "granted_window": _window(one.granted_window),
        "request_seen": one.proposed,
        "answer_seen": one.answered,
        "contexts": [_context(context) for context in one.contexts],
        "extended": [_extended(item) for item in one.extended],
        "granted_extended": [_extended(item) for item in one.granted_extended],
        "operations": [
            {
                "command": operation.command,
                "sop_class": uid_and_name(operation.sop_class) if operation.sop_class else None,
                "context": operation.context_id,
                "transfer_syntax": uid_and_name(operation.transfer_syntax) if operation.transfer_syntax else None,
                "status": operation.status,
                "comment": operation.comment or None,
                "count": operation.count,
                "first_instance": operation.instance or None,
            }
            for operation in one.operations
        ],
        "ending": {
            "kind": ending.kind,
            "by": ending.by or None,
            "text": ending.text or None,
            "rejection": None
            if rejection is None
            else {"result": rejection.result, "source": rejection.source, "reason": rejection.reason},
        },
        "bytes": one.bytes,
        "troubles": [
            {
                "kind": trouble.kind,
                "text": trouble.text,
                "line": trouble.line or None,
                "sop_class": trouble.sop_class or None,
                "transfer_syntax": trouble.transfer_syntax or None,
            }
            for trouble in one.troubles
        ],
        "not_said": list(one.lacks),
        "causes": [_cause(cause) for cause in causes],
    }


def _side(side: TracedSide) -> dict[str, Any]:
    return {
        "ae_title": side.title or None,
        "address": side.address or None,
        "implementation_class_uid": side.class_uid or None,
        "implementation_version_name": side.version_name or None,
        "max_pdu": side.max_pdu,
    }


def _window(window: OperationsWindow | None) -> dict[str, int] | None:
    return None if window is None else {"invoked": window.invoked, "performed": window.performed}


def _context(context: TracedContext) -> dict[str, Any]:
    return {
        "id": context.id,
        "abstract_syntax": uid_and_name(context.abstract_syntax) if context.abstract_syntax else None,
        "proposed": [uid_and_name(uid) for uid in context.proposed],
        "result": context.result,
        "result_text": None if context.result is None else result_text(context.result),
        "accepted": uid_and_name(context.accepted) if context.accepted else None,
        "role_asked": context.asked,
        "role_granted": context.granted,
    }


def _extended(item: ExtendedItem) -> dict[str, Any]:
    return {"sop_class": uid_and_name(item.sop_class), "data": item.data.hex()}


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "what": cause.what,
        "why": cause.why or None,
        "counts": cause.counts,
        "contexts": list(cause.contexts),
        "sop_class": uid_and_name(cause.sop_class) if cause.sop_class else None,
        "remedies": [
            {"side": remedy.side, "text": remedy.text or None, "command": remedy.command or None}
            for remedy in cause.remedies
        ],
    }
