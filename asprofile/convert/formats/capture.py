"""A network capture: pcap or pcapng."""

from __future__ import annotations

from asprofile.convert.exchange import ConversionSource, Reading
from asprofile.convert.formats.form import Format
from asprofile.errors import ConversionError

# The first bytes of pcap in both byte orders, of micro- and nanoseconds, and of pcapng.
_MAGIC = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a")


def _read(source: ConversionSource) -> Reading:
    head = source.stream.read(4)
    if head not in _MAGIC:
        raise ConversionError("no capture: it begins as neither a pcap nor a pcapng file does")
    # Not needed by the other formats.
    from asprofile.convert.seen import reading
    from asprofile.logs.encoded import with_head

    if source.captured is None:
        raise ConversionError("captures are not read here")
    return reading(source.captured(with_head(head, source.stream)), source, "capture")


FORMAT = Format(
    "capture",
    "network capture",
    "either",
    False,
    _read,
    None,
    begins=lambda head: head.startswith(_MAGIC),
    binary=True,
)
