"""The preparer that converts and changes objects while they are sent.

Belongs here: the transfer syntaxes that an object may be converted to under a policy, and putting reading, rewriting,
decompression and deflation together for one object. Does not belong here: any of these themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import IO, TYPE_CHECKING, Final, Literal

from asprofile.errors import ObjectError
from asprofile.names import dcmtk, transfer_syntaxes
from asprofile.names.well_known import DEFLATED, ENCAPSULATED_UNCOMPRESSED, GE_IMPLICIT_VR, UNCOMPRESSED
from asprofile.objects.dataset import even_file, original_of
from asprofile.objects.decoding import CODES
from asprofile.objects.elements import Disorder, Window
from asprofile.objects.encoding import SOP_INSTANCE, encoding_of
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.prepared import DataSetOutput, PreparedDataSet, inflate
from asprofile.objects.rewriting import Rewriter
from asprofile.objects.room import DEFAULT_MAX_SIZE, Room
from asprofile.objects.rules import ANY_PIXELS, NO_CHANGES, Changes, Decoded, PixelRules, WritingRules
from asprofile.objects.stretches import LONGEST_STRETCHES, Stretch
from asprofile.objects.vrs import VRs
from asprofile.objects.whole import find_extent, walk
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from io import BytesIO

    from asprofile.objects.dataset import HeldObject, Original
    from asprofile.objects.dictionaries import Dictionaries
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import DataSource

Policy = Literal["never", "uncompressed", "lossless", "lossy"]
"""What may be converted so that an object finds a context: nothing; the encoding of data sets with native pixel data;
also lossless compression, by decompressing; also lossy compression."""

POLICIES: Final[tuple[Policy, ...]] = ("never", "uncompressed", "lossless", "lossy")
DEFAULT_LEVEL: Final = 6

_MADE_EVEN: Final = "made odd values even, as PS3.5 section 7.1.1 wants them"


@dataclass(frozen=True)
class Converter:
    """A ``preparing.Preparer``. Raises nothing when it is made.

    ``level`` is zlib's, 0 (stored) to 9, for what is deflated. ``max_size``: bytes that an object may have after it was
    inflated or decompressed, also one that goes as it is; None: DEFAULT_MAX_SIZE, and
    LONGEST_STRETCHES for what goes as it is.
    ``change`` gives the changes for one object, called each time one is opened; ``rules`` say how a data set is written
    again (with ``rules.dcmtk`` each one is).
    ``truncated``: a data set that is not whole is sent if it can go as it is. ``padded``: what is deflated gets an even
    length, as a message needs it.
    """

    policy: Policy = "never"
    level: int = DEFAULT_LEVEL
    max_size: int | None = None
    rules: WritingRules = field(default_factory=WritingRules)
    dictionaries: Dictionaries | None = None
    change: Callable[[ObjectHeader], Changes] | None = None
    truncated: bool = False
    padded: bool = True

    @cached_property
    def _vrs(self) -> VRs:
        return VRs(self.dictionaries, dcmtk=self.rules.dcmtk)

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:  # noqa: ARG002 - as the protocol
        """The transfer syntaxes for such an object besides its own, preferred first. With ``rules.dcmtk``, ``open``
        takes any other for what has no pixel data.
        """
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

    def _room(self) -> Room:
        return Room(DEFAULT_MAX_SIZE if self.max_size is None else self.max_size)

    def open(
        self, header: ObjectHeader, transfer_syntax: str, in_front: int = 0, held: BytesIO | None = None
    ) -> DataSource:
        """The object in ``transfer_syntax``, changed as asked for, after ``in_front`` bytes of its file. ``held`` is
        used in the place of the file, which need not be there, with ``rules.dcmtk``; it may be closed after an error.
        """
        same = transfer_syntax == header.transfer_syntax
        changes = self.change(header) if self.change else NO_CHANGES
        vrs_stay = self.rules.new_vrs or not encoding_of(transfer_syntax).explicit
        if same and not self.rules.dcmtk and not self.rules.even and vrs_stay and changes == NO_CHANGES:
            longest = LONGEST_STRETCHES if self.max_size is None else self.max_size
            source = even_file(header, truncated=self.truncated, longest=longest)
            return made_even(header) if source is None else source
        original = original_of(header, held)
        opened: list[IO[bytes]] = [original.file]
        try:
            return self._prepared(header, transfer_syntax, changes, original, opened, in_front)
        except BaseException as error:
            for file in opened:
                file.close()
            if isinstance(error, BrokenObject) and self.truncated:
                raise ObjectError(f"is damaged, and can only be sent as it is: {error.reason}") from None
            if isinstance(error, RecursionError):
                raise ObjectError("has sequences that are nested too deep") from None
            if isinstance(error, OSError):
                raise ObjectError(f"cannot be prepared: {(error.strerror or str(error)).lower()}") from error
            raise

    def _prepared(
        self,
        header: ObjectHeader,
        transfer_syntax: str,
        changes: Changes,
        original: Original | HeldObject,
        opened: list[IO[bytes]],
        in_front: int,
    ) -> PreparedDataSet:
        start = header.dataset_offset
        if header.transfer_syntax in DEFLATED:
            inflated, length = inflate(original.file, start, header.size, self._room())
            opened.append(inflated)
            start, window = 0, Window(inflated, walk(Stretch(inflated, length), 0, header.transfer_syntax).end)
        else:
            window = Window(original.file, find_extent(original.file, header).end)
        output, changed, note = self._rewritten(header, transfer_syntax, changes, window, start, opened, in_front)
        new = getattr(changes.elements.get(SOP_INSTANCE), "uid", "") if SOP_INSTANCE in changed else ""
        sent = replaced(header, transfer_syntax=transfer_syntax, sop_instance=new or header.sop_instance)
        prepared = PreparedDataSet(sent, output.parts(), original, tuple(opened[1:]), note)
        deflate = transfer_syntax in DEFLATED
        return prepared.deflated(self.level, padded=self.padded) if deflate else prepared

    def _rewritten(
        self,
        header: ObjectHeader,
        transfer_syntax: str,
        changes: Changes,
        window: Window,
        start: int,
        opened: list[IO[bytes]],
        in_front: int,
    ) -> tuple[DataSetOutput, set[int], str]:
        """What is sent, the tags that were changed, and what was done beyond that."""
        source, target = encoding_of(header.transfer_syntax), encoding_of(transfer_syntax)
        repairs: Mapping[int, Changes] = {}
        decoded: Mapping[int, Decoded] = {}
        pixels = ANY_PIXELS
        if self.rules.dcmtk and self.policy in ("never", "uncompressed"):
            pixels = _pixels_of_dcmtk(header.transfer_syntax, transfer_syntax)
        elif header.transfer_syntax not in UNCOMPRESSED and transfer_syntax in UNCOMPRESSED:
            from asprofile.objects.pixels import decompress  # needs much, and is seldom needed

            repairs, decoded = decompress(window, start, header.transfer_syntax, opened, self._room())
        ordered, rules = False, self.rules
        while True:
            output = DataSetOutput()
            opened.append(output.file)
            rewriter = Rewriter(
                window,
                source,
                target,
                output,
                self._vrs,
                rules=rules,
                repairs=repairs,
                decoded=decoded,
                ordered=ordered,
                pixels=pixels,
                in_front=in_front,
            )
            try:
                rewriter.run(start, changes)
            except Disorder:
                ordered = True
                continue
            if not output.position:
                raise ObjectError("has nothing left to be sent")
            if not output.position % 2 or transfer_syntax in DEFLATED:
                return output, rewriter.changed, _MADE_EVEN if rules.even and not rules.dcmtk else ""
            if rules.even:
                raise ObjectError("has an odd length, and no value that could be made even")
            rules = replace(rules, even=True)


def made_even(header: ObjectHeader) -> DataSource:
    """The object with its odd values made even (PS3.5 section 7.1.1), and otherwise as it is."""
    return Converter(rules=WritingRules(even=True)).open(header, header.transfer_syntax)


def _pixels_of_dcmtk(own: str, wanted: str) -> PixelRules:
    """What DCMTK's programs write without codecs (3.6.0 to 3.7.0, DcmPixelData::canWriteXfer): what is compressed stays
    in its transfer syntax, and what is not is never put into one with compressed pixel data.
    """
    target = dcmtk.transfer_syntaxes().get(wanted)
    native = own == wanted or target is None or target.pixel_format != "encapsulated"
    encapsulated = own == wanted and (target is None or target.pixel_format == "encapsulated")
    names = f"'{dcmtk.syntax_name(own)}' transfer syntax to '{dcmtk.syntax_name(wanted)}'"
    return PixelRules(
        native=native,
        encapsulated=encapsulated,
        swapped=own == GE_IMPLICIT_VR != wanted,
        refusal=f"unable to convert dataset from {names}",
    )
