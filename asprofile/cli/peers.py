"""Whom a command talks to, and how: the options for it, named peers, and both put together.

Belongs here: what every command has that opens an association as a requestor. In such a command:

    @options.argument("peer")
    @peers.options
    @options.config
    def command(peer, settings_file, isolated, **given):
        destination = peers.resolve(peer, given, partial(options.project, settings_file, isolated))
        request = propose(profile, **destination.titles)
        session = open_session(request, destination.peer, SendOptions(link=destination.link))

``resolve`` takes its own options out of ``given``, and fills in what a named peer says of the others there (time
limits and the like), so that what is left goes to whoever it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from asprofile.api.peers import CALLED_AE, CALLING_AE
from asprofile.cli.help_texts import text_of
from asprofile.cli.options import FILE, IDENTITY, PEER, Choice, option, together
from asprofile.cli.tls_given import CLIENT_TLS, SecretOption
from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import DEFAULT_MAX_PDU
from asprofile.net.transport import IP_VERSIONS, Link
from asprofile.printing import printable
from asprofile.send.destination import Destination
from asprofile.send.peer import parse_peer

if TYPE_CHECKING:
    from asprofile.settings.peers import PeerSettings
    from asprofile.settings.project import ProjectSettings

T = TypeVar("T")

ADDRESS_FORM: Final = "HOST:PORT or AETITLE@HOST:PORT"


options = together(
    option(
        "--calling", heading=PEER, metavar="AET", help=f"Our AE title.  [default: the peer's setting, or {CALLING_AE}]"
    ),
    option(
        "--called",
        heading=PEER,
        metavar="AET",
        help=f"The peer's AE title.  [default: the one in its address, or {CALLED_AE}]",
    ),
    option(
        "--max-pdu",
        heading=PEER,
        type=int,
        metavar="BYTES",
        help=text_of("--max-pdu", default=str(DEFAULT_MAX_PDU)),
    ),
    option("--ip", heading=PEER, type=Choice(IP_VERSIONS), help="IP version to connect with.  [default: auto]"),
    *CLIENT_TLS,
    option("--user", heading=IDENTITY, metavar="NAME", help="Name a user to the peer (user identity negotiation)."),
    option(
        "--password",
        heading=IDENTITY,
        type=SecretOption(),
        metavar="SOURCE",
        help="The user's: env:VARIABLE, file:PATH, keyring:SERVICE, prompt or empty.",
    ),
    option(
        "--kerberos",
        heading=IDENTITY,
        type=FILE,
        metavar="FILE",
        help="Show the peer the Kerberos ticket in this file.",
    ),
    option(
        "--saml", heading=IDENTITY, type=FILE, metavar="FILE", help="Show the peer the SAML assertion in this file."
    ),
    option("--jwt", heading=IDENTITY, type=FILE, metavar="FILE", help="Show the peer the JSON Web Token in this file."),
    option(
        "--confirm-identity",
        heading=IDENTITY,
        is_flag=True,
        default=None,
        help="The peer has to confirm the user's identity.",
    ),
)
"""The options that ``resolve`` reads."""
_TITLES: Final = ("calling", "called", "max_pdu", "ip")
_SECURITY: Final = (
    "tls", "tls_ca", "tls_system_ca", "tls_key", "tls_cert", "tls_key_password", "tls_crl", "tls_crl_check",
    "tls_verify", "tls_name", "tls_no_sni", "tls_profile", "tls_cipher", "user", "password", "kerberos", "saml", "jwt",
    "confirm_identity",
)  # fmt: skip
NAMES: Final = (*_TITLES, *_SECURITY)
"""The names of the options that ``resolve`` takes."""


def resolve(target: str, given: dict[str, Any], project: Callable[[], ProjectSettings]) -> Destination:
    """The peer that ``target`` is: a name in the settings, or else an address; options say more than settings.

    Takes its options out of ``given``, and puts the named peer's limits in where the user gave none. ``project`` is
    called only for a name. Raises ConfigurationError, also for files for TLS that cannot be used.
    """
    own = {name: given.pop(name) for name in NAMES}
    settings: PeerSettings | None = None
    if ":" not in target:
        settings = _named(target, project())
        # Not needed by those who name no peers.
        from asprofile.cli.trusting import check

        check(settings, own)
        _fill_limits(own, given, settings)
    address = parse_peer(settings.address if settings is not None else target)
    link, who = Link(None, own["ip"] or "auto"), None
    if settings is not None or any(own[name] not in (None, (), False) for name in _SECURITY):
        # Not needed by those who give an address and nothing else.
        from asprofile.cli.peer_identity import identity
        from asprofile.cli.peer_tls import choice, tls_options

        ip = choice(_first(own["ip"], settings and settings.ip, "auto"), IP_VERSIONS, settings, "ip")
        link, who = Link(tls_options(own, settings), ip), identity(own, settings)
    destination = Destination(
        address,
        called_ae=_first(own["called"], settings and settings.called, address.ae_title, CALLED_AE),
        calling_ae=_first(own["calling"], settings and settings.calling, CALLING_AE),
        max_pdu=_first(own["max_pdu"], DEFAULT_MAX_PDU),
        link=link,
        identity=who,
        profile=settings.profile if settings is not None else None,
        name=settings.name if settings is not None else None,
    )
    if who is not None:
        from asprofile.cli.peer_identity import warn_of_identity

        warn_of_identity(destination)
    return destination


def resolve_source(target: str, calling: str | None, project: Callable[[], ProjectSettings]) -> Destination:
    """A peer that objects are taken from; nothing but ``calling`` and what the settings say of it. Raises
    ConfigurationError.
    """
    given: dict[str, Any] = dict.fromkeys((*NAMES, *_SECURITY))
    given.update(calling=calling, tls_cipher=())
    return resolve(target, given, project)


def _first(*values: Any) -> Any:
    """The first that is not None; an empty one was given, and is judged where it is used."""
    return next(value for value in values if value is not None)


def _named(name: str, project: ProjectSettings) -> PeerSettings:
    if not project.peers:
        parse_peer(name)  # says what an address is; without a colon it is none
    for peer in project.shadowed:
        if peer.name == name and peer.origin is not None:
            click.echo(
                f"asprofile: info: peer {name} is that of your own settings; {printable(str(peer.origin.path))} has "
                "one of this name, too, which does not count",
                err=True,
            )
    try:
        return project.peer(name)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} (an address is written as {ADDRESS_FORM})") from None


def _fill_limits(own: dict[str, Any], given: dict[str, Any], settings: PeerSettings) -> None:
    """The peer's limits in place of the defaults, judged as the options would be."""
    context = click.get_current_context()
    params = {param.name: param for param in context.command.params}
    for limit, value in settings.limits:
        name = limit.replace("-", "_")
        target = own if name in own else given
        if name not in target or context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT):
            continue
        try:
            target[name] = params[name].type.convert(value, params[name], context)
        except click.BadParameter as error:
            raise settings.error(limit, error.message) from None
