"""What a profile proposes, what an acceptor answers, which presentation context carries which object.

Pure functions from values to values: no sockets, no bytes on the wire (``net.wire`` knows those), no files.
"""

from __future__ import annotations
