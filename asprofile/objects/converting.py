"""The preparer that converts and changes objects on their way.

Belongs here: which transfer syntaxes an object may go into under a policy, and putting reading, rewriting,
decompression and deflation together for one object. Does not belong here: any of these themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Final, Literal

from asprofile.errors import ObjectError
from asprofile.names import transfer_syntaxes
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.decoding import CODES
from asprofile.objects.encoding import (
    DEFLATED,
    ENCAPSULATED_UNCOMPRESSED,
    SOP_INSTANCE,
    UNCOMPRESSED,
    encoding_of,
)
from asprofile.objects.prepared import Original, Output, PreparedDataSet, inflate
from asprofile.objects.rewriting import NO_CHANGES, Changes, Decoded, Disorder, Rewriter, Rules, Window
from asprofile.objects.room import DEFAULT_MAX_SIZE, Room
from asprofile.objects.vrs import VRs
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asprofile.objects.dictionaries import Dictionaries
    from asprofile.objects.header import Header
    from asprofile.objects.preparing import DataSource

Policy = Literal["never", "uncompressed", "lossless", "lossy"]
"""What may be converted so that an object finds a context: nothing; the encoding of data sets with native pixel data;
also lossless compression, by decompressing; also lossy compression."""

POLICIES: Final[tuple[Policy, ...]] = ("never", "uncompressed", "lossless", "lossy")
DEFAULT_LEVEL: Final = 6


@dataclass(frozen=True)
class Converter:
    """A ``preparing.Preparer``. Raises nothing when it is made.

    ``level`` is zlib's, 0 (stored) to 9, for what is deflated. ``max_size``: bytes that an object may have after it was
    inflated or decompressed. ``change`` gives the changes for one object, called
    each time one is opened; ``rules`` say how a data set is written anew (with ``rules.dcmtk`` each one is).
    """

    policy: Policy = "never"
    level: int = DEFAULT_LEVEL
    max_size: int = DEFAULT_MAX_SIZE
    rules: Rules = field(default_factory=Rules)
    dictionaries: Dictionaries | None = None
    change: Callable[[Header], Changes] | None = None

    @cached_property
    def _vrs(self) -> VRs:
        return VRs(self.dictionaries, dcmtk=self.rules.dcmtk)

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:  # noqa: ARG002 - as the protocol
        """The transfer syntaxes for such an object besides its own, preferred first."""
        if self.policy == "never" or not self._convertible(transfer_syntax):
            return ()
        return tuple(uid for uid in UNCOMPRESSED if uid != transfer_syntax)

    def _convertible(self, transfer_syntax: str) -> bool:
        if transfer_syntax in UNCOMPRESSED or transfer_syntax == ENCAPSULATED_UNCOMPRESSED:
            return True
        if self.policy == "uncompressed" or transfer_syntax not in CODES:
            return False
        known = transfer_syntaxes.get(transfer_syntax)
        return self.policy == "lossy" or (known is not None and known.lossless_only)

    def open(self, header: Header, transfer_syntax: str) -> DataSource:
        """The object in ``transfer_syntax``, changed as was asked for."""
        same = transfer_syntax == header.transfer_syntax
        changes = self.change(header) if self.change else NO_CHANGES
        vrs_stay = self.rules.new_vrs or not encoding_of(transfer_syntax).explicit
        if same and not self.rules.dcmtk and vrs_stay and changes == NO_CHANGES:
            return DataSetFile(header)
        original = Original(header)
        opened: list[IO[bytes]] = [original.file]
        try:
            return self._prepared(header, transfer_syntax, changes, original, opened)
        except BaseException as error:
            for file in opened:
                file.close()
            if isinstance(error, RecursionError):
                raise ObjectError("has sequences that are nested too deep") from None
            if isinstance(error, OSError):
                raise ObjectError(f"cannot be prepared: {(error.strerror or str(error)).lower()}") from error
            raise

    def _prepared(
        self, header: Header, transfer_syntax: str, changes: Changes, original: Original, opened: list[IO[bytes]]
    ) -> PreparedDataSet:
        start, window = header.dataset_offset, Window(original.file, header.size)
        if header.transfer_syntax in DEFLATED:
            inflated, length = inflate(original.file, start, header.size, Room(self.max_size))
            opened.append(inflated)
            start, window = 0, Window(inflated, length)
        output, changed = self._rewritten(header, transfer_syntax, changes, window, start, opened)
        new = getattr(changes.elements.get(SOP_INSTANCE), "uid", "") if SOP_INSTANCE in changed else ""
        sent = replaced(header, transfer_syntax=transfer_syntax, sop_instance=new or header.sop_instance)
        prepared = PreparedDataSet(sent, output.parts(), original, tuple(opened[1:]))
        deflate = transfer_syntax in DEFLATED
        return prepared.deflated(self.level) if deflate else prepared

    def _rewritten(
        self,
        header: Header,
        transfer_syntax: str,
        changes: Changes,
        window: Window,
        start: int,
        opened: list[IO[bytes]],
    ) -> tuple[Output, set[int]]:
        source, target = encoding_of(header.transfer_syntax), encoding_of(transfer_syntax)
        repairs: Mapping[int, Changes] = {}
        decoded: Mapping[int, Decoded] = {}
        if header.transfer_syntax not in UNCOMPRESSED and transfer_syntax in UNCOMPRESSED:
            from asprofile.objects.pixels import decompress  # needs much, and is seldom needed

            repairs, decoded = decompress(window, start, header.transfer_syntax, opened, Room(self.max_size))
        ordered = False
        while True:
            output = Output()
            opened.append(output.file)
            rewriter = Rewriter(
                window,
                source,
                target,
                output,
                self._vrs,
                rules=self.rules,
                repairs=repairs,
                decoded=decoded,
                ordered=ordered,
            )
            try:
                rewriter.run(start, changes)
            except Disorder:
                ordered = True
                continue
            if not output.position:
                raise ObjectError("has nothing left to be sent")
            return output, rewriter.changed
