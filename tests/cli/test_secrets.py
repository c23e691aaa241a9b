"""Passwords come from where they are, and no message has one."""

from __future__ import annotations

import io
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from asprofile.cli.secrets import fetch
from asprofile.errors import ConfigurationError
from asprofile.settings.peers import SecretSource

if TYPE_CHECKING:
    from pathlib import Path


def test_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_PASSWORD", "hidden")
    assert fetch(SecretSource("env", "OUR_PASSWORD"), "it", "me") == "hidden"
    path = tmp_path / "password"
    path.write_bytes("geheim ä \r\nsecond line".encode())
    assert fetch(SecretSource("file", str(path)), "it", "me") == "geheim ä "
    assert fetch(SecretSource("empty"), "it", "me") == ""


def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_PASSWORD", raising=False)
    with pytest.raises(ConfigurationError, match="password of me: the environment variable OUR_PASSWORD is not set"):
        fetch(SecretSource("env", "OUR_PASSWORD"), "password of me", "me")
    with pytest.raises(ConfigurationError, match="missing: no such file"):
        fetch(SecretSource("file", str(tmp_path / "missing")), "it", "me")
    (tmp_path / "latin").write_bytes(b"geheim \xe4")
    with pytest.raises(ConfigurationError, match="not UTF-8") as error:
        fetch(SecretSource("file", str(tmp_path / "latin")), "it", "me")
    assert "geheim" not in str(error.value)


def test_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(ConfigurationError, match="on a terminal, and there is none"):
        fetch(SecretSource("prompt"), "it", "me")
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: f"answer to {prompt}")
    assert fetch(SecretSource("prompt"), "it", "me") == "answer to it: "


class KeyringError(Exception):
    pass


def keyring(monkeypatch: pytest.MonkeyPatch, secrets: dict[tuple[str, str], str] | None) -> None:
    """A keyring with these secrets; None: one that is locked."""

    def get_password(service: str, account: str) -> str | None:
        if secrets is None:
            raise KeyringError("locked")
        return secrets.get((service, account))

    module = ModuleType("keyring")
    module.get_password = get_password
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", SimpleNamespace(KeyringError=KeyringError))


def test_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SecretSource("keyring", "pacs")
    keyring(monkeypatch, {("pacs", "me"): "hidden"})
    assert fetch(source, "it", "me") == "hidden"
    with pytest.raises(ConfigurationError, match=r"no secret of 'you' for 'pacs': `keyring set pacs you`"):
        fetch(source, "it", "you")
    keyring(monkeypatch, None)
    with pytest.raises(ConfigurationError, match="the keyring cannot be read: locked"):
        fetch(source, "it", "me")
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'dicom-asprofile\[keyring\]'"):
        fetch(source, "it", "me")
