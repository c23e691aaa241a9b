"""Every exception that asprofile raises on purpose.

AsprofileError                  something the user can mend; str() is the message to show, exit status 2
|- LoadError                    DCMTK would refuse the profile file (has DCMTK's condition code and a span)
|- BrokenReader                 this Python's regular expressions do not read the file: asprofile's or Python's fault
|- ProfileNotFound              no profile of that name, here or among the samples
|- UnknownRelease               not a DCMTK release that asprofile has tables for
|- EditError                    a profile file that cannot be changed as asked
|  `- NotFormatted              a profile file with text that has no canonical form
|- ConfigurationError           asprofile.toml, pyproject.toml or an option is wrong
|- ConversionError              a file of another format that cannot be read, or a profile that it has no way to hold
|- ProposalError                a profile or an AE title that no A-ASSOCIATE-RQ can carry
|- ObjectError                  a file that is not a DICOM object that can be sent
`- AssociationError             no association, or it ended before its time
   |- ConnectionFailed          no transport connection (refused, unreachable, time-out)
   |  |- HostUnknown            no address for the name of the host
   |  `- TlsFailed              no TLS: certificates, versions or cipher suites; trying again does not help
   |- AssociationRejected       the peer said no (A-ASSOCIATE-RJ)
   |- IdentityNotConfirmed      the peer did not confirm the user identity, as it was asked to
   |- AssociationAborted        either side aborted (A-ABORT), or the connection was lost
   |- OutOfResources            the peer answered that it has no room (A7xxH), for as long as was waited
   `- ProtocolError             the peer broke the protocol (PS3.7, PS3.8)

What is wrong in a user's profile file is a value with a position (a problem of the model, a finding of the linter),
not an exception; LoadError is raised only by ``asprofile.load``, where the caller asked for a loaded file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from asprofile.printing import brief
from asprofile.program import quoted

if TYPE_CHECKING:
    from asprofile.text import Position, Source, Span


_BEFORE, _AFTER = 50, 26
"""Characters that are shown in front of a place, and after it."""


class AsprofileError(Exception):
    """Base of all errors of asprofile; ``str(error)`` is a complete message for the user, of some lines at most.

    A message may name arguments of the library: ``@{into}``, or with a value ``@{kind=profile}``. ``str(error)`` has
    them as a Python program writes them (``into``, ``kind='profile'``), ``typed`` as the options of a command.
    """

    def __init__(self, message: str = "") -> None:
        self._message = message
        super().__init__(brief(_ARGUMENT.sub(_as_written, message) if "@{" in message else message))

    @property
    def template(self) -> str:
        """The message as it was given, for another error that quotes it."""
        return self._message

    def typed(self, option: Callable[[str], str]) -> str:
        """The message with options in place of arguments; ``option`` gives that of an argument."""
        if "@{" not in self._message:
            return str(self)
        return brief(_ARGUMENT.sub(lambda one: _as_typed(option, *one.groups()), self._message))


_ARGUMENT = re.compile(r"@\{([a-z_]+)(?:=([^}]*))?\}")


def _as_written(argument: re.Match[str]) -> str:
    name, value = argument.groups()
    return name if value is None else f"{name}={value!r}"


def _as_typed(option: Callable[[str], str], name: str, value: str | None) -> str:
    return option(name) if value is None else f"{option(name)} {quoted(value)}"


class LoadError(AsprofileError):
    """DCMTK would refuse this profile file.

    ``code`` is DCMTK's condition code (module dcmnet, such as 1024; 7 is dcmdata's EC_IllegalCall), ``message`` says
    what is wrong, ``span`` where (byte offsets into the file that was read). ``source`` is that file and ``release``
    the release that refuses it, where they are known.
    """

    def __init__(
        self, code: int, message: str, span: Span, source: Source | None = None, release: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.source = source
        self.release = release

    @property
    def position(self) -> Position | None:
        """Line and column, from 1, and the byte offset; None if the file is not known."""
        return None if self.source is None else self.source.position(self.span.start)


class BrokenReader(AsprofileError):
    """The parser does not advance: an interpreter whose regular expressions do not do what the grammar says.

    No file brings this about on an interpreter that works. ``offset`` is where the reader is, in bytes.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset
        version = sys.version.partition(" ")[0]
        super().__init__(
            f"the reader does not get on at byte {offset}, which is no fault of the file: asprofile and this Python "
            f"({version}) do not go together; use another release of Python, and please report this"
        )


class ProfileNotFound(AsprofileError):
    """No profile of that name."""


class UnknownRelease(AsprofileError):
    """Not a DCMTK release that asprofile has tables for."""


class EditError(AsprofileError):
    """A profile file cannot be changed as asked; nothing was changed."""


class NotFormatted(EditError):
    """A profile file has text that has no canonical form: the message says what and what to do about it, ``span``
    where in ``source``.
    """

    def __init__(self, message: str, span: Span, source: Source) -> None:
        super().__init__(message)
        self.span = span
        self.source = source

    @property
    def position(self) -> Position:
        """Line and column, from 1, and the byte offset."""
        return self.source.position(self.span.start)


class ConfigurationError(AsprofileError):
    """asprofile.toml, [tool.asprofile] or an option value is wrong."""


class WhereError(ConfigurationError):
    """An expression of ``--where`` is none, or asks for what there is not.

    ``offset`` is where, in characters; the message shows the place, unless ``text`` is empty.
    """

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(f"{message}\n{_place_in(text, offset)}" if text else message)
        self.reason = message
        self.offset = offset


class LayoutError(ConfigurationError):
    """A layout of ``asprofile receive`` is none, or asks for what there is not; as WhereError."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(f"{message}\n{_place_in(text, offset)}" if text else message)
        self.reason = message
        self.offset = offset


def _place_in(text: str, offset: int) -> str:
    """The text around the place, and a mark below it."""
    start = max(0, offset - _BEFORE)
    end = min(len(text), max(offset, start) + _AFTER)
    shown = "".join(one if one.isprintable() else " " for one in text[start:end])
    before, after = "..." if start else "", "..." if end < len(text) else ""
    return f"  {before}{shown}{after}\n  {' ' * (len(before) + offset - start)}^"


class ConversionError(AsprofileError):
    """A file of another program's format cannot be read, or a profile cannot be written in that format.

    ``line`` and ``column`` count from 1; None where it is about no place of the file.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class ProposalError(AsprofileError):
    """A profile, AE title or limit that no A-ASSOCIATE-RQ can carry (PS3.8 section 9.3.2)."""


class ObjectError(AsprofileError):
    """A file is not a DICOM object that can be sent."""


class JournalError(AsprofileError):
    """The journal of a migration cannot be read or written, or a file is none."""


class AssociationError(AsprofileError):
    """No association could be had, or it ended before its time."""


class ConnectionFailed(AssociationError):
    """The transport connection could not be opened."""


class HostUnknown(ConnectionFailed):
    """The name of the host has no address."""


class TlsFailed(ConnectionFailed):
    """The TLS connection could not be made, for a reason that stays: trying again does not help."""


class IdentityNotConfirmed(AssociationError):
    """The peer was asked to confirm the user identity and did not (PS3.7 D.3.3.7.2); the association was aborted."""


class AssociationRejected(AssociationError):
    """The peer answered A-ASSOCIATE-RJ; ``result``, ``source``, ``reason`` as in PS3.8 Table 9-21."""

    def __init__(self, message: str, result: int, source: int, reason: int) -> None:
        super().__init__(message)
        self.result = result
        self.source = source
        self.reason = reason

    @property
    def is_transient(self) -> bool:
        """Rejected for the time being."""
        return self.result == 2

    @property
    def gives_no_reason(self) -> bool:
        """Rejected without information: so may an acceptor that accepts no context, or that is busy."""
        return (self.source, self.reason) in ((1, 1), (2, 1))


class AssociationAborted(AssociationError):
    """A-ABORT by either side, or the transport connection was lost.

    ``how`` tells special ways from all others (``lost``): the peer did not answer in time (``silence``), asked for the
    end in good order before everything was done (``release``), or sent an A-ABORT (``abort``).
    """

    def __init__(self, message: str, how: Literal["lost", "abort", "silence", "release"] = "lost") -> None:
        super().__init__(message)
        self.how = how


class OutOfResources(AssociationError):
    """The peer answered C-STORE with A7xxH, out of resources (PS3.4 Table B.2-1)."""


class ProtocolError(AssociationError):
    """The peer broke the upper layer protocol (PS3.8) or that of messages (PS3.7).

    ``how`` is ``answer`` if it answered what it was not asked, or something that is no answer.
    """

    def __init__(self, message: str, how: Literal["breach", "answer"] = "breach") -> None:
        super().__init__(message)
        self.how = how
