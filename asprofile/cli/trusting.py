"""Which settings files of others are trusted with secrets, and which of their peers need it.

The file of a project says where a peer is, and it comes with the project: whoever wrote it could have our passwords
sent to a machine of theirs. So a peer of such a file gets a secret from outside the project's directory only when the
user has said so of this file, as it is now: one small file for each, in the directory of the user's own settings.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from asprofile.errors import ConfigurationError
from asprofile.program import command
from asprofile.regular import read_regular
from asprofile.settings.finding import own_directory, own_file
from asprofile.settings.peers import PeerSettings, SecretSource
from asprofile.settings.receiving import ReceiveSettings
from asprofile.settings.tables import SettingsFile

_TLS: Final = {"tls_key": "key", "tls_cert": "certificate", "tls_key_password": "key_password"}
_FILES: Final = ("kerberos", "saml", "jwt")
_COMMANDS: Final = ("identity-command", "exec", "exec-study")
_PLACES: Final = ("into", "identities", "on-study")
"""Keys of ``[receive]`` that run something, or that name a place."""


class Secret(NamedTuple):
    """What a peer would get or make us use: how settings or options call it, and where it is."""

    name: str
    place: Path | SecretSource

    def __str__(self) -> str:
        return f"{self.name} ({self.place})"


def check(peer: PeerSettings, said: Mapping[str, Any]) -> None:
    """That the peer may get what it would get; ``said`` are the options of ``peers``. Raises ConfigurationError."""
    origin = peer.origin
    if origin is None or is_own(origin.path):
        return
    outside = [secret for secret in secrets_of(peer, said) if not _is_inside(secret.place, origin.path)]
    if not outside:
        return
    state = state_of(origin)
    if state == "trusted":
        return
    why = "has changed since you trusted it" if state == "changed" else "is not your own, and not trusted"
    raise ConfigurationError(
        f"peer {peer.name!r} ({peer.address}) would get {', '.join(map(str, outside))} from outside the directory of "
        f"{origin.path}, which {why}: if the peer is right, run `{command('trust', str(origin.path))}`, or put the "
        f"peer into {own_file()}"
    )


def check_receive(settings: ReceiveSettings, used: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """That a receiver may do what its settings want; ``used`` are the keys that count, ``said`` the options. Raises
    ConfigurationError.
    """
    origin = settings.origin
    if origin is None or is_own(origin.path):
        return
    wanted = [text for key, text in powers_of(settings, said) if key in used or key == "tls"]
    if not wanted or (state := state_of(origin)) == "trusted":
        return
    why = "has changed since you trusted it" if state == "changed" else "is not your own, and not trusted"
    raise ConfigurationError(
        f"[receive] of {origin.path} would {', '.join(wanted)}, and this file {why}: if that is right, run "
        f"`{command('trust', str(origin.path))}`, or put it into {own_file()}"
    )


def powers_of(settings: ReceiveSettings, said: Mapping[str, Any] | None = None) -> Iterator[tuple[str, str]]:
    """What a receiver would do that reaches beyond the directory of its settings: the key, and what it is in words."""
    said, origin = said or {}, settings.origin
    assert origin is not None, "settings are from a file"
    for key, value in settings.values:
        if key in _COMMANDS:
            yield key, f"run {' '.join(value)} ({key})"
        elif key in _PLACES and value != "-" and not _is_inside(Path(value), origin.path):
            yield key, f"use {value} ({key})"
    if settings.tls is None or said.get("tls") is False:
        return
    for option, setting in _TLS.items():
        place = getattr(settings.tls, setting)
        if place is not None and said.get(option) is None and not _is_inside(place, origin.path):
            yield "tls", f"use {place} (tls.{setting.replace('_', '-')})"


def secrets_of(peer: PeerSettings, said: Mapping[str, Any] | None = None) -> Iterator[Secret]:
    """All that is secret or proves who we are; what is said by options takes the place of the settings."""
    said = said or {}
    if said.get("tls") is not False:
        for option, setting in _TLS.items():
            given = said.get(option)
            value = given if given is not None else getattr(peer.tls, setting, None)
            if value is not None:
                yield Secret(_option(option) if given is not None else f"tls.{setting.replace('_', '-')}", value)
    by_options = any(said.get(kind) is not None for kind in ("user", *_FILES))
    for kind in ("password", *_FILES):
        given = said.get(kind)
        value = given if given is not None or by_options else getattr(peer.identity, kind, None)
        if value is not None:
            yield Secret(_option(kind) if given is not None else f"identity.{kind}", value)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _is_inside(place: Path | SecretSource, settings: Path) -> bool:
    """Whether it comes with the settings: a file below their directory, of the same owner, whatever links say.

    Below the user's home, or below /, is no project's directory.
    """
    if isinstance(place, SecretSource):
        if place.kind == "empty":
            return True
        if place.kind != "file":
            return False
        place = Path(place.name)
    try:
        directory, file = settings.resolve().parent, place.resolve()
        if Path.home().resolve().is_relative_to(directory) or not file.is_relative_to(directory):
            return False
        return not file.exists() or file.stat().st_uid == settings.stat().st_uid
    except (OSError, RuntimeError, ValueError):
        return False


def is_own(file: Path) -> bool:
    """Whether these are the user's own settings."""
    return os.path.realpath(file) == os.path.realpath(own_file())


def state_of(origin: SettingsFile) -> str:
    """Whether a file with this content is ``trusted``, has ``changed`` since it was, or is ``unknown``."""
    known = Trusted.read(_record(origin.path))
    if known is None or known.file != _name(origin.path):
        return "unknown"
    return "trusted" if known.digest == digest_of(origin.content) else "changed"


class Trusted(NamedTuple):
    """A file that is trusted, by its whole name, and the SHA-256 of what was in it."""

    file: str
    digest: str

    @classmethod
    def read(cls, record: Path) -> Self | None:
        """None for what is no such record."""
        try:
            found = json.loads(read_regular(record))
            return cls(str(found["file"]), str(found["sha256"]))
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None


def trust(origin: SettingsFile) -> None:
    """Trust this file with this content from now on. Raises ConfigurationError."""
    record = _record(origin.path)
    text = json.dumps({"version": 1, "file": _name(origin.path), "sha256": digest_of(origin.content)}) + "\n"
    temporary = record.with_name(f".{record.name}-{os.getpid()}")
    try:
        record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(record)
    except OSError as error:
        raise ConfigurationError(f"{record}: cannot be written, so nothing is trusted: {error.strerror}") from None


def revoke(file: Path) -> bool:
    """Trust the file no longer; whether it was trusted. Raises ConfigurationError."""
    try:
        _record(file).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigurationError(f"{file}: is still trusted: {error.strerror}") from None
    return True


def all_trusted() -> list[Trusted]:
    """What is trusted, by name."""
    found = (Trusted.read(record) for record in _directory().glob("*.json"))
    return sorted(one for one in found if one is not None)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _directory() -> Path:
    return Path(own_directory(), "trusted")


def _record(file: Path) -> Path:
    return _directory() / f"{hashlib.sha256(os.fsencode(_name(file))).hexdigest()[:32]}.json"


def _name(file: Path) -> str:
    return os.path.realpath(file)
