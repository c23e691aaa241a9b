"""Associations out of debug logs: what was proposed, and what the other side answered.

Pure: lines in, associations out, one at a time, so that a log may be of any length. The layouts of the programs are in
``dcmtk`` (DCMTK, and pynetdicom, which follows it) and ``dcm4che``; what becomes of an association, in ``wish``.
"""

from __future__ import annotations

from asprofile.generate.logs.association import Association, associations
from asprofile.generate.logs.dump import LoggedContext

__all__ = ["Association", "LoggedContext", "associations"]
