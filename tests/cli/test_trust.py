"""Whose settings may use secrets: a project's only after ``asprofile trust``, the user's own always."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.settings.finding import own_directory, own_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Result

    Run = Callable[..., Result]

PEER = '[peers.pacs]\naddress = "ARCHIVE@127.0.0.1:1"\nconnect-timeout = 5\n'
NOT_TRUSTED = "is not your own, and not trusted"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A project, and the user's files beside it."""
    monkeypatch.setenv("PASSWORD", "hidden")
    (tmp_path / "secret").write_text("hidden\n")
    (tmp_path / "project" / "sub").mkdir(parents=True)
    (tmp_path / "project" / "token").write_text("its own\n")
    (tmp_path / "project" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "project" / "up").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path / "project")


def project(text: str, name: str = "asprofile.toml") -> Path:
    path = Path(name)
    path.write_text(PEER + text)
    return path


def own(text: str) -> Path:
    path = Path(own_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


OUTSIDE = [
    'identity = { user = "me", password = "env:PASSWORD" }',
    'identity = { user = "me", password = "file:../secret" }',
    'identity = { user = "me", password = "file:sub/../../secret" }',
    'identity = { user = "me", password = "file:ABSOLUTE/secret" }',
    'identity = { user = "me", password = "file:~/secret" }',
    'identity = { user = "me", password = "file:link" }',
    'identity = { user = "me", password = "file:up/secret" }',
    'identity = { user = "me", password = "file:/dev/fd/0" }',
    'identity = { user = "me", password = "file:/proc/self/environ" }',
    'identity = { user = "me", password = "keyring:pacs" }',
    'identity = { user = "me", password = "prompt" }',
    'identity = { kerberos = "../secret" }',
    'identity = { saml = "link" }',
    'identity = { jwt = "ABSOLUTE/secret" }',
    'tls = { key = "../secret" }',
    'tls = { key = "token", certificate = "link" }',
    'tls = { key = "token", key-password = "env:PASSWORD" }',
    'tls = { key = "token", key-password = "keyring:pacs" }',
]


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_project_does_not_get_what_is_outside(run: Run, tmp_path: Path, text: str) -> None:
    path = project(text.replace("ABSOLUTE", str(tmp_path)))
    for arguments in (["echo", "pacs"], ["probe", "pacs"], ["send", "--peer", "pacs", "."]):
        refused = run(*arguments)
        assert refused.status == 2
        assert NOT_TRUSTED in refused.err and "asprofile trust" in refused.err and own_file() in refused.err
        assert refused.err.count("\n") == 1
        assert "hidden" not in refused.err
    assert "pacs" in run("echo", "--show-settings", "pacs").out

    way_out = re.search(r"`asprofile (trust [^`]+)`", refused.err)
    assert way_out is not None
    assert run(*shlex.split(way_out[1])).status == 0
    assert NOT_TRUSTED not in run("echo", "pacs").err
    path.write_text(path.read_text().replace("127.0.0.1", "127.0.0.2"))
    assert "has changed since you trusted it" in run("echo", "pacs").err


@pytest.mark.parametrize(
    "text",
    [
        "",
        'identity = { user = "me" }',
        'identity = { user = "me", password = "empty" }',
        'identity = { user = "me", password = "file:token" }',
        'identity = { user = "me", password = "file:sub/../token" }',
        'identity = { jwt = "token" }',
        'tls = { key = "token" }',
        'tls = { ca = "../secret" }',
    ],
)
def test_what_comes_with_the_project_needs_no_trust(run: Run, text: str) -> None:
    project(text)
    result = run("echo", "pacs")
    assert result.status == 2
    assert "trust" not in result.err.replace("is trusted", "")


def test_another_user_s_file_does_not_come_with_the_project(run: Run, tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may give a file away")
    path = project('identity = { jwt = "token" }')
    os.chown(path, 12345, -1)
    assert NOT_TRUSTED in run("echo", "pacs").err


def test_home_is_no_project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that were unpacked there would have all that the user has."""
    project('identity = { jwt = "token" }')
    monkeypatch.setenv("HOME", str(tmp_path / "project"))
    assert NOT_TRUSTED in run("echo", "pacs").err
    monkeypatch.setenv("HOME", str(tmp_path / "project" / "sub"))
    assert NOT_TRUSTED in run("echo", "pacs").err


@pytest.mark.parametrize(
    "options",
    [
        ["--user", "me", "--password", "env:PASSWORD"],
        ["--jwt", "../secret"],
        ["--tls-key", "../secret"],
    ],
    ids=lambda options: options[0],
)
def test_secrets_of_options_do_not_go_to_a_peer_of_others_either(run: Run, options: list[str]) -> None:
    project("")
    refused = run("echo", "pacs", *options)
    assert refused.status == 2 and NOT_TRUSTED in refused.err
    assert NOT_TRUSTED not in run("echo", "ARCHIVE@127.0.0.1:1", *options).err


def test_an_option_takes_the_place_of_the_setting(run: Run) -> None:
    project('identity = { user = "me", password = "env:PASSWORD" }\ntls = { key = "../secret" }')
    assert "identity.password" in run("echo", "pacs", "--no-tls").err
    assert "tls.key" in run("echo", "pacs", "--user", "you").err
    assert NOT_TRUSTED not in run("echo", "pacs", "--no-tls", "--user", "you").err


def test_a_file_that_is_named_needs_trust_too(run: Run) -> None:
    path = project('identity = { user = "me", password = "env:PASSWORD" }', "other.toml")
    assert NOT_TRUSTED in run("echo", "--config", str(path), "pacs").err
    assert run("trust", str(path)).status == 0
    assert NOT_TRUSTED not in run("echo", "--config", str(path), "pacs").err


class TestOwnSettings:
    TEXT = PEER + 'identity = { user = "me", password = "env:PASSWORD" }\ntls = { ca = "ca.pem" }\n'

    def test_they_need_no_trust(self, run: Run) -> None:
        own(self.TEXT)
        assert "ca.pem" in run("echo", "pacs").err
        assert NOT_TRUSTED not in run("echo", "pacs").err
        assert "your own settings, which need no trust" in run("trust", own_file()).err

    def test_a_project_cannot_redefine_their_peers(self, run: Run) -> None:
        own(self.TEXT)
        project("").write_text('[peers.pacs]\naddress = "thief.example:104"\n[peers.more]\naddress = "m.example:1"\n')
        shown = run("echo", "--show-settings").out
        assert "127.0.0.1" in shown and "thief" not in shown and "m.example" in shown
        assert "which does not count" in run("echo", "pacs").err
        assert run("trust").status == 0
        assert "thief" not in run("echo", "--show-settings", "pacs").out

    def test_isolated_and_a_named_file_leave_them_out(self, run: Run) -> None:
        own(self.TEXT)
        path = project("").rename("other.toml")
        path.write_text('[peers.other]\naddress = "m.example:1"\n')
        assert "no peer 'pacs'" in run("echo", "--config", "other.toml", "pacs").err
        assert run("echo", "--isolated", "pacs").status == 2

    def test_other_settings_count_where_there_is_no_project(self, run: Run, clean: str) -> None:
        own('[lint]\nignore = ["AP201"]\n')
        assert "AP201" not in run("lint", "--show-settings").out.partition("rules run")[2]
        Path("asprofile.toml").write_text("")
        assert "AP201" in run("lint", "--show-settings").out.partition("rules run")[2]
        Path("asprofile.toml").unlink()
        assert "AP201" in run("lint", "--isolated", "--show-settings").out.partition("rules run")[2]

    @pytest.mark.parametrize(
        ("system", "variables", "expected"),
        [
            ("linux", {}, "HOME/.config/asprofile"),
            ("linux", {"XDG_CONFIG_HOME": "/x"}, "/x/asprofile"),
            ("linux", {"XDG_CONFIG_HOME": "relative"}, "HOME/.config/asprofile"),
            ("darwin", {}, "HOME/Library/Application Support/asprofile"),
            ("darwin", {"XDG_CONFIG_HOME": "/x"}, "/x/asprofile"),
        ],
    )
    def test_where_they_are(
        self, system: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("XDG_CONFIG_HOME")
        monkeypatch.setattr("sys.platform", system)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert own_directory() == expected.replace("HOME", str(Path.home()))


class TestCommand:
    def test_what_is_trusted_is_told_and_listed(self, run: Run, tmp_path: Path) -> None:
        project('identity = { user = "me", password = "env:PASSWORD" }')
        assert run("trust", "--list").out == ""
        told = run("trust")
        assert told.status == 0
        assert "pacs: ARCHIVE@127.0.0.1:1 may get identity.password (env:PASSWORD)" in told.out
        name = os.path.realpath("asprofile.toml")
        assert run("trust", "--list").out == f"{name}: as it was\n"
        Path("asprofile.toml").write_text("")
        changed = run("trust", "--list")
        assert (changed.status, changed.out) == (1, f"{name}: changed, trust it again\n")
        Path("asprofile.toml").unlink()
        assert run("trust", "--list").out == f"{name}: gone\n"
        assert run("trust", "--revoke", "asprofile.toml").status == 0
        assert run("trust", "--list").out == ""
        assert run("trust", "--revoke", "asprofile.toml").status == 2

    def test_a_copy_and_a_link_are_not_the_file(self, run: Run, tmp_path: Path) -> None:
        path = project('identity = { user = "me", password = "env:PASSWORD" }')
        run("trust")
        Path("sub/asprofile.toml").write_bytes(path.read_bytes())
        assert NOT_TRUSTED in run("echo", "--config", "sub/asprofile.toml", "pacs").err
        Path("alias.toml").symlink_to(path)
        assert NOT_TRUSTED not in run("echo", "--config", "alias.toml", "pacs").err

    @pytest.mark.parametrize("record", [b"", b"{", b"[]", b"[" * 100_000, b"\xff", b'{"file": 1}', b'{"sha256": "x"}'])
    def test_a_broken_record_is_no_trust(self, run: Run, record: bytes) -> None:
        project('identity = { user = "me", password = "env:PASSWORD" }')
        run("trust")
        (file,) = Path(own_directory(), "trusted").iterdir()
        file.write_bytes(record)
        assert NOT_TRUSTED in run("echo", "pacs").err
        assert run("trust", "--list").out == ""
        assert run("trust").status == 0

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["gone.toml"], "no such file"),
            ([], "name the file"),
            (["--list", "--revoke"], "--list goes alone"),
            (["empty.toml"], "has no peers"),
        ],
        ids=str,
    )
    def test_what_cannot_be(self, run: Run, arguments: list[str], says: str) -> None:
        Path("empty.toml").write_text("")
        result = run("trust", *arguments)
        assert (result.status, result.out) == (2, "")
        assert says in result.err

    def test_a_name_for_the_shell(self, run: Run) -> None:
        evil = "a $(touch stolen)'\n.toml"
        project('identity = { user = "me", password = "env:PASSWORD" }', evil)
        err = run("echo", "--config", evil, "pacs").err
        assert err.count("\n") == 1
        assert r"\012.toml'" in err and "trust $'" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--user", "me", "--password", "env:PASSWORD"], "the password goes over the network as it is"),
        (["--jwt", "token"], "goes over the network as it is"),
        (["--user", "me", "--password", "env:PASSWORD", "--tls-verify", "none"], "goes to whoever answers"),
        (["--user", "me", "--password", "env:PASSWORD", "--tls-verify", "certificate"], "goes to whoever answers"),
        (["--user", "me"], ""),
        (["--user", "me", "--password", "env:PASSWORD", "--tls"], ""),
    ],
    ids=str,
)
def test_a_password_that_others_could_read_is_told(run: Run, arguments: list[str], says: str) -> None:
    err = run("echo", "127.0.0.1:1", *arguments).err
    assert ("warning" in err) == bool(says)
    assert says in err
