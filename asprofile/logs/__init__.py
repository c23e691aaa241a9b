"""Reads associations from debug logs: what was proposed, and what the other side answered.

Pure: lines in, associations out, one at a time, so that a log may have any length. ``lines`` removes what pasting and
log collectors added; the formats of the programs are in ``dcmtk`` (DCMTK, and pynetdicom, which follows it),
``dcm4che``, ``indented`` (fo-dicom, dcmjs-dimse, ClearCanvas) and ``others``; ``signs`` has the lines outside
dumps, ``sessions`` puts all together. ``association`` is what a profile is made from; what is shown of
it is made in ``trace``.
"""

from __future__ import annotations

from asprofile.logs.association import NO_REQUEST, LoggedAssociation, associations
from asprofile.logs.dump import LoggedContext
from asprofile.logs.indented import NO_ROLES

__all__ = ["NO_REQUEST", "NO_ROLES", "LoggedAssociation", "LoggedContext", "associations"]
