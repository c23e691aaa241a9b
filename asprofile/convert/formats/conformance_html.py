"""The same as a page."""

from __future__ import annotations

from asprofile.convert import conformance
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "conformance-html",
    "DICOM conformance statement, a page",
    "either",
    True,
    None,
    conformance.write_html,
    (r".*\.html?",),
)
