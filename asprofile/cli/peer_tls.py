"""How a connection is made safe: TLS, of options and of a named peer's settings put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from asprofile.errors import ConfigurationError
from asprofile.net.tls_words import CRL_CHECKS, FILE_FORMATS, SECURITY_PROFILES, VERIFY

if TYPE_CHECKING:
    from asprofile.net.tls_options import TlsOptions
    from asprofile.settings.peers import PeerSettings, SecretSource, TlsSettings
    from asprofile.settings.receiving import ReceiveSettings

T = TypeVar("T")


def tls_options(own: dict[str, Any], settings: PeerSettings | None) -> TlsOptions | None:
    said = {name: value for name, value in own.items() if name.startswith("tls_") and value not in (None, ())}
    if own["tls"] is False:
        if said:
            raise click.UsageError(f"--no-tls and --{next(iter(said)).replace('_', '-')} exclude each other.")
        return None
    configured = settings.tls if settings is not None else None
    if not said and not own["tls"] and configured is None:
        return None
    found = _both(said, configured, settings)
    # Not needed, and not waited for, without TLS. What is wrong with the files is said before anything is done.
    from asprofile.net.tls_context import client_context

    client_context(found)
    return found


def server_tls_options(own: dict[str, Any], settings: ReceiveSettings | None) -> TlsOptions | None:
    """Of connections that are opened to us: whoever does has to prove itself where authorities are named. Raises
    ConfigurationError.
    """
    said = {name: value for name, value in own.items() if name.startswith("tls_") and value not in (None, ())}
    configured = settings.tls if settings is not None else None
    if own["tls"] is False or not (said or own["tls"] or configured is not None):
        return None
    found = _both(said, configured, settings, server=True)
    if found.key_file is None:
        raise ConfigurationError("TLS: an acceptor has a private key and a certificate: --tls-key FILE --tls-cert FILE")
    from asprofile.net.tls_context import server_context  # not waited for without TLS

    server_context(found)
    return found


def _both(
    said: dict[str, Any],
    configured: TlsSettings | None,
    settings: PeerSettings | ReceiveSettings | None,
    *,
    server: bool = False,
) -> TlsOptions:
    """Both put together; what is said counts more, one by one."""
    from asprofile.net.tls_options import TlsOptions  # not waited for without TLS

    def chosen(option: str, setting: str, default: T) -> T:
        value = said.get(option)
        if value is None and configured is not None:
            value = getattr(configured, setting)
        return default if value in (None, ()) else value

    authorities: tuple[Path, ...] = chosen("tls_ca", "ca", ())
    system: bool = chosen("tls_system_ca", "system_ca", not authorities and not server)
    unsaid = "full" if not server else "certificate" if authorities or system else "none"
    verify = choice(chosen("tls_verify", "verify", unsaid), VERIFY, settings, "tls.verify")
    name: str | None = chosen("tls_name", "name", None)
    silent = said.get("tls_no_sni") or ("tls_name" not in said and configured is not None and configured.sni is False)
    if silent and name is not None:
        raise ConfigurationError(f"TLS: the name {name!r} to ask for, and not to ask for a name (SNI): leave out one")
    form = choice(chosen("tls_format", "format", "auto"), FILE_FORMATS, settings, "tls.format")
    key: Path | None = chosen("tls_key", "key", None)
    return TlsOptions(
        key_file=key,
        # A key of the command line does not belong to a certificate of the settings.
        certificate_file=said.get("tls_cert") if "tls_key" in said else chosen("tls_cert", "certificate", None),
        key_password=_key_password(key, chosen("tls_key_password", "key_password", None), form),
        file_format=form,
        ca_files=tuple(path for path in authorities if not path.is_dir()),
        ca_directories=tuple(path for path in authorities if path.is_dir()),
        system_cas=system,
        crl_files=chosen("tls_crl", "crl", ()),
        crl_check=choice(chosen("tls_crl_check", "crl_check", None), CRL_CHECKS, settings, "tls.crl-check"),
        security_profile=choice(
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


def choice(value: Any, choices: Sequence[str], settings: PeerSettings | ReceiveSettings | None, key: str) -> Any:
    """A value that may come from settings; click has judged that of an option."""
    if value is None or value in choices:
        return value
    # Not needed until a name is wrong.
    from asprofile.settings.tables import did_you_mean

    assert settings is not None, "options are judged by click"
    raise settings.error(key, f"is {value!r}, not one of {', '.join(choices)}{did_you_mean(value, choices)}")
