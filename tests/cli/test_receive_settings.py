"""``[receive]`` of the settings: every option has a key, which counts where the option is not given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from tls_files import TlsFiles

from asprofile.cli import receive as module
from asprofile.cli import root
from asprofile.errors import ConfigurationError
from asprofile.receive.identities import IdentityCommand, IdentityFile
from asprofile.settings.peers import TLS
from asprofile.settings.receiving import RECEIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

WITHOUT_KEY = {"config", "isolated", "hash-identity", "help"}
"""Options that choose the settings, or do something else."""


def options() -> set[str]:
    found = root.cli.get_command(click.Context(root.cli), "receive")
    assert found is not None
    return {option.opts[-1].removeprefix("--") for option in found.params if isinstance(option, click.Option)} | {
        "address"
    }


def test_every_option_has_a_key_and_every_key_an_option() -> None:
    tls = {"tls", *(f"tls-{key}" for key in TLS.keys)}
    names = {"tls-certificate": "tls-cert", "tls-security-profile": "tls-profile", "tls-ciphers": "tls-cipher"}
    keys = {*RECEIVE.keys, *(names.get(key, key) for key in tls)}
    # Of a server nobody asks for its name; in which form a file is, it finds out.
    assert options() - WITHOUT_KEY == keys - {"tls-name", "tls-sni", "tls-format"}


def test_a_zero_that_the_help_explains_is_taken() -> None:
    """Of every command: ``0: never`` is no help if 0 is refused."""
    explained = []
    for name in root.cli.list_commands(click.Context(root.cli)):
        command = root.cli.get_command(click.Context(root.cli), name)
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option) and re.search(r"\b0: |\b0 \(", option.help or ""):
                assert option.type.convert("0", option, None) == 0
                explained.append((name, option.opts[0]))
    assert {("receive", "--max-object-size"), ("receive", "--min-free"), ("receive", "--idle-timeout")} <= {*explained}


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command wants to receive with; it comes no further."""
    found: dict[str, Any] = {}

    def receive(profile: object, into: object, **more: object) -> None:
        found.update({"profile": profile, "into": into, **more})
        raise ConfigurationError("enough")

    monkeypatch.setattr(module, "receive", receive)
    return found


SETTINGS = """
release = "3.6.7"
[receive]
address = ["STORE@11112", "STORE@[::1]:0"]
profile = "my.cfg:Acceptor"
into = "inbox"
layout = "{PatientID}/{SOPInstanceUID}"
on-duplicate = "refuse"
durable = true
min-free = "1M"
only-from = ["A", "B@10.0.0.0/8"]
max-associations = 3
max-per-host = 2
max-pdu = 16384
idle-timeout = 10
acse-timeout = 5.5
"""


def test_the_settings_count(run: Run, received: dict[str, Any]) -> None:
    Path("asprofile.toml").write_text(SETTINGS)
    assert run("receive").err == "asprofile: enough\n"
    assert received["address"] == ("STORE@11112", "STORE@[::1]:0")
    assert received["profile"].name == "Acceptor"
    assert received["profile"].path == str(Path("my.cfg").absolute())
    assert received["into"] == str(Path("inbox").absolute())
    assert (received["release"], received["only_from"]) == ("3.6.7", ("A", "B@10.0.0.0/8"))
    found = received["options"]
    assert (found.max_associations, found.max_per_host, found.max_pdu) == (3, 2, 16384)
    assert (found.idle_timeout, found.acse_timeout) == (10, 5.5)
    store = found.store
    assert (store.layout, store.on_duplicate) == ("{PatientID}/{SOPInstanceUID}", "refuse")
    assert (store.durable, store.min_free) == (True, 1 << 20)


def test_ports_and_sizes_may_be_numbers(run: Run, received: dict[str, Any]) -> None:
    Path("asprofile.toml").write_text("[receive]\naddress = [0, 'STORE@104']\ninto = 'x'\nmin-free = 0\n")
    run("receive")
    assert received["address"] == ("0", "STORE@104")
    assert received["options"].store.min_free == 0
    Path("asprofile.toml").write_text("[receive]\naddress = 104\ninto = 'x'\nmax-object-size = 1000\n")
    run("receive")
    assert received["address"] == ("104",)
    assert received["options"].store.max_object_size == 1000


def test_what_is_said_counts_more(run: Run, received: dict[str, Any]) -> None:
    Path("asprofile.toml").write_text(SETTINGS)
    run("receive", "104", "--into", "x", "--max-associations", "64", "--only-from", "C", "--accept-all")
    assert (received["address"], received["into"], received["only_from"]) == (("104",), "x", ("C",))
    assert (received["accept_all"], received["profile"]) == (True, None)
    assert received["options"].max_associations == 64, "the default, but said"
    assert received["options"].max_per_host == 2
    received.clear()
    assert "Missing argument" in run("receive", "--isolated").err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on-duplicat = 'keep'", "toml:2:1: receive.on-duplicat: is not a setting; did you mean 'on-duplicate'?"),
        ("on-duplicate = 'kep'", "asprofile.toml:2:1: receive.on-duplicate: 'kep' is not one of"),
        ("max-associations = 0", "receive.max-associations: 0 is not in the range"),
        ("min-free = 'much'", "receive.min-free: "),
        ("min-free = -1", "receive.min-free: is not a string, or empty"),
        ("metrics = true", "receive.metrics: is not a string, or empty"),
        ("address = [true]", "receive.address: is neither a string nor a list of strings"),
        ("durable = 'yes'", "receive.durable: is neither true nor false"),
        ("tls = {ke = 'x'}", "receive.tls.ke: is not a setting; did you mean 'key'?"),
        ("identity-command = 'a {usr}'", "did you mean {user}?"),
        ("identities = 'none'", "none: no such file or directory"),
        ("tls = true", "TLS: an acceptor has a private key and a certificate: --tls-key FILE --tls-cert FILE"),
        ("tls = {verify = 'ful'}", "receive.tls.verify: is 'ful', not one of"),
    ],
)
def test_what_is_wrong(run: Run, received: dict[str, Any], text: str, message: str) -> None:
    Path("asprofile.toml").write_text(f"[receive]\n{text}\n")
    run("trust", "asprofile.toml")
    result = run("receive", "0", "--into", "x")
    assert result.status == 2
    assert message in result.err
    assert received == {}


def test_users(run: Run, received: dict[str, Any]) -> None:
    line = run("receive", "--hash-identity", "me", stdin=b"secret\n").out
    assert line.startswith("me:scrypt$")
    Path("users").write_text(line)
    run("receive", "0", "--into", "x", "--identities", "users")
    assert isinstance(received["options"].identities, IdentityFile)
    run("receive", "0", "--into", "x", "--identity-command", "check {user}")
    assert isinstance(received["options"].identities, IdentityCommand)
    assert (
        "exclude each other"
        in run("receive", "0", "--into", "x", "--identities", "users", "--identity-command", "a").err
    )


def test_tls(run: Run, received: dict[str, Any], tls_files: TlsFiles) -> None:
    server = tls_files.server
    key, certificate, ca = map(str, (server.key, server.certificate, tls_files.authority.certificate))
    run("receive", "0", "--into", "x", "--tls-key", key, "--tls-cert", certificate)
    assert received["options"].tls.verify == "none", "nobody can prove anything without an authority"
    run("receive", "0", "--into", "x", "--tls-key", key, "--tls-cert", certificate, "--tls-ca", ca)
    assert received["options"].tls.verify == "certificate"
    table = f"key = {key!r}, certificate = {certificate!r}, ca = {ca!r}"
    Path("asprofile.toml").write_text(f"[receive]\ntls = {{{table}}}\n")
    refused = run("receive", "0", "--into", "x")
    assert f"would use {key} (tls.key)" in refused.err
    assert "is not your own, and not trusted" in refused.err
    run("trust")
    run("receive", "0", "--into", "x")
    assert received["options"].tls.verify == "certificate"
    received.clear()
    run("receive", "0", "--into", "x", "--no-tls")
    assert received["options"].tls is None


@pytest.mark.parametrize("text", ["identity-command = ['a']", "into = '../elsewhere'", "identities = '/etc/passwd'"])
def test_what_others_wrote_needs_trust(run: Run, received: dict[str, Any], text: str) -> None:
    Path("asprofile.toml").write_text(f"[receive]\naddress = '0'\n{text}\n")
    more = () if "into" in text else ("--into", "x")
    result = run("receive", *more)
    assert result.status == 2
    assert "is not your own, and not trusted: if that is right, run `asprofile trust " in result.err
    assert received == {}
    assert "receive: may " in run("trust").out
    assert "trust" not in run("receive", *more).err
    Path("asprofile.toml").write_text(f"[receive]\naddress = '1'\n{text}\n")
    assert "has changed since you trusted it" in run("receive", *more).err


def test_callers_are_judged(run: Run) -> None:
    Path("asprofile.toml").write_text("[receive]\nonly-from = '@1'\n")
    assert "is not an AE title" in run("receive", "0", "--into", "x").err
