"""The TLS options: those of commands that open a connection, and those of commands to which one is opened.

Belongs here: what each is called and means. Does not belong here: what is made of them (``peer_tls``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli.help_texts import text_of
from asprofile.cli.options import FILE, TLS, Choice, option
from asprofile.net.tls_words import CRL_CHECKS, SECURITY_PROFILES, VERIFY

if TYPE_CHECKING:
    from asprofile.settings.peers import SecretSource

    _StrType = click.ParamType[SecretSource]
else:
    _StrType = click.ParamType


class SecretOption(_StrType):
    """Where a secret is. What was given is in no message: it may be the secret."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> SecretSource:
        from asprofile.settings.peers import SOURCE_FORMS, SecretSource, secret_source

        source = value if isinstance(value, SecretSource) else secret_source(value)
        if source is None:
            self.fail(f"says where the secret is, not the secret itself: give {SOURCE_FORMS}", param, ctx)
        return source


_PATH = click.Path(path_type=Path)


def _ca(default: str) -> Any:
    return option(
        "--tls-ca", heading=TLS, type=_PATH, multiple=True, metavar="PATH", help=text_of("--tls-ca", default=default)
    )


def _verify(default: str) -> Any:
    return option("--tls-verify", heading=TLS, type=Choice(VERIFY), help=text_of("--tls-verify", default=default))


_SYSTEM_CA = option(
    "--tls-system-ca",
    heading=TLS,
    is_flag=True,
    default=None,
    help="Trust those of the system in addition to --tls-ca.",
)
_OURS = (
    option("--tls-key", heading=TLS, type=FILE, metavar="FILE", help="Our private key, PEM or DER."),
    option(
        "--tls-cert", heading=TLS, type=FILE, metavar="FILE", help="Our certificate.  [default: in the file of the key]"
    ),
    option(
        "--tls-key-password",
        heading=TLS,
        type=SecretOption(),
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
)
_PROFILE = option(
    "--tls-profile",
    heading=TLS,
    type=Choice(SECURITY_PROFILES),
    help="Security profile: versions and cipher suites.  [default: bcp195-8996]",
)
_CIPHER = option(
    "--tls-cipher", heading=TLS, multiple=True, metavar="SUITE", help="Offer this cipher suite, too (its TLS name)."
)
_USE = option("--tls/--no-tls", heading=TLS, default=None, help="Use TLS; implied by every other --tls option.")

CLIENT_TLS = (
    _USE,
    _ca("those of the system"),
    _SYSTEM_CA,
    *_OURS,
    _verify("full"),
    option(
        "--tls-name",
        heading=TLS,
        metavar="NAME",
        help="The name in the peer's certificate.  [default: the host of its address]",
    ),
    option("--tls-no-sni", heading=TLS, is_flag=True, default=None, help="Do not tell the peer which name we ask for."),
    _PROFILE,
    _CIPHER,
)
SERVER_TLS = (
    _USE,
    _ca("nobody has to prove anything"),
    _SYSTEM_CA,
    *_OURS,
    _verify("certificate with --tls-ca, otherwise none"),
    _PROFILE,
    _CIPHER,
)
