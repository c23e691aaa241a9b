"""One file on its way to storescu's peer: read, given a new identity, put into a presentation context.

Belongs here: what is decided about one file, as DCMTK decides it, and what the log says of that. Does not belong here:
the association (``storescu_run``), rewriting data sets (``objects``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asprofile.cli.storescu_dumps import class_code
from asprofile.cli.storescu_invention import described, invented
from asprofile.errors import ObjectError
from asprofile.names.dcmtk import syntax_names
from asprofile.negotiate.choose import AcceptedContext
from asprofile.objects.converting import DEFAULT_LEVEL, Converter
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.dictionaries import named_in, read_dictionaries
from asprofile.objects.encoding import SOP_CLASS, SOP_INSTANCE
from asprofile.objects.header import Header, Unreadable, examine
from asprofile.objects.inventing import Inventor
from asprofile.objects.rewriting import Changes, Rules
from asprofile.objects.stretches import BrokenObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.cli.storescu_settings import Settings
    from asprofile.negotiate.choose import Negotiation
    from asprofile.objects.preparing import DataSource
    from asprofile.objects.rewriting import Change
    from asprofile.objects.vrs import Scope

_LE_IMPLICIT: Final = "1.2.840.10008.1.2"
_EXPLICIT: Final = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
_DEFLATED: Final = "1.2.840.10008.1.2.1.99"
_NATIVE: Final = (_LE_IMPLICIT, *_EXPLICIT, _DEFLATED)


@dataclass(frozen=True, slots=True)
class Condition:
    """What went wrong, with DCMTK's number for it."""

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


PREMATURE_END: Final = "0001:000a"
_MISSING: Final = {"value": "0001:0004", "end": "0001:0022"}
"""What DCMTK calls an invalid stream, and a sequence without its end."""
BAD_DATA: Final = Condition("0006:0202", "DIMSE Inappropriate data for message")
NO_CONTEXT: Final = Condition("0006:0208", "DIMSE No valid Presentation Context ID")
SEND_FAILED: Final = Condition("0006:020e", "DIMSE Failed to send message")

Line = tuple[str, str]
"""A level and a message for the log."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that can be sent; ``lines`` are for the log when it is its turn. ``source`` is open. ``time``: how often
    it will then have been sent.
    """

    name: str
    time: int
    source: DataSource
    context: AcceptedContext
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Hopeless:
    """A file that cannot be sent, and why. ``announced``: DCMTK finds out only after it has said that it sends it in a
    context of this SOP class; ``failure`` is said after that.
    """

    name: str
    time: int
    lines: tuple[Line, ...]
    condition: Condition
    announced: str = ""
    failure: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Needed:
    """An element that is left as it is, and missed if it is not there."""

    missing: Callable[[], None]

    def value(self, vr: str | None, length: int | None, scope: Scope) -> None:  # noqa: ARG002 - as a Change has it
        if vr is None:
            self.missing()


@dataclass
class Objects:
    """Prepares one file after the other for the contexts of one association."""

    settings: Settings
    negotiation: Negotiation
    release: str
    _lines: list[Line] = field(default_factory=list)
    _without_uids: bool = False

    def __post_init__(self) -> None:
        sizes = self.settings.invention
        self._inventor = Inventor(sizes.series, sizes.study, sizes.patient) if sizes is not None else None
        level = DEFAULT_LEVEL if self.settings.compression is None else self.settings.compression
        named = list(named_in(os.environ.get("DCMDICTPATH", ""), os.pathsep))
        self._converter = Converter(
            policy="uncompressed",
            level=level,
            rules=Rules(dcmtk=True, new_vrs=self.settings.new_vrs),
            dictionaries=read_dictionaries(named) if named else None,
            change=self._changes,
        )

    def prepare(self, name: str, time: int) -> Ready | Hopeless:
        """Read a file, change it if that is wanted, find its context, and open it in that transfer syntax."""
        self._lines, self._without_uids = [], False
        header = examine(name, reading=self.settings.reading)
        if isinstance(header, Unreadable):
            text = f"Bad DICOM file: {name}: {header.reason}"
            return Hopeless(name, time, (("error", text),), Condition(PREMATURE_END, header.reason))
        try:
            _check_whole(header)
        except ObjectError as error:
            reason = error.reason if isinstance(error, BrokenObject) else str(error)
            text = f"Bad DICOM file: {name}: {reason}"
            code = _MISSING.get(getattr(error, "missing", ""), PREMATURE_END)
            return Hopeless(name, time, (("error", text),), Condition(code, reason))
        context = self._context(header)
        if context is None:
            code = class_code(header.sop_class, self.release)
            text = f"No presentation context for: ({code}) {header.sop_class}"
            return Hopeless(name, time, (("error", text),), NO_CONTEXT)
        return self._opened(name, time, header, context)

    def _opened(self, name: str, time: int, header: Header, context: AcceptedContext) -> Ready | Hopeless:
        own, wanted = header.transfer_syntax, context.transfer_syntax
        reason = ""
        source: DataSource | None = None
        if own == wanted or wanted in self._converter.targets(header.sop_class, own):
            try:
                source = self._converter.open(header, wanted)
            except ObjectError as error:
                reason = str(error)
        else:
            reason = f"unable to convert dataset from '{_named(own)}' transfer syntax to '{_named(wanted)}'"
        lines = tuple(self._lines)
        if source is not None and self._without_uids:
            # Those of the header would do, but DCMTK goes by the data set alone.
            source.close()
            return Hopeless(name, time, (*lines, ("error", f"No SOP Class or Instance UID in file: {name}")), BAD_DATA)
        if own != wanted:
            lines += (("info", f"Converting transfer syntax: {_named(own)} -> {_named(wanted)}"),)
        if source is not None:
            return Ready(name, time, source, context, lines)
        titles = f"({self.negotiation.request.calling_ae},{self.negotiation.request.called_ae})"
        failure = (
            ("warn", f"DIMSE Warning: {titles}: sendMessage: {reason}"),
            ("error", f"Store Failed, file: {name}:\n{SEND_FAILED}"),
        )
        return Hopeless(name, time, lines, SEND_FAILED, header.sop_class, failure)

    def _context(self, header: Header) -> AcceptedContext | None:
        """The context that DCMTK takes: its own transfer syntax; an explicit uncompressed one; the implicit one; any.

        With --propose-deflated, a deflated one first, for whatever is not compressed.
        """
        accepted = [
            AcceptedContext(context.id, context.abstract_syntax, context.transfer_syntax)
            for context in self.negotiation.usable.values()
            if context.transfer_syntax is not None and context.abstract_syntax == header.sop_class
        ]
        deflating = self.settings.preferred == _DEFLATED and header.transfer_syntax in _NATIVE
        own = _DEFLATED if deflating else header.transfer_syntax
        for wanted in ((own,), _EXPLICIT, (_LE_IMPLICIT,)):
            for context in accepted:
                if context.transfer_syntax in wanted:
                    return context
        return accepted[0] if accepted else None

    def _changes(self, header: Header) -> Changes:  # noqa: ARG002 - whatever the object
        looked_at: dict[int, Change] = {tag: _Needed(self._missing) for tag in (SOP_CLASS, SOP_INSTANCE)}
        if self._inventor is None:
            return Changes(looked_at)
        identity = self._inventor.next()
        self._lines.append(("info", described(identity)))
        return Changes(looked_at | invented(identity, self._not_changed))

    def _not_changed(self, tag: int, text: str) -> None:
        self._lines.append(("error", text))
        if tag == SOP_INSTANCE:
            self._missing()

    def _missing(self) -> None:
        self._without_uids = True


def _check_whole(header: Header) -> None:
    """DCMTK reads all of a file before it looks for a context, and zeros behind the last element as elements."""
    source = DataSetFile(header)
    try:
        source.measure()
        if source.filler % 8:
            raise BrokenObject(f"behind its last element stand {source.filler:,} zeros, which make no whole elements")
    finally:
        source.close()


def _named(uid: str) -> str:
    return syntax_names().get(uid, uid)
