"""Decodes one compressed frame to native samples in little endian, as wide as Bits Allocated says.

Belongs here: the choice of the decoder, and making its result the frame that the attributes describe. Does
not belong here: whether the frame may be decoded at all (``images``), which has to be asked first.

There is one decoder for each compression, because two decoders make different colours from the same image; none of them
converts colours.
"""

from __future__ import annotations

import struct
import warnings
from typing import TYPE_CHECKING, Any, Final, Literal

from asprofile.errors import ObjectError
from asprofile.names.transfer_syntaxes import transfer_syntaxes
from asprofile.objects import rle
from asprofile.objects.codestreams import CodeStream, read_code_stream
from asprofile.objects.encoding import ITEM, SEQUENCE_END
from asprofile.objects.images import Image, becomes_rgb, check, check_length, refused
from asprofile.program import installing

if TYPE_CHECKING:
    from pydicom.pixels.decoders.base import Decoder

CodecKind = Literal["jpeg", "jpegls", "j2k", "rle"]

_PLUGINS: Final = {"jpeg": "pylibjpeg", "jpegls": "pyjpegls", "j2k": "pylibjpeg"}
# What decodes the transfer syntaxes of a family.
_CODECS: Final[dict[str, CodecKind]] = {"jpeg": "jpeg", "jpeg-ls": "jpegls", "j2k": "j2k", "htj2k": "j2k", "rle": "rle"}
CODES: Final = {
    syntax.uid: (_CODECS[syntax.family], syntax.lossless_only)
    for syntax in transfer_syntaxes()
    if syntax.family in _CODECS and not syntax.retired
}
"""The transfer syntaxes that can be decompressed: the codec, and whether they promise that nothing was lost."""

# What a decoder may raise over data that are not what they should be.
_DECODER_ERRORS: Final = (
    RuntimeError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, EOFError, OSError,
    NotImplementedError, MemoryError, struct.error,
)  # fmt: skip


class FrameDecoder:
    """Decodes the frames of one image. Raises ObjectError if there is no codec.

    ``lossy`` and ``converted`` (colours, to RGB) tell of the frames so far; ``planar`` is the Planar Configuration of
    what comes out.
    """

    def __init__(self, image: Image, transfer_syntax: str) -> None:
        self.kind, self._lossless = CODES[transfer_syntax]
        self.lossy = self.converted = False
        restored = self.kind in ("rle", "jpegls") and image.planar == 1  # as dcmdrle and dcmdjpls do
        self.planar = int(restored and image.samples > 1)
        self._image = image
        self._decoder = None if self.kind == "rle" else _decoder(transfer_syntax)

    def decode(self, frame: bytes) -> bytes | bytearray:
        """Raises ObjectError, whose text goes on after "a frame"."""
        image = self._image
        if self._decoder is None:
            return rle.decode_frame(frame, image.pixels, image.samples, image.allocated // 8, planar=bool(self.planar))
        stream = read_code_stream(self.kind, frame)
        check(image, stream, kind=self.kind, lossless=self._lossless)
        check_length(stream, len(frame))
        decoded, planar = _decoded(self._decoder, _PLUGINS[self.kind], image, stream, frame)
        self.lossy |= stream.lossy
        return self._fitted(decoded, stream, planar)

    def _fitted(self, decoded: bytes, stream: CodeStream, planar: int) -> bytes:
        """The samples with the width, the order and the colours that they are to have."""
        import numpy as np

        image = self._image
        width = _width(stream)
        expected = image.pixels * image.samples * width
        if len(decoded) != expected:
            raise ObjectError(f"of {expected} bytes became {len(decoded)} when it was decoded")
        letter = "i" if stream.signed else "u"
        samples = np.frombuffer(decoded, f"<{letter}{width}")
        if stream.lossy and stream.precision > image.stored and _beyond(samples, image):
            raise ObjectError(f"has samples that do not fit Bits Stored ({image.stored}) after lossy compression")
        rgb = becomes_rgb(image, stream, self.kind)
        if width == image.allocated // 8 and planar == self.planar and not rgb:
            return decoded
        samples = samples.astype(f"<{letter}{image.allocated // 8}")
        if image.samples > 1:
            shape = (image.samples, image.pixels)
            planes = samples.reshape(shape) if planar else samples.reshape(shape[::-1]).T
            if rgb:
                planes = _rgb(planes, stream.precision)
                self.converted = True
            samples = planes if self.planar else planes.T
        return samples.tobytes()


def installing_codec(transfer_syntax: str) -> str:
    """The command that installs the codec for a transfer syntax; empty if it is there, or none is needed."""
    kind = CODES[transfer_syntax][0] if transfer_syntax in CODES else "rle"
    if kind == "rle" or _PLUGINS[kind] in _asked_of_pydicom(transfer_syntax).available_plugins:
        return ""
    return installing("codecs")


def _asked_of_pydicom(transfer_syntax: str) -> Decoder:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    return get_decoder(UID(transfer_syntax))


def _decoder(transfer_syntax: str) -> Decoder:
    decoder = _asked_of_pydicom(transfer_syntax)
    if missing := installing_codec(transfer_syntax):
        raise refused(f"there is no codec for {decoder.UID.name}; get one with {missing}")
    # Remarks about oddities; those that do harm are looked for before.
    warnings.filterwarnings("ignore", module=r"pydicom\.", category=UserWarning)
    return decoder


def _width(stream: CodeStream) -> int:
    """Bytes of a sample as decoders give it."""
    return 1 if stream.precision <= 8 else 2 if stream.precision <= 16 else 4


def _decoded(decoder: Decoder, plugin: str, image: Image, stream: CodeStream, frame: bytes) -> tuple[bytes, int]:
    """The decoder's result for a frame, and its Planar Configuration."""
    options: dict[str, Any] = {
        "rows": image.rows,
        "columns": image.columns,
        "samples_per_pixel": image.samples,
        "photometric_interpretation": image.photometric,
        "planar_configuration": 0,
        "bits_allocated": 8 * _width(stream),
        "bits_stored": image.stored,
        "pixel_representation": int(image.signed),
        "number_of_frames": 1,
    }
    source = struct.pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, 0)
    source += struct.pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, len(frame)) + frame
    source += struct.pack("<HHL", SEQUENCE_END >> 16, SEQUENCE_END & 0xFFFF, 0)
    try:
        decoded, after = decoder.as_buffer(source, index=0, decoding_plugin=plugin, **options)
    except _DECODER_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        raise ObjectError(f"cannot be decoded: {reason or type(error).__name__}") from error
    return bytes(decoded), int(after.get("planar_configuration", 0))


def _beyond(samples: Any, image: Image) -> bool:
    """Is any sample, as a number or as a pattern of bits, outside of what Bits Stored allows?"""
    top = 1 << image.stored
    if not image.signed:
        return bool((samples >= top).any())
    # A negative sample has the bits above Bits Stored set or not; both are read alike.
    upper = samples.astype("i8") >> (image.stored - 1)
    filled = (1 << (8 * samples.itemsize - image.stored + 1)) - 1
    return bool(((upper != 0) & (upper != 1) & (upper != filled) & (upper != -1)).any())


def _rgb(planes: Any, precision: int) -> Any:
    """Full-range YCbCr to RGB (PS3.3 section C.7.6.3.1.2), rounded, in place of the planes."""
    import numpy as np

    middle, top = 1 << (precision - 1), (1 << precision) - 1
    y, cb, cr = (plane.astype(np.float32) for plane in planes)
    cb -= middle
    cr -= middle
    colours = (y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb)
    return np.stack([np.clip(np.floor(colour + 0.5), 0, top) for colour in colours]).astype(planes.dtype)
