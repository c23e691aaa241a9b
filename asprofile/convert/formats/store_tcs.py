"""dcm4che: store-tcs.properties of its getscu."""

from __future__ import annotations

from asprofile.convert import dcm4che
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "store-tcs",
    "dcm4che, store-tcs.properties",
    "requestor",
    False,
    dcm4che.read_store_tcs,
    dcm4che.write_store_tcs,
    (r".*store-tcs.*\.properties",),
    dcm4che.looks_like,
)
