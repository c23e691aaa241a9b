"""The options of storescu, from the table next to this module.

Belongs here: which program it is. Does not belong here: reading a command line (``dcmtk_cli``), what the options
do (``settings``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from asprofile.dcmtk_cli.program import DcmtkProgram, program

_TABLE = Path(__file__).with_name("options.tsv")


@cache
def storescu() -> DcmtkProgram:
    """storescu of DCMTK."""
    return program(
        "storescu",
        "DICOM storage (C-STORE) SCU",
        _TABLE,
        parameters=("peer", "port", "dcmfile-in"),
        needed=3,
        many=True,
        signed=frozenset(("--timeout", "--socket-timeout", "--acse-timeout", "--dimse-timeout")),
    )
