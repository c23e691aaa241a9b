"""asprofile's own JSON."""

from __future__ import annotations

from asprofile.convert import interchange
from asprofile.convert.formats.form import Format, json_of

FORMAT = Format(
    "json",
    "asprofile's JSON",
    "either",
    True,
    interchange.read_json,
    interchange.write_json,
    (),
    json_of(interchange.is_document),
)
