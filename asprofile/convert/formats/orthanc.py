"""Orthanc: its configuration."""

from __future__ import annotations

from asprofile.convert import orthanc
from asprofile.convert.formats.form import Format, json_of

FORMAT = Format(
    "orthanc",
    "Orthanc, configuration",
    "acceptor",
    False,
    orthanc.read,
    orthanc.write,
    (r"orthanc.*\.json",),
    json_of(orthanc.is_configuration),
)
