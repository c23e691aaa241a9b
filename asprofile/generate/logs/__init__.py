"""Associations out of debug logs: what was proposed, and what the other side answered.

Pure: lines in, associations out, one at a time, so that a log may be of any length. ``lines`` takes off what pasting
and collecting put on; the layouts of the programs are in ``dcmtk`` (DCMTK, and pynetdicom, which follows it),
``dcm4che``, ``indented`` (fo-dicom, dcmjs-dimse) and ``others``; what becomes of an association, in ``wish``.
"""

from __future__ import annotations

from asprofile.generate.logs.association import NO_REQUEST, LoggedAssociation, associations
from asprofile.generate.logs.dump import LoggedContext
from asprofile.generate.logs.indented import NO_ROLES

__all__ = ["NO_REQUEST", "NO_ROLES", "LoggedAssociation", "LoggedContext", "associations"]
