"""Named peers: the tables ``[peers.NAME]`` of the settings, read and checked.

    [peers.pacs]
    address = "PACS@10.0.0.5:11112"        # [AET@]HOST:PORT
    calling = "SCANNER1"
    profile = "Default"                    # [FILE:]NAME, the file relative to the settings file

    [peers.pacs.tls]
    ca = ["tls/hospital-ca.pem"]           # files or directories, relative to the settings file
    key = "tls/scanner1.key"
    certificate = "tls/scanner1.pem"

    [peers.pacs.identity]
    user = "scanner1"
    password = "env:PACS_PASSWORD"         # where the password is, never the password

Belongs here: keys, types of values, paths made absolute. Does not belong here: what the values mean to a connection,
and fetching secrets (the command line), which happens only when the peer is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from asprofile.errors import ConfigurationError
from asprofile.model.reference import NotAReference, ProfileReference, parse_reference
from asprofile.printing import shortened
from asprofile.settings.tables import (
    KeyRow,
    Setting,
    SettingsFile,
    StringOr,
    Table,
    a_table,
    any_string,
    as_table,
    at_home,
    boolean,
    one_or_more,
    path,
    paths,
    seconds,
    string_or_number,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SecretKind = Literal["env", "file", "keyring", "prompt", "empty"]

_KINDS: Final[dict[str, SecretKind]] = {kind: kind for kind in get_args(SecretKind)}
SOURCE_FORMS: Final = "env:VARIABLE, file:PATH, keyring:SERVICE, prompt, or empty"


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is: in the environment variable, the file or the keyring's service ``name``; asked for; or empty.

    Its text is how it is written in settings and options; the secret itself is never in it.
    """

    kind: SecretKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """``[peers.NAME.tls]``: None and () where nothing is said; ``net.tls_options.TlsOptions`` says what each means."""

    ca: tuple[Path, ...] = ()
    system_ca: bool | None = None
    key: Path | None = None
    certificate: Path | None = None
    key_password: SecretSource | None = None
    format: str | None = None
    crl: tuple[Path, ...] = ()
    crl_check: str | None = None
    verify: str | None = None
    name: str | None = None
    sni: bool | None = None
    security_profile: str | None = None
    ciphers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """``[peers.NAME.identity]``: one of ``user`` (with or without ``password``), ``kerberos``, ``saml``, ``jwt``."""

    user: str | None = None
    password: SecretSource | None = None
    kerberos: Path | None = None
    saml: Path | None = None
    jwt: Path | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class PeerSettings:
    """``[peers.NAME]``; ``limits`` are pairs of a key and a value that mean what the option of that name does."""

    name: str
    address: str
    called: str | None = None
    calling: str | None = None
    profile: ProfileReference | None = None
    ip: str | None = None
    limits: tuple[tuple[str, float | str | bool], ...] = ()
    tls: TlsSettings | None = None
    identity: IdentitySettings | None = None
    origin: SettingsFile | None = field(default=None, compare=False, repr=False)
    """The file that it is from; its path is absolute."""

    def error(self, key: str, message: str) -> ConfigurationError:
        """What is wrong with a setting of this peer (``tls.verify``; empty: with it as a whole)."""
        keys = ("peers", self.name, *filter(None, key.split(".")))
        if self.origin is None:
            return ConfigurationError(f"{'.'.join(keys)}: {message}")
        return self.origin.error(keys, message)


def secret_source(text: str, directory: Path | None = None) -> SecretSource | None:
    """The source that a text names, None if it names none; a file is relative to ``directory`` if that is given."""
    found, colon, name = text.partition(":")
    kind = _KINDS.get(found)
    if kind is None or bool(name) == (kind in ("prompt", "empty")) or bool(colon) != bool(name):
        return None
    if kind == "file" and directory is not None:
        name = str(directory / at_home(name))
    return SecretSource(kind, name)


def read_peers(setting: Setting) -> tuple[PeerSettings, ...]:
    """The peers of the table ``peers``, in its order. Raises ConfigurationError."""
    origin = SettingsFile(setting.file.path.absolute(), setting.file.content)
    return tuple(_peer(name, setting.inner(name), origin) for name in a_table(setting))


def _peer(name: str, setting: Setting, origin: SettingsFile) -> PeerSettings:
    a_table(setting)
    if ":" in name or "@" in name or not name.strip():
        raise setting.error("a peer's name has neither ':' nor '@', by which addresses are known")
    peer: PeerSettings = PEER.read(setting, name=name, origin=origin, address="")
    if not peer.address:
        raise setting.error('has no address: write address = "[AET@]HOST:PORT"')
    return peer


def a_reference(setting: Setting) -> ProfileReference:
    """``[FILE:]NAME``; a file is relative to the settings file."""
    value = any_string(setting)
    try:
        found = parse_reference(value)
    except NotAReference as error:
        raise setting.error(str(error)) from None
    if found.path == "-":
        raise setting.error("is of standard input; name a file")
    return found if found.path is None else ProfileReference(str(setting.absolute(found.path)), found.name)


def _secret(setting: Setting) -> SecretSource:
    value = setting.value
    source = secret_source(value, setting.absolute("")) if isinstance(value, str) else None
    if source is None:
        raise setting.error(f"says where the secret is, not the secret itself: write {SOURCE_FORMS}")
    return source


def tls_table(setting: Setting) -> Setting | None:
    """``tls = true`` is an empty table, ``tls = false`` none."""
    if isinstance(setting.value, bool):
        return Setting(setting.file, setting.keys, {}) if setting.value else None
    return as_table(setting)


def _guessed(key: str, table: Mapping[str, Any]) -> str | None:
    """A file and a profile are one setting."""
    if key != "config":
        return None
    name = table.get("profile", "")
    said = f"{table[key]}:{name if isinstance(name, str) else ''}"
    return f'write profile = "{shortened(said, 200)}"'


TLS: Final = Table(
    TlsSettings,
    (
        KeyRow("ca", paths),
        KeyRow("system-ca", boolean),
        KeyRow("key", path),
        KeyRow("certificate", path),
        KeyRow("key-password", _secret),
        KeyRow("verify", any_string),
        KeyRow("name", any_string),
        KeyRow("sni", boolean),
        KeyRow("crl", paths),
        KeyRow("crl-check", any_string),
        KeyRow("security-profile", any_string),
        KeyRow("ciphers", one_or_more),
        KeyRow("format", any_string),
    ),
)
IDENTITY: Final = Table(
    IdentitySettings,
    (
        KeyRow("user", any_string),
        KeyRow("password", _secret),
        KeyRow("kerberos", path),
        KeyRow("saml", path),
        KeyRow("jwt", path),
        KeyRow("confirm", boolean),
    ),
)
PEER: Final = Table(
    PeerSettings,
    (
        KeyRow("address", any_string),
        KeyRow("called", any_string),
        KeyRow("calling", any_string),
        KeyRow("profile", a_reference),
        KeyRow("ip", any_string),
        KeyRow("connect-timeout", seconds, "limits"),
        KeyRow("acse-timeout", seconds, "limits"),
        KeyRow("dimse-timeout", seconds, "limits"),
        KeyRow("max-pdu", whole_number, "limits"),
        KeyRow("max-send-pdu", whole_number, "limits"),
        KeyRow("window", whole_number, "limits"),
        KeyRow("associations", StringOr(whole_number), "limits"),
        KeyRow("retries", whole_number, "limits"),
        KeyRow("send-truncated", boolean, "limits"),
        KeyRow("max-object-size", string_or_number, "limits"),
        KeyRow("wait", StringOr(seconds), "limits"),
        KeyRow("tls", tls_table, table=TLS),
        KeyRow("identity", as_table, table=IDENTITY),
    ),
    _guessed,
)
