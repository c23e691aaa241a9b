"""TlsOptions as a context of ssl.

Belongs here: reading keys, certificates and lists into it, versions and cipher suites, and what is wrong with them as
a ConfigurationError, before any connection. Does not belong here: connections (``tls``).
"""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError
from asprofile.net.tls_keys import (
    as_file,
    read_authorities,
    read_certificates,
    read_key,
    read_revocations,
)
from asprofile.net.tls_suites import SUITE_RULES, openssl_suites, openssl_suites_1_3

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.net.tls_options import TlsOptions

_HASHED: Final = re.compile(r"[0-9a-f]{8}\.(r?)\d+")
"""The names that ``openssl rehash`` gives: of a certificate, and with an r of a revocation list."""


def client_context(options: TlsOptions) -> ssl.SSLContext:
    """A context for connections that we open. Raises ConfigurationError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = options.verify == "full"
    _configure(context, options)
    return context


def server_context(options: TlsOptions) -> ssl.SSLContext:
    """A context for connections that are opened to us. Raises ConfigurationError."""
    if options.key_file is None:
        raise ConfigurationError("TLS: an acceptor needs a private key and a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    _configure(context, options)
    return context


def let_in_without_certificate(context: ssl.SSLContext) -> None:
    """A peer may have no certificate; one that it has must be in order."""
    context.verify_mode = ssl.CERT_OPTIONAL


def expect_name(context: ssl.SSLContext, name: str) -> None:
    """Turn away who asks for a server of another name, or of none."""

    def check(_: ssl.SSLObject, asked: str | None, __: ssl.SSLContext) -> int | None:
        return None if asked == name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = check


def use_dh_parameters(context: ssl.SSLContext, path: Path) -> None:
    """Diffie-Hellman parameters, for cipher suites with DHE. Raises ConfigurationError."""
    try:
        context.load_dh_params(str(path))
    except (ssl.SSLError, OSError) as error:
        raise ConfigurationError(f"{path}: no Diffie-Hellman parameters: {_words(error)}") from None


def _configure(context: ssl.SSLContext, options: TlsOptions) -> None:
    rules = SUITE_RULES[options.security_profile]
    # MINIMUM_SUPPORTED is TLS 1.0: a context of Python's never takes SSL 3.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED if rules.old_versions else ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED if rules.tls_1_3 else ssl.TLSVersion.TLSv1_2
    # A handshake in the middle of a P-DATA-TF is of no use to us, and costs the peer nothing to ask for.
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    suites = openssl_suites(options.security_profile, options.ciphers)
    try:
        context.set_ciphers(suites)
        if suites_1_3 := openssl_suites_1_3(options.ciphers):
            # Since Python 3.15; before it no such suites are taken.
            getattr(context, "set_ciphersuites")(suites_1_3)  # noqa: B009
    except ssl.SSLError as error:
        raise ConfigurationError(f"TLS: no cipher suite can be used: {_words(error)}") from None
    if options.key_file is not None:
        _load_key(context, options, options.key_file)
    context.verify_mode = ssl.CERT_NONE if options.verify == "none" else ssl.CERT_REQUIRED
    if options.verify != "none":
        _load_authorities(context, options)


def _load_key(context: ssl.SSLContext, options: TlsOptions, path: Path) -> None:
    key = read_key(path, options.file_format)
    chain_path = options.certificate_file or path
    chain = read_certificates(chain_path, options.file_format)
    password = options.key_password
    if key.encrypted and password is None:
        raise ConfigurationError(f"{path}: the private key is encrypted: give its password")
    try:
        with as_file(chain + key.pem) as file:
            # A function, because without any OpenSSL would ask the terminal for a password.
            context.load_cert_chain(file, password=lambda: password or "")
    except (ssl.SSLError, ValueError, OSError) as error:
        raise ConfigurationError(_key_problem(error, path, chain_path, encrypted=key.encrypted)) from None


def _key_problem(error: Exception, path: Path, chain_path: Path, *, encrypted: bool) -> str:
    reason = getattr(error, "reason", None) or ""
    if reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"):
        return f"{path}: the private key does not belong to the (first) certificate in {chain_path}"
    if reason in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "EE_MD_TOO_WEAK"):
        return (
            f"{chain_path}: the certificate's key or signature is weaker than the security profile allows "
            f"({reason.lower().replace('_', ' ')})"
        )
    if encrypted:
        return f"{path}: the private key cannot be opened with this password"
    return f"{path}, {chain_path}: cannot be used as private key and certificate ({_words(error)})"


def _load_authorities(context: ssl.SSLContext, options: TlsOptions) -> None:
    if not (options.ca_files or options.ca_directories or options.system_cas):
        raise ConfigurationError(
            "TLS: no certification authority is trusted, so that no peer could prove itself: "
            "name a file or directory with certificates"
        )
    if options.system_cas:
        context.load_default_certs()
    for path in options.ca_files:
        _add(context, read_authorities(path, options.file_format), path)
    for directory in options.ca_directories:
        _load_directory(context, directory, options)
    for path in options.crl_files:
        _add(context, read_revocations(path, options.file_format), path)
    if options.crls_checked == "leaf":
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    elif options.crls_checked == "all":
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN


def _load_directory(context: ssl.SSLContext, directory: Path, options: TlsOptions) -> None:
    """A hashed directory is looked into by OpenSSL when it needs a certificate; of another one all are read."""
    try:
        found_there = sorted(directory.iterdir())
        files = [path for path in found_there if path.is_file()]
    except OSError as error:
        raise ConfigurationError(f"{directory}: {(error.strerror or str(error)).lower()}") from None
    for path in found_there:
        if _HASHED.fullmatch(path.name) and path.exists() and not path.is_file():
            raise ConfigurationError(f"{path}: is no regular file, and OpenSSL would read it")
    if any(_HASHED.fullmatch(path.name) for path in files):
        context.load_verify_locations(capath=str(directory))
        return
    found = 0
    for path in files:
        try:
            data = read_authorities(path, options.file_format)
        except ConfigurationError:
            continue  # a directory may hold other files, too
        _add(context, data, path)
        found += 1
    if not found:
        raise ConfigurationError(f"{directory}: no certificates of certification authorities in it")


def _add(context: ssl.SSLContext, pem: bytes, path: Path) -> None:
    try:
        with as_file(pem) as file:
            context.load_verify_locations(cafile=file)
    except (ssl.SSLError, OSError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {_words(error)}") from None


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else str(error)
