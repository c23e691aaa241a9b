"""What ``asprofile receive`` does where its command line says nothing: the table ``[receive]`` of the settings.

    [receive]
    address = ["STORE@11112"]              # [AET@][HOST:]PORT
    into = "inbox"                         # relative to the settings file
    layout = "{PatientID}/{SOPInstanceUID}.dcm"

    [receive.tls]
    key = "tls/store.key"
    certificate = "tls/store.pem"
    ca = "tls/hospital-ca.pem"

Each key is an option of that name, and its value is judged as the option's would be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import ConfigurationError
from asprofile.settings.peers import TLS, a_reference, tls_table
from asprofile.settings.tables import (
    KeyRow,
    Setting,
    SettingsFile,
    Table,
    any_string,
    boolean,
    one_or_more,
    path,
    seconds,
    string_or_number,
    whole_number,
)

if TYPE_CHECKING:
    from asprofile.settings.peers import TlsSettings


@dataclass(frozen=True, slots=True)
class ReceiveSettings:
    """``[receive]``; ``values`` are pairs of a key and a value that mean what the option of that name does."""

    values: tuple[tuple[str, Any], ...] = ()
    tls: TlsSettings | None = None
    origin: SettingsFile | None = field(default=None, compare=False, repr=False)
    """The file that it is from; its path is absolute."""

    def error(self, key: str, message: str) -> ConfigurationError:
        """What is wrong with a setting (``tls.verify``)."""
        keys = ("receive", *filter(None, key.split(".")))
        if self.origin is None:
            return ConfigurationError(f"{'.'.join(keys)}: {message}")
        return self.origin.error(keys, message)


def read_receive(setting: Setting) -> ReceiveSettings:
    """Raises ConfigurationError."""
    found: ReceiveSettings = RECEIVE.read(
        setting, origin=SettingsFile(setting.file.path.absolute(), setting.file.content)
    )
    return found


def _path(setting: Setting) -> str:
    """``-`` is standard output."""
    return "-" if setting.value == "-" else str(path(setting))


def _addresses(setting: Setting) -> tuple[str, ...]:
    """One, or a list; a number is a port."""
    values = setting.value if isinstance(setting.value, list) else [setting.value]
    ports = [str(value) if isinstance(value, int) and not isinstance(value, bool) else value for value in values]
    return one_or_more(Setting(setting.file, setting.keys, ports))


def _row(key: str, kind: Any) -> KeyRow:
    return KeyRow(key, kind, "values")


RECEIVE: Final = Table(
    ReceiveSettings,
    (
        _row("address", _addresses),
        _row("profile", a_reference),
        _row("accept-all", boolean),
        _row("release", any_string),
        _row("into", _path),
        _row("layout", any_string),
        _row("on-duplicate", any_string),
        _row("durable", boolean),
        _row("min-free", string_or_number),
        _row("only-from", one_or_more),
        _row("max-associations", whole_number),
        _row("max-per-host", whole_number),
        _row("max-object-size", string_or_number),
        _row("max-object-time", seconds),
        _row("max-association-time", seconds),
        _row("max-contexts", whole_number),
        _row("max-items", whole_number),
        _row("processes", whole_number),
        _row("max-pdu", whole_number),
        _row("idle-timeout", seconds),
        _row("acse-timeout", seconds),
        _row("exec", one_or_more),
        _row("exec-study", one_or_more),
        _row("on-study", _path),
        _row("study-quiet", seconds),
        _row("exec-workers", whole_number),
        _row("exec-timeout", seconds),
        _row("exec-retries", whole_number),
        _row("identities", _path),
        _row("identity-command", one_or_more),
        _row("metrics", string_or_number),
        _row("format", any_string),
        _row("color", any_string),
        _row("quiet", boolean),
        _row("verbose", boolean),
        KeyRow("tls", tls_table, table=TLS),
    ),
)
