"""Who we are to a peer: user identity, of options and of a named peer's settings put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import UserIdentity
from asprofile.printing import printable
from asprofile.regular import read_regular

if TYPE_CHECKING:
    from asprofile.send.destination import Destination
    from asprofile.settings.peers import IdentitySettings, PeerSettings, SecretSource

_KINDS: Final = {"kerberos": 3, "saml": 4, "jwt": 5}
"""User identity types of what is in a file (PS3.7 Table D.3-14)."""


def identity(own: dict[str, Any], settings: PeerSettings | None) -> UserIdentity | None:
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


def warn_of_identity(to: Destination) -> None:
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
