"""One file on its way to storescu's peer: read, given a new identity, put into a presentation context.

Belongs here: what is decided about one file, as DCMTK decides it, and what the log says about that. Does not belong
here: the association (``run``), rewriting data sets (``objects``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.dumps import class_code
from asprofile.errors import ObjectError
from asprofile.names.dcmtk import syntax_name, transfer_syntaxes
from asprofile.names.releases import at_least
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)
from asprofile.negotiate.choose import AcceptedContext
from asprofile.objects.converting import DEFAULT_LEVEL, Converter
from asprofile.objects.dictionaries import named_in, read_dictionaries
from asprofile.objects.encoding import PIXEL_DATA, SOP_CLASS, SOP_INSTANCE
from asprofile.objects.header import ObjectHeader
from asprofile.objects.inventing import Inventor
from asprofile.objects.rules import Changes, WritingRules
from asprofile.storescu.invention import described, invented
from asprofile.storescu.loading import NO_MEMORY, Condition, Unloaded, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.objects.inventing import ObjectIdentity
    from asprofile.objects.preparing import DataSource
    from asprofile.objects.rules import ElementChange
    from asprofile.objects.vrs import Scope
    from asprofile.storescu.settings import StorescuSettings

_EXPLICIT: Final = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
_NAMELESS: Final = "Unknown Transfer Syntax"


BAD_DATA: Final = Condition("0006:0202", "DIMSE Inappropriate data for message")
NO_CONTEXT: Final = Condition("0006:0208", "DIMSE No valid Presentation Context ID")
SEND_FAILED: Final = Condition("0006:020e", "DIMSE Failed to send message")
NOT_SENT_IN: Final = Condition("0006:020d", "DIMSE Failed to receive message")
"""DCMTK's words for a transfer syntax in which it sends nothing."""

LogLine = tuple[str, str]
"""A level and a message for the log."""


@dataclass(frozen=True, slots=True)
class LoggedObject:
    """A file that can be sent; ``lines`` are for the log when it is its turn. ``source`` is open. ``time``: how often
    it will then have been sent.
    """

    name: str
    time: int
    source: DataSource
    context: AcceptedContext
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Hopeless:
    """A file that cannot be sent, and why. ``announced``: DCMTK finds out only after it has said that it sends it in a
    context of this SOP class; ``failure`` is said after that.
    """

    name: str
    time: int
    lines: tuple[LogLine, ...]
    condition: Condition
    announced: str = ""
    failure: tuple[LogLine, ...] = ()


@dataclass(frozen=True, slots=True)
class _Needed:
    """An element that is left as it is, and missed if it is not there."""

    missing: Callable[[], None]

    def value(self, vr: str | None, length: int | None, scope: Scope) -> None:  # noqa: ARG002 - as a Change has it
        if vr is None:
            self.missing()


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Pixel data in a transfer syntax that no release of DCMTK knows."""

    told: str
    seen: str

    def value(self, vr: str | None, length: int | None, scope: Scope) -> None:  # noqa: ARG002 - as a Change has it
        if vr is not None:
            raise ObjectError(
                f"has Pixel Data in transfer syntax {self.told}, which DCMTK does not know: it would send them as "
                f"{syntax_name(self.seen)}, whatever they are; convert the file with what wrote it"
            )


@dataclass(frozen=True, slots=True)
class _Anew:
    """A change of which nothing holds that it said before: elements out of order are gone through again."""

    change: ElementChange
    forget: Callable[[], object]

    @property
    def uid(self) -> str:
        return getattr(self.change, "uid", "")

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:
        self.forget()
        return self.change.value(vr, length, scope)


@dataclass
class Objects:
    """Prepares one file after the other for the contexts of one association."""

    settings: StorescuSettings
    negotiation: Negotiation
    release: str
    _told: str = ""
    """What the header of the current file says about its transfer syntax."""
    _identity: ObjectIdentity | None = None
    _lines: list[LogLine] = field(default_factory=list)
    _said: dict[int, tuple[LogLine, ...]] = field(default_factory=dict)
    """By tag, what the log says about elements that are missing, or could not be changed."""

    def __post_init__(self) -> None:
        sizes = self.settings.invention
        self._inventor = Inventor(sizes.series, sizes.study, sizes.patient) if sizes is not None else None
        level = DEFAULT_LEVEL if self.settings.compression is None else self.settings.compression
        named = list(named_in(os.environ.get("DCMDICTPATH", ""), os.pathsep))
        self._converter = Converter(
            policy="uncompressed",
            level=level,
            rules=WritingRules(dcmtk=True, new_vrs=self.settings.new_vrs),
            dictionaries=read_dictionaries(named) if named else None,
            change=self._changes,
        )

    def prepare(self, name: str, time: int) -> LoggedObject | Hopeless:
        """Read a file, change it if that is wanted, find its context, and open it in that transfer syntax."""
        self._lines, self._said = [], {}
        found = load(name, self.settings.reading, self.release)
        if isinstance(found, Unloaded) and found.condition is not None:
            text = f"Bad DICOM file: {name}: {found.condition.text}: {found.reason}"
            return Hopeless(name, time, (("error", text),), found.condition)
        if self._inventor is not None:
            self._identity = self._inventor.next()
            self._lines.append(("info", described(self._identity)))
        if isinstance(found, Unloaded):
            return self._without_uids(name, time)
        header, self._told = found.header, found.told
        context = self._context(header)
        if context is None and header.borrowed:
            return self._without_uids(name, time)
        if context is None:
            code = class_code(header.sop_class, self.release)
            text = f"No presentation context for: ({code}) {header.sop_class}"
            return Hopeless(name, time, (*self._lines, ("error", text)), NO_CONTEXT)
        return self._opened(name, time, header, context, writable=found.writable)

    def _opened(
        self, name: str, time: int, header: ObjectHeader, context: AcceptedContext, *, writable: bool
    ) -> LoggedObject | Hopeless:
        own, wanted = header.transfer_syntax, context.transfer_syntax
        entry = transfer_syntaxes().get(wanted)
        condition, reason = SEND_FAILED, ""
        source: DataSource | None = None
        misses_uids = header.borrowed
        if entry is None or not entry.sent_by(self.release):
            condition = Condition(NOT_SENT_IN.code, f"{NOT_SENT_IN.text}\n{_unsupported(wanted)}")
        elif not writable:
            reason = f"unable to convert dataset from '{syntax_name(own)}' transfer syntax to '{syntax_name(wanted)}'"
        else:
            try:
                source = self._converter.open(header, wanted)
            except (ObjectError, MemoryError) as error:
                reason = str(error) or NO_MEMORY.text
            misses_uids = not self._said.keys().isdisjoint((SOP_CLASS, SOP_INSTANCE))
        lines = (*self._lines, *(line for said in self._said.values() for line in said))
        if misses_uids:
            # Those of the header would do, but DCMTK goes by the data set alone.
            if source is not None:
                source.close()
            return self._without_uids(name, time, lines)
        if own != wanted or not at_least(self.release, "3.6.8"):
            lines += (("info", f"Converting transfer syntax: {self._named(own)} -> {self._named(wanted)}"),)
        if source is not None:
            return LoggedObject(name, time, source, context, lines)
        return self._failing(name, time, header, lines, condition, reason)

    def _without_uids(self, name: str, time: int, lines: tuple[LogLine, ...] | None = None) -> Hopeless:
        said = tuple(self._lines) if lines is None else lines
        return Hopeless(name, time, (*said, ("error", f"No SOP Class or Instance UID in file: {name}")), BAD_DATA)

    def _named(self, uid: str) -> str:
        entry = transfer_syntaxes().get(uid)
        return entry.name if entry is not None and entry.known_to(self.release) else _NAMELESS

    def _failing(
        self, name: str, time: int, header: ObjectHeader, lines: tuple[LogLine, ...], condition: Condition, reason: str
    ) -> Hopeless:
        """Of what DCMTK begins to send, and cannot write."""
        titles = f"({self.negotiation.request.calling_ae},{self.negotiation.request.called_ae})"
        failure: tuple[LogLine, ...] = (("error", f"Store Failed, file: {name}:\n{condition}"),)
        if reason:
            failure = (("warn", f"DIMSE Warning: {titles}: sendMessage: {reason}"), *failure)
        return Hopeless(name, time, lines, condition, header.sop_class, failure)

    def _context(self, header: ObjectHeader) -> AcceptedContext | None:
        """The context that DCMTK takes: its own transfer syntax; an explicit uncompressed one; the implicit one; any.

        With --propose-deflated, a deflated one first, for whatever is not compressed.
        """
        accepted = [
            AcceptedContext(context.id, context.abstract_syntax, context.transfer_syntax)
            for context in self.negotiation.usable.values()
            if context.transfer_syntax is not None and context.abstract_syntax == header.sop_class
        ]
        entry = transfer_syntaxes().get(header.transfer_syntax)
        deflated = "native" if at_least(self.release, "3.6.9") else ("native", "referenced")
        deflating = (
            self.settings.preferred == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
            and entry is not None
            and entry.pixel_format in deflated
        )
        own = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN if deflating else header.transfer_syntax
        for wanted in ((own,), _EXPLICIT, (IMPLICIT_VR_LITTLE_ENDIAN,)):
            for context in accepted:
                if context.transfer_syntax in wanted:
                    return context
        return accepted[0] if accepted else None

    def _changes(self, header: ObjectHeader) -> Changes:
        looked_at: dict[int, ElementChange] = {
            tag: _Needed(partial(self._said.__setitem__, tag, ())) for tag in (SOP_CLASS, SOP_INSTANCE)
        }
        if header.transfer_syntax != self._told and self._told not in transfer_syntaxes():
            looked_at[PIXEL_DATA] = _Unknown(self._told, header.transfer_syntax)
        if self._identity is not None:
            looked_at |= invented(self._identity, self._not_changed)
        return Changes({tag: _Anew(change, partial(self._said.pop, tag, None)) for tag, change in looked_at.items()})

    def _not_changed(self, tag: int, text: str) -> None:
        self._said[tag] = (("error", text),)


def _unsupported(uid: str) -> Condition:
    return Condition("0006:0212", f"DIMSE Unsupported transfer syntax: {uid}")
