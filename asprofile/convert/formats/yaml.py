"""asprofile's own YAML."""

from __future__ import annotations

import re

from asprofile.convert import interchange
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "yaml",
    "asprofile's YAML",
    "either",
    True,
    interchange.read_yaml,
    interchange.write_yaml,
    (r".*\.ya?ml",),
    lambda text: re.search(r"(?m)^profiles:", text) is not None,
)
