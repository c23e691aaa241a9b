"""``asprofile demo``: the main job on made-up objects, on this machine alone."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from asprofile.api.profiles import find
from asprofile.cli import options
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.lint.render.text import summary
from asprofile.lint.run import lint
from asprofile.model.reference import ProfileReference
from asprofile.model.size import associate_request
from asprofile.names.releases import LATEST
from asprofile.names.uids import display_name
from asprofile.negotiate.request import propose
from asprofile.objects.demo import make_demo_objects
from asprofile.objects.header import ObjectHeader
from asprofile.objects.scan import scan
from asprofile.printing import Style
from asprofile.receive.engine import Receiver
from asprofile.receive.events import Received, ReceiveEvent
from asprofile.resources import sample_files
from asprofile.send.engine import Outcome, SendReport, send
from asprofile.send.peer import Peer
from asprofile.settings.project import ProjectSettings
from asprofile.text import Source

PROFILES = ("BreastTomosynthesis", "MPEG4", "PrivateSiemens")
ACCEPTOR = "AcceptorAll"
SHOWN = 3
RELEASE = LATEST


@options.command(
    summary="Lint, show and send on this machine alone.",
    examples=("asprofile demo",),
)
@options.colour
def command(colour: str) -> None:
    """Make a CT image, a tomosynthesis, an MPEG-4 video and a private Siemens object, start an acceptor on the
    loopback interface, and send the objects to it with three of the sample profiles. Nothing is left behind.
    """
    style = style_for(colour)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="asprofile-demo-") as directory:
        arrived = _run(Path(directory), style)
    click.echo(f"\nDone in {time.monotonic() - started:.1f} s; everything made for this is gone again.")
    done(0 if arrived else 1)


def _run(directory: Path, style: Style) -> bool:
    objects = _make(directory / "objects", style)
    _lint(style)
    inbox = directory / "inbox"
    inbox.mkdir()
    received: list[Received] = []
    _, acceptor = find(ProfileReference(None, ACCEPTOR), ProjectSettings(), RELEASE, "acceptor")
    stored: set[Path] = set()

    def on_event(event: ReceiveEvent) -> None:
        if isinstance(event, Received):
            received.append(event)

    with Receiver(acceptor, inbox, on_event=on_event) as receiver:
        _title(f"Send to 127.0.0.1:{receiver.port}, an acceptor with the sample profile {ACCEPTOR}", style)
        for name in PROFILES:
            stored |= _send(name, objects, receiver.port, style)
    _arrived(received, inbox, style)
    return stored == set(objects) and len(received) >= len(objects)


def _make(directory: Path, style: Style) -> list[Path]:
    _title("Objects made for this", style)
    objects = make_demo_objects(directory)
    for header in scan(objects):
        if isinstance(header, ObjectHeader):
            syntax = display_name(header.transfer_syntax)
            click.echo(f"  {header.path.name:<26} {display_name(header.sop_class)}, {syntax}")
    return objects


def _lint(style: Style) -> None:
    files = sample_files()
    _title("asprofile lint: the sample profiles", style)
    reports = [lint(Source(file.read_bytes(), file.name)) for file in files]
    click.echo(f"  {summary(reports)}")


def _send(name: str, objects: list[Path], port: int, style: Style) -> set[Path]:
    """Send what the profile carries; the objects that are stored."""
    loaded, profile = find(ProfileReference(None, name), ProjectSettings(), RELEASE, "requestor")
    request = propose(profile)
    file = Path(loaded.source.path).name
    click.echo(f"\n  asprofile show {file} {name}")
    click.echo(
        f"    {len(request.contexts)} contexts, request of {associate_request(profile):,} bytes; the first of them:"
    )
    for context in request.contexts[:SHOWN]:
        syntaxes = ", ".join(map(display_name, context.transfer_syntaxes))
        click.echo(f"    {context.id:>3}  {display_name(context.abstract_syntax)}: {syntaxes}")
    click.echo(f"  asprofile send --profile {name} 127.0.0.1:{port} objects")
    report = send(request, scan(objects), Peer("127.0.0.1", port))
    for line in _results(report, style):
        click.echo(f"    {line}")
    return {result.path for result in report.results if result.outcome is Outcome.STORED}


def _results(report: SendReport, style: Style) -> list[str]:
    lines = []
    for result in report.results:
        if result.outcome is Outcome.STORED:
            lines.append(f"{result.path.name:<26} {style('stored', 'green')}, context {result.context_id}")
        else:
            lines.append(f"{result.path.name:<26} {result.outcome.value}: {result.reason}")
    return lines + ([str(report.error)] if report.error else [])


def _arrived(received: list[Received], inbox: Path, style: Style) -> None:
    _title("What arrived", style)
    for item in received:
        click.echo(
            f"  {display_name(item.sop_class):<40} {display_name(item.transfer_syntax):<46} {item.size:>7,} bytes"
        )
    click.echo(f"  {len(list(inbox.iterdir()))} files")


def _title(text: str, style: Style) -> None:
    click.echo(f"\n{style(text, 'bold')}")
