"""The DICOM upper layer (PS3.8) and DIMSE command sets (PS3.7): the only package that knows pynetdicom.

``wire`` is PDUs <-> values, ``dimse`` command sets <-> values, ``association`` the state machine without I/O,
``transport`` the sockets.
"""

from __future__ import annotations
