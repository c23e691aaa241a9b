"""dcm4che: sop-classes.properties of its storescp."""

from __future__ import annotations

from asprofile.convert import dcm4che
from asprofile.convert.formats.form import Format

FORMAT = Format(
    "sop-classes",
    "dcm4che, sop-classes.properties",
    "acceptor",
    False,
    dcm4che.read_sop_classes,
    dcm4che.write_sop_classes,
    (r".*sop-classes.*\.properties",),
    # Properties of both kinds look alike: those with `;` can be of one kind only, the name decides for the others.
    lambda text: dcm4che.looks_like(text) and not dcm4che.has_several_contexts(text),
)
