"""dcm4chee-arc: a device in JSON."""

from __future__ import annotations

from asprofile.convert import dcm4chee
from asprofile.convert.formats.form import Format, json_of

FORMAT = Format(
    "dcm4chee-json",
    "dcm4chee-arc, device in JSON",
    "either",
    True,
    dcm4chee.read_json,
    dcm4chee.write_json,
    looks_like=json_of(dcm4chee.is_configuration),
    takes=("ae", "device"),
)
