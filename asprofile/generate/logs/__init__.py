"""Reads associations from debug logs: what was proposed, and what the other side answered.

Pure: lines in, associations out, one at a time, so that a log may have any length. ``lines`` removes what pasting and
log collectors added; the formats of the programs are in ``dcmtk`` (DCMTK, and pynetdicom, which follows it),
``dcm4che``, ``indented`` (fo-dicom, dcmjs-dimse) and ``others``. How an association is used belongs in ``wish``.
"""

from __future__ import annotations

from asprofile.generate.logs.association import NO_REQUEST, LoggedAssociation, associations
from asprofile.generate.logs.dump import LoggedContext
from asprofile.generate.logs.indented import NO_ROLES

__all__ = ["NO_REQUEST", "NO_ROLES", "LoggedAssociation", "LoggedContext", "associations"]
