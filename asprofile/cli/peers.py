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

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from asprofile.api.peers import CALLED_AE, CALLING_AE
from asprofile.cli.options import FILE, IDENTITY, PEER, TLS, Choice, option, text_of
from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import DEFAULT_MAX_PDU, UserIdentity
from asprofile.net.tls_words import CRL_CHECKS, FILE_FORMATS, SECURITY_PROFILES, VERIFY
from asprofile.net.transport import IP_VERSIONS, Link
from asprofile.printing import printable
from asprofile.regular import read_regular
from asprofile.send.destination import Destination
from asprofile.send.peer import parse_peer

if TYPE_CHECKING:
    from asprofile.net.tls_options import TlsOptions
    from asprofile.settings.peers import IdentitySettings, PeerSettings, SecretSource, TlsSettings
    from asprofile.settings.project import ProjectSettings

    _StrType = click.ParamType[SecretSource]
else:
    _StrType = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

ADDRESS_FORM: Final = "HOST:PORT or AETITLE@HOST:PORT"
_KINDS: Final = {"kerberos": 3, "saml": 4, "jwt": 5}
"""User identity types of what is in a file (PS3.7 Table D.3-14)."""


class _Secret(_StrType):
    """Where a secret is. What was given is in no message: it may be the secret."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> SecretSource:
        from asprofile.settings.peers import SOURCE_FORMS, SecretSource, secret_source

        source = value if isinstance(value, SecretSource) else secret_source(value)
        if source is None:
            self.fail(f"says where the secret is, not the secret itself: give {SOURCE_FORMS}", param, ctx)
        return source


_PATH = click.Path(path_type=Path)

_OPTIONS = (
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
    option("--tls/--no-tls", heading=TLS, default=None, help="Connect with TLS; implied by every other --tls option."),
    option(
        "--tls-ca",
        heading=TLS,
        type=_PATH,
        multiple=True,
        metavar="PATH",
        help="Trust the certification authorities in this file or directory.  [default: those of the system]",
    ),
    option(
        "--tls-system-ca",
        heading=TLS,
        is_flag=True,
        default=None,
        help="Trust those of the system in addition to --tls-ca.",
    ),
    option("--tls-key", heading=TLS, type=FILE, metavar="FILE", help="Our private key, PEM or DER."),
    option(
        "--tls-cert", heading=TLS, type=FILE, metavar="FILE", help="Our certificate.  [default: in the file of the key]"
    ),
    option(
        "--tls-key-password",
        heading=TLS,
        type=_Secret(),
        metavar="SOURCE",
        help="The password of the key: env:VARIABLE, file:PATH, keyring:SERVICE, prompt or empty.",
    ),
    option(
        "--tls-crl",
        heading=TLS,
        type=FILE,
        multiple=True,
        metavar="FILE",
        help="Refuse certificates that this list has revoked.",
    ),
    option(
        "--tls-crl-check",
        heading=TLS,
        type=Choice(CRL_CHECKS),
        help="Which certificates must be on no revocation list.  [default: leaf with --tls-crl]",
    ),
    option(
        "--tls-verify",
        heading=TLS,
        type=Choice(VERIFY),
        help="What to verify: certificate and name, only the certificate (as DCMTK), or nothing.  [default: full]",
    ),
    option(
        "--tls-name",
        heading=TLS,
        metavar="NAME",
        help="The name in the peer's certificate.  [default: the host of its address]",
    ),
    option("--tls-no-sni", heading=TLS, is_flag=True, default=None, help="Do not tell the peer which name we ask for."),
    option(
        "--tls-profile",
        heading=TLS,
        type=Choice(SECURITY_PROFILES),
        help="Security profile: versions and cipher suites.  [default: bcp195-8996]",
    ),
    option(
        "--tls-cipher", heading=TLS, multiple=True, metavar="SUITE", help="Offer this cipher suite, too (its TLS name)."
    ),
    option("--user", heading=IDENTITY, metavar="NAME", help="Name a user to the peer (user identity negotiation)."),
    option(
        "--password",
        heading=IDENTITY,
        type=_Secret(),
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
_NAMES: Final = (
    "calling", "called", "max_pdu", "ip", "tls", "tls_ca", "tls_system_ca", "tls_key", "tls_cert", "tls_key_password",
    "tls_crl", "tls_crl_check", "tls_verify", "tls_name", "tls_no_sni", "tls_profile", "tls_cipher", "user", "password",
    "kerberos", "saml", "jwt", "confirm_identity",
)  # fmt: skip


def options(function: F) -> F:
    """The options that ``resolve`` reads."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


def resolve(target: str, given: dict[str, Any], project: Callable[[], ProjectSettings]) -> Destination:
    """The peer that ``target`` is: a name in the settings, or else an address; options say more than settings.

    Takes its options out of ``given``, and puts the named peer's limits in where the user gave none. ``project`` is
    called only for a name. Raises ConfigurationError, also for files for TLS that cannot be used.
    """
    own = {name: given.pop(name) for name in _NAMES}
    settings: PeerSettings | None = None
    if ":" not in target:
        settings = _named(target, project())
        # Not needed by those who name no peers.
        from asprofile.cli.trusting import check

        check(settings, own)
        _fill_limits(own, given, settings)
    address = parse_peer(settings.address if settings is not None else target)
    destination = Destination(
        address,
        called_ae=_first(own["called"], settings and settings.called, address.ae_title, CALLED_AE),
        calling_ae=_first(own["calling"], settings and settings.calling, CALLING_AE),
        max_pdu=_first(own["max_pdu"], DEFAULT_MAX_PDU),
        link=Link(
            _tls(own, settings),
            _choice(_first(own["ip"], settings and settings.ip, "auto"), IP_VERSIONS, settings, "ip"),
        ),
        identity=_identity(own, settings),
        profile=settings.profile if settings is not None else None,
        name=settings.name if settings is not None else None,
    )
    _warn_of_identity(destination)
    return destination


def _warn_of_identity(to: Destination) -> None:
    """Without encryption anybody on the network can read it; without a verified name any peer gets it, where nobody has
    to prove anything.
    """
    identity, tls = to.identity, to.link.tls
    if identity is None or identity.kind == 1:
        return
    what = "password" if identity.kind == 2 else "identity (a ticket, an assertion or a token)"
    if tls is None or tls.security_profile == "null":
        why = "goes over the network as it is, for all to read; connect with TLS (--tls)"
        why = why if tls is None else "is not encrypted with the security profile null; choose another one"
    elif tls.verify != "full":
        proof = "proves nothing" if tls.verify == "none" else "may have any name"
        why = f"goes to whoever answers, because the peer {proof}; --tls-verify full checks it"
    else:
        return
    click.echo(f"asprofile: warning: {printable(str(to.peer))}: the {what} {why}", err=True)


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


def _tls(own: dict[str, Any], settings: PeerSettings | None) -> TlsOptions | None:
    said = {name: value for name, value in own.items() if name.startswith("tls_") and value not in (None, ())}
    if own["tls"] is False:
        if said:
            raise click.UsageError(f"--no-tls and --{next(iter(said)).replace('_', '-')} exclude each other.")
        return None
    configured = settings.tls if settings is not None else None
    if not said and not own["tls"] and configured is None:
        return None
    found = _tls_options(said, configured, settings)
    # Not needed, and not waited for, without TLS. What is wrong with the files is said before anything is done.
    from asprofile.net.tls_context import client_context

    client_context(found)
    return found


def _tls_options(said: dict[str, Any], configured: TlsSettings | None, settings: PeerSettings | None) -> TlsOptions:
    """Both put together; what is said counts more, one by one."""
    from asprofile.net.tls_options import TlsOptions  # not waited for without TLS

    def chosen(option: str, setting: str, default: T) -> T:
        value = said.get(option)
        if value is None and configured is not None:
            value = getattr(configured, setting)
        return default if value in (None, ()) else value

    authorities: tuple[Path, ...] = chosen("tls_ca", "ca", ())
    verify = _choice(chosen("tls_verify", "verify", "full"), VERIFY, settings, "tls.verify")
    name: str | None = chosen("tls_name", "name", None)
    silent = said.get("tls_no_sni") or ("tls_name" not in said and configured is not None and configured.sni is False)
    if silent and name is not None:
        raise ConfigurationError(f"TLS: the name {name!r} to ask for, and not to ask for a name (SNI): leave out one")
    form = _choice(chosen("tls_format", "format", "auto"), FILE_FORMATS, settings, "tls.format")
    key: Path | None = chosen("tls_key", "key", None)
    return TlsOptions(
        key_file=key,
        # A key of the command line does not belong to a certificate of the settings.
        certificate_file=said.get("tls_cert") if "tls_key" in said else chosen("tls_cert", "certificate", None),
        key_password=_key_password(key, chosen("tls_key_password", "key_password", None), form),
        file_format=form,
        ca_files=tuple(path for path in authorities if not path.is_dir()),
        ca_directories=tuple(path for path in authorities if path.is_dir()),
        system_cas=chosen("tls_system_ca", "system_ca", not authorities),
        crl_files=chosen("tls_crl", "crl", ()),
        crl_check=_choice(chosen("tls_crl_check", "crl_check", None), CRL_CHECKS, settings, "tls.crl-check"),
        security_profile=_choice(
            chosen("tls_profile", "security_profile", "bcp195-8996"),
            SECURITY_PROFILES,
            settings,
            "tls.security-profile",
        ),
        ciphers=chosen("tls_cipher", "ciphers", ()),
        verify=verify,
        sni=False if silent else name or True,
    )


def _key_password(key: Path | None, source: SecretSource | None, form: Any) -> str | None:
    """The password of our key; who sits at a terminal is asked for it if the key has one and nobody said where."""
    from asprofile.cli.secrets import can_ask, fetch
    from asprofile.settings.peers import SecretSource

    if source is None:
        if key is None or not can_ask():
            return None
        from asprofile.net.tls_keys import read_key

        if not read_key(key, form).encrypted:
            return None
        source = SecretSource("prompt")
    return fetch(source, f"password of {key}", str(key))


def _choice(value: Any, choices: Sequence[str], settings: PeerSettings | None, key: str) -> Any:
    """A value that may come from settings; click has judged that of an option."""
    if value is None or value in choices:
        return value
    # Not needed until a name is wrong.
    from asprofile.settings.tables import did_you_mean

    assert settings is not None, "options are judged by click"
    raise settings.error(key, f"is {value!r}, not one of {', '.join(choices)}{did_you_mean(value, choices)}")


def _identity(own: dict[str, Any], settings: PeerSettings | None) -> UserIdentity | None:
    """Who we are; what is said on the command line takes the place of all that the settings say."""
    said = [name for name in ("user", *_KINDS) if own[name] is not None]
    configured = settings.identity if settings is not None else None
    if len(said) > 1:
        raise click.UsageError(f"--{said[0]} and --{said[1]} exclude each other.")
    confirm = own["confirm_identity"] or (configured is not None and configured.confirm)
    if said:
        source = None if said == ["user"] and own["password"] is None else own["password"]
        if source is not None and said != ["user"]:
            raise click.UsageError("--password belongs to --user.")
        return _made(own[said[0]], said[0], source, confirm)
    if configured is None:
        if own["password"] is not None or own["confirm_identity"]:
            raise click.UsageError("There is no user to the password or confirmation: say --user NAME.")
        return None
    return _configured_identity(configured, own["password"] or configured.password, confirm, settings)


def _configured_identity(
    configured: IdentitySettings, source: SecretSource | None, confirm: bool, settings: PeerSettings | None
) -> UserIdentity:
    assert settings is not None, "an identity of settings"
    kinds = [kind for kind in ("user", *_KINDS) if getattr(configured, kind) is not None]
    if len(kinds) != 1:
        what = " and ".join(kinds) if kinds else "nothing"
        raise settings.error("identity", f"says {what}; it takes one of user, kerberos, saml and jwt")
    if source is not None and kinds != ["user"]:
        raise settings.error("identity", "a password belongs to a user")
    return _made(getattr(configured, kinds[0]), kinds[0], source, confirm)


def _made(value: Any, kind: str, source: SecretSource | None, confirm: bool) -> UserIdentity:
    if kind == "user":
        if source is None:
            return UserIdentity(1, value.encode(), response_requested=confirm)
        from asprofile.cli.secrets import fetch

        return UserIdentity(2, value.encode(), fetch(source, f"password of user {value}", value).encode(), confirm)
    try:
        ticket = read_regular(value, handed=True)
    except OSError as error:
        raise ConfigurationError(f"{value}: {(error.strerror or str(error)).lower()}") from None
    if kind == "jwt":
        ticket = ticket.strip()  # a line end that an editor left is not part of a token
    if not ticket:
        raise ConfigurationError(f"{value}: empty, so that it proves nobody's identity")
    return UserIdentity(_KINDS[kind], ticket, response_requested=confirm)
