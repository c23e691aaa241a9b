"""``asprofile demo``: the main jobs on made-up objects, on this machine alone.

Belongs here: which commands are shown, in which order, with what. Does not belong here: what they do (their own
modules), making certificates (``demo_certificates``).
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from asprofile import Receiving, receive
from asprofile.cli import options
from asprofile.cli.commands import get
from asprofile.cli.demo_certificates import NoCertificates, make_certificates
from asprofile.cli.receiving import EventTeller
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.errors import ConfigurationError
from asprofile.net.tls_options import TlsOptions
from asprofile.objects.demo import make_demo_objects
from asprofile.printing import Style, printable
from asprofile.receive.events import AssociationEnded

PROFILE: Final = r"""# What a workstation sends.
[[TransferSyntaxes]]

[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[Video]
TransferSyntax1 = MPEG4HighProfile/Level4.1

[[PresentationContexts]]

[Study]
PresentationContext1 = CTImageStorage\Uncompressed
PresentationContext2 = BreastTomosynthesisImageStorage\Uncompressed
PresentationContext4 = VideoEndoscopicImageStorage\Video
PresentationContext5 = 1.3.12.2.1107.5.9.1\Uncompressed

[[Profiles]]

[Study]
PresentationContexts = Study
"""
"""With a gap in its numbering: DCMTK sends half of the objects with it."""
_PATIENCE: Final = 60.0
"""Seconds in which the archive has told all, however busy the machine is."""


@options.command(
    summary="Lint, show, receive and send on this machine alone.",
    examples=("asprofile demo", "asprofile demo --make study"),
)
@options.option(
    "--make",
    "made",
    heading=options.CONTENT,
    metavar="PATH",
    help="Only make the objects, in this new directory, and keep them.",
)
@options.colour
def command(made: str | None, colour: str) -> None:
    """Mend a profile, and send a CT image, a tomosynthesis, an MPEG-4 video and a private Siemens object with it to an
    archive on the loopback interface, as it is and over TLS. Each command is shown with what it prints. Nothing is left
    behind.

    Exit status 1 if an object did not arrive.
    """
    if made is not None:
        _make(made)
        done(0)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="asprofile-demo-") as directory, contextlib.chdir(directory):
        shown = _Session(colour)
        arrived = _run(shown)
    click.echo(f"\nDone in {time.monotonic() - started:.1f} s; everything made for this is gone again.")
    done(0 if arrived else 1)


def _make(directory: str) -> None:
    """The objects, in a directory of their own: no file that is there is written over."""
    try:
        Path(directory).mkdir()
    except OSError as error:
        why = "it is there already; name one that is not" if isinstance(error, FileExistsError) else error.strerror
        raise ConfigurationError(f"{directory}: cannot make it: {why}") from error
    for path in make_demo_objects(Path(directory)):
        click.echo(f"made {printable(str(path))}")


class _Session:
    """Commands as a terminal shows them, and lines of what they are for."""

    def __init__(self, colour: str) -> None:
        self._colour = colour
        self.style: Style = style_for(colour)

    def title(self, text: str) -> None:
        click.echo(f"\n{self.style(text, 'bold')}")

    def command(self, *words: str) -> int:
        """Run a command of ours; its exit status."""
        click.echo(self.style(f"$ asprofile {' '.join(words)}", "cyan"))
        name, *arguments = words
        found = get(name)
        assert found is not None, name
        # In one stream, so that all stands in its order, also in a file.
        with contextlib.redirect_stderr(sys.stdout):
            try:
                found.main(
                    args=["--color", self._colour, "--isolated", *arguments],
                    prog_name=f"asprofile {name}",
                    standalone_mode=False,
                )
            except SystemExit as end:
                return end.code if isinstance(end.code, int) else 1
        return 0


def _run(shown: _Session) -> bool:
    """In the current directory. Whether all arrived."""
    objects = make_demo_objects(Path("study"))
    Path("study.cfg").write_text(PROFILE, "utf-8")
    click.echo(f"Made for this: a profile, study.cfg, and {len(objects)} objects in study/.")
    shown.title("1. A profile that somebody has taken a line out of")
    shown.command("lint", "study.cfg")
    shown.command("lint", "--fix", "study.cfg")
    shown.title("2. What it proposes now")
    shown.command("show", "study.cfg", "Study")
    shown.title("3. Sent to an archive that takes everything")
    arrived = _sent(shown, len(objects), Path("archive"), None)
    shown.title("4. The same over TLS, where each side checks the other's certificate")
    try:
        archive, sender = make_certificates(Path("archive-tls"), Path("workstation"))
    except NoCertificates as error:
        click.echo(f"Left out: {error}.")
        return arrived
    tls = TlsOptions(archive.key, archive.certificate, ca_files=(sender.certificate,))
    words = ("--tls-ca", archive.certificate.name, "--tls-key", sender.key.name, "--tls-cert", sender.certificate.name)
    return _sent(shown, len(objects), Path("archive-tls"), tls, *words) and arrived


def _sent(shown: _Session, count: int, into: Path, tls: TlsOptions | None, *words: str) -> bool:
    """Whether all objects are sent, and there."""
    with _archive(shown, into, tls) as receiving:
        status = shown.command("send", "--profile", "study.cfg:Study", *words, receiving.address, "study")
        receiving.wait_for(AssociationEnded, timeout=_PATIENCE)
    return status == 0 and len(receiving.objects) == count == len(list(into.iterdir()))


@contextmanager
def _archive(shown: _Session, into: Path, tls: TlsOptions | None) -> Iterator[Receiving]:
    """A receiver; what it says comes when it is over, and not in between what others say."""
    teller = EventTeller("text", shown.style, verbose=True, quiet=False, on_gone=lambda: None)
    with receive(None, into, tls=tls) as receiving:
        over = "" if tls is None else " over TLS"
        click.echo(shown.style(f"$ asprofile receive --verbose 127.0.0.1:0 --into {into}{over and ' ...'}", "cyan"))
        teller.begin(receiving)
        yield receiving
    click.echo(f"and the archive says{over}:")
    for event in receiving.events:
        teller.tell(event)
