"""The tables of a DICOM conformance statement."""

from __future__ import annotations

from asprofile.convert import conformance
from asprofile.convert.formats.form import Format

FORMAT = Format("conformance", "DICOM conformance statement", "either", True, None, conformance.write, (r".*\.md",))
