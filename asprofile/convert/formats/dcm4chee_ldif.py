"""dcm4chee-arc: LDIF."""

from __future__ import annotations

import re

from asprofile.convert import dcm4chee
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "dcm4chee-ldif",
    "dcm4chee-arc, LDIF",
    "either",
    True,
    dcm4chee.read_ldif,
    dcm4chee.write_ldif,
    (r".*\.ldif",),
    lambda text: re.search(r"(?im)^objectClass: *dicom(?:TransferCapability|NetworkAE)\b", text) is not None,
    takes=("ae", "device", "base_dn"),
)
