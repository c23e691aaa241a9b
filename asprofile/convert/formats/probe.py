"""A result of ``asprofile probe --json``."""

from __future__ import annotations

from asprofile.convert import probed
from asprofile.convert.formats.form import Format, json_of

FORMAT = Format("probe", "result of asprofile probe", "either", False, probed.read, None, (), json_of(probed.is_probe))
