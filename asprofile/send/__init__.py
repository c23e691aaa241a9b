"""Sending objects: the C-STORE SCU.

``engine`` sends objects, ``peer`` reads addresses.
"""

from __future__ import annotations
