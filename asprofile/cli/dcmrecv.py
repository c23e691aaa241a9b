"""``asprofile dcmrecv``: DCMTK's dcmrecv, option for option.

Belongs here: the command itself and its help. Does not belong here: everything else (``standing_in``,
``asprofile.storescp``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.cli.standing_in import StandIn
from asprofile.storescp.options import dcmrecv

if TYPE_CHECKING:
    from asprofile.cli.standing_in import Parts

_USAGE = """Usage: asprofile dcmrecv [options] port

  Stands in for dcmrecv of DCMTK 3.7.0: its options, its answers, its files, its exit status.

parameters:
  port        TCP port to listen on

A word @FILE stands for the words in that file. Of options that exclude each other the last one counts.
SIGTERM and Ctrl-C end it when the object that is being received is stored.

Exit status: 0 ended by a signal; 1 wrong options; 2 an option that is known and cannot be honoured; 45 no
such directory; 64 no port; 66 no such profile; 71 no TLS.
"""


def _parts() -> Parts:
    from asprofile.storescp.run import run
    from asprofile.storescp.settings import dcmrecv_settings

    return dcmrecv_settings, run


_STAND_IN = StandIn(dcmrecv, _USAGE, "finishing what is being received; once more aborts", _parts)
main = _STAND_IN.main
command = _STAND_IN.command("dcmrecv")
