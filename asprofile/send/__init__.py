"""Sending objects: the C-STORE SCU.

``engine`` sends what it is given, ``peer`` reads addresses.
"""

from __future__ import annotations
