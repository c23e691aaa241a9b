"""The DICOM upper layer (PS3.8) and DIMSE command sets (PS3.7).

``wire`` is PDUs <-> values, with ``items`` for what an A-ASSOCIATE carries; ``dimse`` is command sets <-> values,
``association`` the state machine without I/O, ``transport`` the sockets.
"""

from __future__ import annotations
