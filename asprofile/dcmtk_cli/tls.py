"""TLS for DCMTK's programs: their options as a connection wants them, with DCMTK's patience for files it cannot read.

Belongs here: warnings about files, random seeds, the lists of profiles and cipher suites. Does not belong here: TLS
itself (``net``), the terminal. Imported only when TLS is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.dcmtk_cli.security import PROFILE_OPTIONS
from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.net.tls_context import client_context
from asprofile.net.tls_keys import read_authorities, read_key, read_revocations
from asprofile.net.tls_seed import SEED_SIZE, mix_in_seed, write_seed
from asprofile.net.tls_suites import supported_profiles, supported_suites
from asprofile.regular import read_regular
from asprofile.syntax.recognise import binary, for_other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.dcmtk_cli.log import Log
    from asprofile.dcmtk_cli.security import Secure
    from asprofile.net.tls_options import TlsOptions
    from asprofile.net.tls_words import FileFormat


@dataclass(frozen=True, slots=True)
class CommandLineCalls:
    """What the command line does for a run: ``ask`` for a password (empty if none is given); ``check_over`` raises
    AsprofileError where a file must not be written over, of which its second argument says what it is.
    """

    ask: Callable[[str], str]
    check_over: Callable[[str, Callable[[bytes], str | None]], object]


def prepared(secure: Secure, log: Log, outside: CommandLineCalls) -> TlsOptions:
    """The options of the connection. Files of certificates and revocation lists that cannot be read are warned about
    and left out, as DCMTK does. Raises ConfigurationError for what DCMTK does not pass over, our own key above all, and
    for a security profile or cipher suite that the linked OpenSSL does not have.
    """
    if secure.seed is not None:
        try:
            mix_in_seed(Path(secure.seed.read))
        except ConfigurationError as error:
            log.warn(str(error))
    options = secure.options
    lists = _readable(options.crl_files, read_revocations, options.file_format, "CRL file", log)
    options = replace(
        options,
        ca_files=_readable(options.ca_files, read_authorities, options.file_format, "certificate file", log),
        ca_directories=tuple(_directories(options.ca_directories, log)),
        crl_files=lists,
    )
    if secure.password == "ask" and options.key_file is not None:  # noqa: S105 - not a password
        options = _with_password(options, options.key_file, outside)
    return options


def requestor_options(secure: Secure, log: Log, outside: CommandLineCalls) -> TlsOptions:
    """The options of our connection, tried before anybody is called; see ``prepared``."""
    if secure.dh_parameters is not None:
        _look_at_parameters(secure.dh_parameters, log)
    options = prepared(secure, log, outside)
    client_context(options)
    return options


def finish(secure: Secure, log: Log, outside: CommandLineCalls) -> None:
    """Write the new random seed, if that was asked for."""
    if secure.seed is not None and secure.seed.write is not None:
        try:
            if Path(secure.seed.write).is_file():
                outside.check_over(
                    secure.seed.write, _unlike_the_one_read if secure.seed.write == secure.seed.read else _no_seed
                )
            write_seed(Path(secure.seed.write))
        except AsprofileError as error:
            log.warn(str(error))


def _no_seed(data: bytes) -> str | None:
    """A seed is random: of that size, or of another and of no kind that can be told."""
    if len(data) == SEED_SIZE:
        return None
    kind = binary(data) or "a text and no random seed"
    return None if kind.startswith("binary data") else kind


def _unlike_the_one_read(data: bytes) -> str | None:
    """The seed that was read may be any text."""
    return _no_seed(data) if binary(data) is not None else for_other(data)


def cipher_suites() -> Iterator[str]:
    """The lines of --list-ciphers."""
    yield "Supported TLS ciphersuites are:"
    for name in supported_suites():
        yield f"    {name}"


def security_profiles() -> Iterator[str]:
    """The lines of --list-profiles; a profile that the linked OpenSSL cannot do is shown with the reason."""
    yield "Supported TLS Secure Transport Connection Profiles are:"
    lacking = supported_profiles()
    for option, profile in PROFILE_OPTIONS.items():
        yield f"    {option}" + (f" (not available: {lacking[profile]})" if lacking[profile] else "")


def _readable(
    files: tuple[Path, ...], read: Callable[[Path, FileFormat], bytes], form: FileFormat, what: str, log: Log
) -> tuple[Path, ...]:
    found = []
    for file in files:
        try:
            read(file, form)
        except ConfigurationError:
            log.warn(f"unable to load {what} '{file}', ignoring")
        else:
            found.append(file)
    return tuple(found)


def _directories(directories: tuple[Path, ...], log: Log) -> Iterator[Path]:
    for directory in directories:
        if directory.is_dir():
            yield directory
        else:
            log.warn(f"unable to load certificates from directory '{directory}', ignoring")


def _with_password(options: TlsOptions, key: Path, outside: CommandLineCalls) -> TlsOptions:
    """Ask for the password if the key has one."""
    if not read_key(key, options.file_format).encrypted:
        return options
    return replace(options, key_password=outside.ask(f"Password of the private key {key}"))


def _look_at_parameters(file: str, log: Log) -> None:
    try:
        usable = b"-----BEGIN DH PARAMETERS-----" in read_regular(file)
    except OSError:
        usable = False
    if usable:
        log.warn("--dhparam: a client takes the Diffie-Hellman parameters from the server; the file is not used")
    else:
        log.warn(f"unable to load temporary DH parameter file '{file}', ignoring")
