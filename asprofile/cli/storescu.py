"""``asprofile storescu``: DCMTK's storescu, option for option.

Belongs here: the command itself and its help. Does not belong here: everything else (``standing_in``,
``asprofile.storescu``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.cli.standing_in import StandIn
from asprofile.storescu.options import storescu

if TYPE_CHECKING:
    from asprofile.cli.standing_in import Parts

_USAGE = """Usage: asprofile storescu [options] peer port dcmfile-in...

  Stands in for storescu of DCMTK 3.7.0: its options, its proposals, its data sets, its exit status.

parameters:
  peer        hostname or address of the peer
  port        its TCP port
  dcmfile-in  DICOM file, or directory with --scan-directories

A word @FILE stands for the words in that file. Of options that exclude each other the last one counts.

Exit status: 0 done; 1 wrong options, no files, no association; 2 an option that is known and cannot be
honoured; 10 the association was lost; else the upper byte of the status that the peer gave for an object.
With --no-halt an object that was not stored does not count.
"""


def _parts() -> Parts:
    from asprofile.storescu.run import run
    from asprofile.storescu.settings import settings

    return settings, run


_STAND_IN = StandIn(storescu, _USAGE, "finishing what is being sent; once more aborts", _parts)
main = _STAND_IN.main
command = _STAND_IN.command("storescu")
