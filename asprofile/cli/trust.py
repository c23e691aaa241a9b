"""``asprofile trust``: which settings files may use secrets."""

from __future__ import annotations

from pathlib import Path

import click

from asprofile.cli import options, trusting
from asprofile.cli.root import done
from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.printing import printable
from asprofile.regular import read_regular
from asprofile.settings.finding import from_file, nearest, own_file
from asprofile.settings.tables import SettingsFile


@options.command(
    summary="Trust the peers of a settings file with secrets.",
    examples=(
        "asprofile trust",
        "asprofile trust --list",
    ),
)
@options.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@options.option(
    "--list",
    "listed",
    heading=options.SELECTION,
    is_flag=True,
    help="List the trusted files, and whether they have changed.",
)
@options.option("--revoke", heading=options.CONTENT, is_flag=True, help="Stop trusting the file.")
def command(file: Path | None, listed: bool, revoke: bool) -> None:
    """Trust the peers of a settings file with secrets: passwords, tickets and keys from outside its directory.

    FILE is an asprofile.toml or pyproject.toml.  [default: the nearest] Such a file comes with its project, and its
    author decides where its peers are. Look at it first. When it changes, it has to be trusted again. Your own settings
    need no trust.

    Exit status 1 with --list: a trusted file has changed or no longer exists.
    """
    if listed and (revoke or file is not None):
        raise click.UsageError("--list goes alone")
    if listed:
        done(_list())
    if revoke:
        chosen = _chosen(file)
        if not trusting.revoke(chosen):
            raise AsprofileError(f"{chosen}: is not trusted, so there is nothing to revoke; --list shows what is")
        click.echo(f"{printable(str(chosen))}: no longer trusted")
        done(0)
    _trust(_chosen(file))


def _chosen(file: Path | None) -> Path:
    if file is not None:
        return file
    found = nearest(Path.cwd()).path
    if found is None or trusting.is_own(found):
        raise AsprofileError("there is no asprofile.toml or pyproject.toml of a project here or above: name the file")
    return found


def _trust(file: Path) -> None:
    settings = from_file(file)
    if trusting.is_own(file):
        raise AsprofileError(f"{own_file()}: these are your own settings, which need no trust")
    origins = (one.origin for one in (*settings.peers, settings.receive) if one is not None)
    origin = next((one for one in origins if one is not None), None)
    if origin is None:
        raise AsprofileError(f"{file}: has no peers and no [receive], so there is nothing to trust")
    trusting.trust(origin)
    click.echo(f"{printable(str(file))}: trusted as it is now")
    for peer in settings.peers:
        what = "what options say"
        secrets = ", ".join(map(str, trusting.secrets_of(peer)))
        click.echo(f"  {printable(f'{peer.name}: {peer.address} may get {secrets or what}')}")
    if settings.receive is not None:
        powers = ", ".join(text for _, text in trusting.powers_of(settings.receive))
        click.echo(f"  {printable('receive: may ' + (powers or 'store what is sent to it in its own directory'))}")


def _list() -> int:
    status = 0
    for known in trusting.all_trusted():
        state = _state(known)
        status |= state != "as it was"
        click.echo(f"{printable(known.file)}: {state}")
    return status


def _state(known: trusting.Trusted) -> str:
    try:
        content = read_regular(known.file)
    except FileNotFoundError:
        return "gone"
    except (OSError, ConfigurationError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    state = trusting.state_of(SettingsFile(Path(known.file), content))
    return "as it was" if state == "trusted" else "changed, trust it again"
