"""``asprofile trace``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import asprofile
from asprofile.api.files import STDIN
from asprofile.cli import options
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.errors import AsprofileError

if TYPE_CHECKING:
    from asprofile.api.generating import LogInput


@options.command(
    summary="Say what went wrong in a debug log or a capture, and what to do.",
    examples=(
        "asprofile trace storescp.log",
        "asprofile trace modality.pcapng",
        "asprofile trace orthanc.log --html -o trace.html",
    ),
)
@options.argument("file", metavar="FILE")
@options.report("trace")
@options.colour
@options.verbose("every presentation context, not only some.")
def command(file: str, form: str, colour: str, verbose: bool) -> None:
    """Show each association in a debug log or a network capture: who, when, AE titles, implementations, PDU sizes, each
    presentation context as proposed and as answered, roles, extended negotiation, which objects went and with which
    status, and how it ended. First comes what went wrong, and what to do about it on which side, with commands to
    paste.

    FILE is a log of DCMTK's programs, pynetdicom, dcm4che, Orthanc, fo-dicom, dcmjs-dimse, dicom-rs, GDCM, Conquest or
    ClearCanvas, at its debug level for all of this; - is standard input. Prefixes of docker, journald and log
    collectors, JSON, HTML, UTF-16 and a log that was cut off do not matter. Or it is a capture (tcpdump -w, Wireshark;
    pcap or pcapng), of any port and any number of associations. What it does not say is said.

    Exit status 1 when something was refused or failed, 2 when there is no association in it.
    """
    found = asprofile.trace(_stream(file))
    show("trace", form, found, colour, refused=verbose)
    done(0 if found.all_well else 1)


def _stream(name: str) -> LogInput:
    if name != STDIN:
        return name
    if sys.stdin is None:
        raise AsprofileError("standard input is closed")
    return sys.stdin.buffer
