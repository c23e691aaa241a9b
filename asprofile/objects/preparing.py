"""The interface between an object's file and the network, where conversion and changes plug in.

Belongs here: the two protocols that a sender uses. Does not belong here: the preparer that leaves everything as it is
(``as_it_is``), conversions and changes; which presentation context is chosen (``negotiate.choose``).

A sender asks a Preparer twice. ``targets``, before anything is proposed and again when a context is chosen: in which
transfer syntaxes may objects of this kind go besides their own? ``open``, right before an object is sent: give me the
data set in this transfer syntax. The object's own transfer syntax always comes first, so what the peer takes as it is
goes as it is (but for what ``open`` changes on purpose).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.header import ObjectHeader


class DataSource(Protocol):
    """A data set ready to be sent; ``DataSetFile`` is the plain one. Used by one thread at a time.

    It may have a ``note``, a string for people: what was changed in the object without an explicit request.
    """

    @property
    def header(self) -> ObjectHeader:
        """The object as it is sent: ``path`` of its file, and the SOP class, SOP instance and transfer syntax that the
        data set in ``pieces`` really has. The sender puts these into the C-STORE command. ``sop_class`` has to be that
        of the header ``open`` was given, for the presentation context was chosen by it; ``dataset_offset`` and
        ``size`` are not looked at.
        """

    @property
    def length(self) -> int:
        """Bytes of the data set, exactly as many as ``pieces`` gives; at least 1, and even (PS3.8 annex E.2). Known
        before the first is asked for, because the last fragment has to be marked.
        """

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The data set in order, in pieces of at most ``len(buffer)`` bytes, each but the last exactly that long, so
        that they fill whole PDUs.

        A piece may lie in ``buffer`` (writable, the sender's, the same for all objects of an association) or anywhere
        else; it is used up before the next is asked for. Raises ObjectError if the data set cannot be had after all:
        what was sent is then taken back by aborting the association, so find out in ``open`` what can be found out
        there. Called at most once.
        """

    def close(self) -> None:
        """Let go of files and memory. Called exactly once, also without or in the middle of ``pieces``. Never
        raises.
        """


class Preparer(Protocol):
    """Prepares objects for sending. Used by several threads at once when there are several associations.

    May hold options (a conversion policy, attributes to set) but nothing about single objects: an object whose
    association was lost is opened again for the next.
    """

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:
        """Transfer syntaxes in which an object of this SOP class, encoded like this, may be sent besides its own,
        preferred first; empty if there are none. Cheap, and always the same answer to the same question.
        """

    def open(self, header: ObjectHeader, transfer_syntax: str) -> DataSource:
        """The object's data set in ``transfer_syntax``, its own or one of ``targets``.

        Raises ObjectError if that cannot be done: the object is then refused, nothing of it is sent, and ``str(error)``
        is worded to follow the path and a colon. May take long: it is called while the peer works on the
        object before.
        """
