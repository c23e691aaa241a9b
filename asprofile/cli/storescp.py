"""``asprofile storescp``: DCMTK's storescp, option for option.

Belongs here: the command itself and its help. Does not belong here: everything else (``standing_in``,
``asprofile.storescp``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.cli.standing_in import StandIn
from asprofile.storescp.options import storescp

if TYPE_CHECKING:
    from asprofile.cli.standing_in import Parts

_USAGE = """Usage: asprofile storescp [options] port

  Stands in for storescp of DCMTK 3.7.0: its options, its answers, its files, its exit status.

parameters:
  port        TCP port to listen on

A word @FILE stands for the words in that file. Of options that exclude each other the last one counts.
SIGTERM and Ctrl-C end it when the object that is being received is stored.

Exit status: 0 ended by a signal; 1 wrong options, no such directory or profile, no port; 2 an option that
is known and cannot be honoured.
"""


def _parts() -> Parts:
    from asprofile.storescp.run import run
    from asprofile.storescp.settings import storescp_settings

    return storescp_settings, run


_STAND_IN = StandIn(storescp, _USAGE, "finishing what is being received; once more aborts", _parts)
main = _STAND_IN.main
command = _STAND_IN.command("storescp")
