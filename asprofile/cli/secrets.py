"""Fetching passwords from where settings and options say they are. None is ever printed or part of a message."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from asprofile.errors import ConfigurationError
from asprofile.program import installing, quoted
from asprofile.regular import read_regular

if TYPE_CHECKING:
    from asprofile.settings.peers import SecretSource


def fetch(source: SecretSource, what: str, account: str) -> str:
    """The secret; ``what`` it is for is said in messages, ``account`` is looked for in a keyring.

    Raises ConfigurationError where there is none.
    """
    if source.kind == "empty":
        return ""
    if source.kind == "env":
        value = os.environ.get(source.name)
        if value is None:
            raise ConfigurationError(f"{what}: the environment variable {source.name} is not set")
        return value
    if source.kind == "file":
        return _from_file(source.name, what)
    if source.kind == "keyring":
        return _from_keyring(source.name, what, account)
    return _from_terminal(what)


def _from_file(name: str, what: str) -> str:
    """The first line, without its end."""
    try:
        return read_regular(name, handed=True).decode("utf-8").split("\n", 1)[0].rstrip("\r")
    except OSError as error:
        raise ConfigurationError(f"{what}: {name}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{what}: {name}: not UTF-8") from None


def _from_keyring(service: str, what: str, account: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise ConfigurationError(
            f"{what}: the package keyring is not installed: {installing('keyring')}, "
            "or keep the secret in a file or an environment variable"
        ) from None
    try:
        value: str | None = keyring.get_password(service, account)
    except (KeyringError, OSError, ValueError, RuntimeError) as error:
        raise ConfigurationError(f"{what}: the keyring cannot be read: {error}") from None
    except Exception as error:  # noqa: BLE001 - keyrings are other people's modules, each with exceptions of its own
        raise ConfigurationError(f"{what}: the keyring cannot be read ({type(error).__name__})") from None
    if value is None:
        pasted = " ".join(
            [
                "keyring set",
                *(["--"] if service[:1] == "-" or account[:1] == "-" else []),
                quoted(service),
                quoted(account),
            ]
        )
        raise ConfigurationError(f"{what}: the keyring has no secret of {account!r} for {service!r}: `{pasted}`")
    return value


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def _from_terminal(what: str) -> str:
    if not can_ask():
        raise ConfigurationError(f"{what}: it would be asked for on a terminal, and there is none")
    from getpass import getpass

    return getpass(f"{what}: ", sys.stderr)
