"""The options of storescp and dcmrecv, from the tables next to this module.

Belongs here: which programs these are. Does not belong here: reading a command line (``dcmtk_cli``), what the options
do (``settings``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from asprofile.dcmtk_cli.program import DcmtkProgram, program

_HERE = Path(__file__).parent


@cache
def storescp() -> DcmtkProgram:
    """storescp of DCMTK."""
    return program(
        "storescp",
        "DICOM storage (C-STORE) SCP",
        _HERE / "storescp.tsv",
        parameters=("port",),
        needed=0,  # not with --inetd
        many=False,
        signed=frozenset(("--socket-timeout", "--acse-timeout", "--dimse-timeout", "--eostudy-timeout")),
    )


@cache
def dcmrecv() -> DcmtkProgram:
    """dcmrecv of DCMTK."""
    return program(
        "dcmrecv",
        "Simple DICOM storage SCP (receiver)",
        _HERE / "dcmrecv.tsv",
        parameters=("port",),
        needed=1,
        many=False,
        signed=frozenset(),
    )
