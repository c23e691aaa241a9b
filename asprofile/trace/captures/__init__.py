"""Reads associations from network captures: pcap and pcapng, whatever they were made on.

Pure: bytes in, associations out, one at a time, in memory that does not grow with the capture. ``files`` has the
packets of a file, ``packets`` what is in a packet, ``streams`` puts TCP together, ``dialogue`` reads PDUs of both
sides. ``reading`` does all of it.
"""

from __future__ import annotations

from asprofile.trace.captures.reading import CaptureReader, is_capture

__all__ = ["CaptureReader", "is_capture"]
