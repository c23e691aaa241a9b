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
from asprofile.names.suggest import nearest
from asprofile.printing import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SecretKind = Literal["env", "file", "keyring", "prompt", "empty"]

_PEER: Final = ("address", "called", "calling", "profile", "ip", "tls", "identity")
LIMIT_KEYS: Final = (
    "max-pdu", "max-send-pdu", "window", "associations", "retries", "wait", "connect-timeout", "acse-timeout",
    "dimse-timeout",
)  # fmt: skip
"""Numbers with the meaning of the options of the same names; ``wait`` and ``associations`` may be texts (10m, auto)."""
SWITCHES: Final = ("send-truncated",)
"""The same, true or false."""
SIZES: Final = ("max-object-size",)
"""The same, a text such as 4G."""
_TLS: Final = (
    "ca", "system-ca", "key", "certificate", "key-password", "format", "crl", "crl-check", "verify", "name", "sni",
    "security-profile", "ciphers",
)  # fmt: skip
_IDENTITY: Final = ("user", "password", "kerberos", "saml", "jwt", "confirm")
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
class Origin:
    """The settings file that a peer is from, as it was when it was read: an absolute path, and the bytes."""

    file: Path
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeerSettings:
    """``[peers.NAME]``; ``limits`` are pairs of one of LIMITS and its value, ``switches`` of SWITCHES, ``sizes``
    of SIZES."""

    name: str
    address: str
    called: str | None = None
    calling: str | None = None
    profile: ProfileReference | None = None
    ip: str | None = None
    limits: tuple[tuple[str, float | str], ...] = ()
    switches: tuple[tuple[str, bool], ...] = ()
    sizes: tuple[tuple[str, str], ...] = ()
    tls: TlsSettings | None = None
    identity: IdentitySettings | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


def read_peers(table: object, file: Path, content: bytes = b"") -> tuple[PeerSettings, ...]:
    """The peers of the table ``peers`` in a settings file, in its order. Raises ConfigurationError."""
    reader = _Reader(file)
    peers = reader.table("peers", table)
    origin = Origin(file.absolute(), content)
    return tuple(_peer(reader, name, reader.table(f"peers.{name}", value), origin) for name, value in peers.items())


def secret_source(text: str, directory: Path | None = None) -> SecretSource | None:
    """The source that a text names, None if it names none; a file is relative to ``directory`` if that is given."""
    found, colon, name = text.partition(":")
    kind = _KINDS.get(found)
    if kind is None or bool(name) == (kind in ("prompt", "empty")) or bool(colon) != bool(name):
        return None
    if kind == "file" and directory is not None:
        name = str(directory / Path(name).expanduser())
    return SecretSource(kind, name)


def _peer(reader: _Reader, name: str, table: Mapping[str, Any], origin: Origin) -> PeerSettings:
    key = f"peers.{name}"
    reader.known(key, table, (*_PEER, *LIMIT_KEYS, *SWITCHES, *SIZES))
    if ":" in name or "@" in name or not name.strip():
        raise reader.error(key, "a peer's name has neither ':' nor '@', by which addresses are known")
    address = reader.string(key, table, "address")
    if address is None:
        raise reader.error(key, 'has no address: write address = "[AET@]HOST:PORT"')
    tls = table.get("tls")
    if isinstance(tls, bool):
        tls = {} if tls else None
    return PeerSettings(
        name,
        address,
        called=reader.string(key, table, "called"),
        calling=reader.string(key, table, "calling"),
        profile=reader.profile(key, table),
        ip=reader.string(key, table, "ip"),
        limits=tuple((limit, reader.number(key, table, limit)) for limit in LIMIT_KEYS if limit in table),
        switches=tuple((switch, bool(reader.boolean(key, table, switch))) for switch in SWITCHES if switch in table),
        sizes=tuple((size, reader.string(key, table, size) or "") for size in SIZES if size in table),
        tls=None if tls is None else _tls(reader, f"{key}.tls", reader.table(f"{key}.tls", tls)),
        identity=_identity(reader, f"{key}.identity", table["identity"]) if "identity" in table else None,
        origin=origin,
    )


def _tls(reader: _Reader, key: str, table: Mapping[str, Any]) -> TlsSettings:
    reader.known(key, table, _TLS)
    return TlsSettings(
        ca=reader.paths(key, table, "ca"),
        system_ca=reader.boolean(key, table, "system-ca"),
        key=reader.path(key, table, "key"),
        certificate=reader.path(key, table, "certificate"),
        key_password=reader.secret(key, table, "key-password"),
        format=reader.string(key, table, "format"),
        crl=reader.paths(key, table, "crl"),
        crl_check=reader.string(key, table, "crl-check"),
        verify=reader.string(key, table, "verify"),
        name=reader.string(key, table, "name"),
        sni=reader.boolean(key, table, "sni"),
        security_profile=reader.string(key, table, "security-profile"),
        ciphers=reader.strings(key, table, "ciphers"),
    )


def _identity(reader: _Reader, key: str, value: object) -> IdentitySettings:
    table = reader.table(key, value)
    reader.known(key, table, _IDENTITY)
    return IdentitySettings(
        user=reader.string(key, table, "user"),
        password=reader.secret(key, table, "password"),
        kerberos=reader.path(key, table, "kerberos"),
        saml=reader.path(key, table, "saml"),
        jwt=reader.path(key, table, "jwt"),
        confirm=reader.boolean(key, table, "confirm") or False,
    )


def _old(table: Mapping[str, Any]) -> str:
    """What ``config`` and ``profile`` say, as ``[FILE:]NAME``."""
    name = table.get("profile", "")
    return shortened(f"{table['config']}:{name if isinstance(name, str) else ''}", 200)


class _Reader:
    """Checks values; every message begins with the file and the key. No value of a secret's key is ever in one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._directory = file.absolute().parent

    def error(self, key: str, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self._file}: {shortened(key, 120)}: {message}")

    def table(self, key: str, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        raise self.error(key, "is not a table")

    def known(self, prefix: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in table:
            if key == "config" and "profile" in known:
                raise self.error(f"{prefix}.{key}", f'is not a setting; write profile = "{_old(table)}"')
            if key not in known:
                hint = nearest(key, list(known), n=1)
                meant = f"; did you mean {hint[0]!r}?" if hint else f"; there is {', '.join(known)}"
                raise self.error(f"{prefix}.{key}", f"is not a setting{meant}")

    def string(self, prefix: str, table: Mapping[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.error(f"{prefix}.{key}", "is not a string, or empty")

    def strings(self, prefix: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        raise self.error(f"{prefix}.{key}", "is neither a string nor a list of strings")

    def path(self, prefix: str, table: Mapping[str, Any], key: str) -> Path | None:
        value = self.string(prefix, table, key)
        return None if value is None else self._absolute(value)

    def profile(self, prefix: str, table: Mapping[str, Any]) -> ProfileReference | None:
        """``[FILE:]NAME``; a file is relative to the settings file."""
        value = self.string(prefix, table, "profile")
        if value is None:
            return None
        try:
            found = parse_reference(value)
        except NotAReference as error:
            raise self.error(f"{prefix}.profile", str(error)) from None
        if found.path == "-":
            raise self.error(f"{prefix}.profile", "is of standard input; name a file")
        return found if found.path is None else ProfileReference(str(self._absolute(found.path)), found.name)

    def paths(self, prefix: str, table: Mapping[str, Any], key: str) -> tuple[Path, ...]:
        return tuple(map(self._absolute, self.strings(prefix, table, key)))

    def _absolute(self, value: str) -> Path:
        return self._directory / Path(value).expanduser()

    def boolean(self, prefix: str, table: Mapping[str, Any], key: str) -> bool | None:
        value = table.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(f"{prefix}.{key}", "is neither true nor false")

    def number(self, prefix: str, table: Mapping[str, Any], key: str) -> float | str:
        """At least 0; a whole number but for seconds. Some may be strings, which the option judges."""
        value: object = table[key]
        if key in ("wait", "associations") and isinstance(value, str):
            return value
        whole = not key.endswith("-timeout") and key != "wait"
        if isinstance(value, int if whole else (int, float)) and not isinstance(value, bool) and 0 <= value < 1 << 32:
            return value
        raise self.error(f"{prefix}.{key}", f"is not a {'whole number' if whole else 'number of seconds'}, 0 or more")

    def secret(self, prefix: str, table: Mapping[str, Any], key: str) -> SecretSource | None:
        value = table.get(key)
        if value is None:
            return None
        source = secret_source(value, self._directory) if isinstance(value, str) else None
        if source is None:
            raise self.error(
                f"{prefix}.{key}", f"says where the secret is, not the secret itself: write {SOURCE_FORMS}"
            )
        return source
