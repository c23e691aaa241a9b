"""How a message is cut into fragments, each in a P-DATA-TF PDU of its own (PS3.8 section 9.3.5 and Annex E).

Belongs here: how long a fragment is, and the buffers to send for a command set and its data set. Does not belong here:
whether a message may be sent now (``association``), and how received fragments are put together (there, too).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.net import wire
from asprofile.net.states import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Buffer = bytes | memoryview

CHUNK: Final = 1 << 18
"""Bytes of a data set that are read, and sent, at a time; also our fragment size for a peer without a limit. With less
we get slower, and with more it no longer all stays in the processor's cache.
"""
_MAX_FRAGMENTS_PER_CHUNK: Final = 400
"""Two buffers a fragment go to one system call, which takes 1,024 on most systems."""


def fragment_size(*max_pdus: int) -> int:
    """Bytes of a message that go into one P-DATA-TF: even, at most CHUNK, and with no more than each of these lengths
    of a PDU in bytes (0: no limit).
    """
    limits = [limit - wire.PDV_OVERHEAD for limit in max_pdus if limit]
    # An answer to a requestor that wants PDUs in which nothing fits needs two bytes in each all the same.
    return max(2, min(CHUNK, *limits) & ~1) if limits else CHUNK


def chunk_size(size: int) -> int:
    """Bytes of a data set to read at a time for fragments of ``size`` bytes: whole fragments, about CHUNK."""
    return size * max(1, min(CHUNK // size, _MAX_FRAGMENTS_PER_CHUNK))


def batches(
    context_id: int, command: bytes, data: Iterable[memoryview], length: int, size: int
) -> Iterator[list[Buffer]]:
    """A message as batches of buffers in fragments of at most ``size`` bytes; the first starts with the command set.

    ``data`` gives the data set in pieces, ``length`` bytes in all (0: no data set); a piece is cut and never copied, so
    each batch must be sent before the next is asked for. Raises LocalProtocolError if there is more or less of it.
    """
    batch: list[Buffer] = []
    for start in range(0, len(command), size):
        part = command[start : start + size]
        last = start + size >= len(command)
        batch += (wire.data_header(context_id, len(part), command=True, last=last), part)
    if length == 0:
        yield batch
        return
    full = b""
    sent = 0
    for piece in data:
        for start in range(0, len(piece), size):
            fragment = piece[start : start + size]
            sent += len(fragment)
            if len(fragment) == size and sent < length:
                full = full or wire.data_header(context_id, size, command=False, last=False)
                batch += (full, fragment)
            else:
                header = wire.data_header(context_id, len(fragment), command=False, last=sent == length)
                batch += (header, fragment)
        if sent > length:
            raise LocalProtocolError(f"a data set of {length} bytes came with more")
        yield batch
        batch = []
    if sent != length:
        raise LocalProtocolError(f"a data set of {length} bytes came with {sent}")
