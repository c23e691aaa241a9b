"""``asprofile conformance``."""

from __future__ import annotations

import asprofile
from asprofile.cli import options
from asprofile.cli.showing import show


@options.command(
    summary="Write asprofile's own DICOM conformance statement.",
    examples=("asprofile conformance", "asprofile conformance --html -o asprofile.html"),
)
@options.report("conformance", default="markdown")
@options.colour
def command(form: str, colour: str) -> None:
    """Write what asprofile's own programs negotiate, in the tables of DICOM PS3.2 Annex N: SOP classes with roles,
    presentation contexts, transfer syntaxes, implementation identity, PDU sizes, operations window, TLS profiles.

    What a profile of yours negotiates, `asprofile convert FILE --to conformance` writes.
    """
    show("conformance", form, asprofile.conformance(), colour)
