"""Sending objects: the C-STORE SCU.

``engine`` sends what it is given, ``dataset`` reads data sets from files, ``peer`` reads addresses.
"""

from __future__ import annotations
