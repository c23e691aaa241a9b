"""Named peers in settings: every key, what is wrong said with its key, and never a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from asprofile.errors import ConfigurationError
from asprofile.model.reference import ProfileReference
from asprofile.settings.finding import from_file
from asprofile.settings.peers import IdentitySettings, PeerSettings, SecretSource, TlsSettings, secret_source
from asprofile.settings.project import ProjectSettings

ALL = """\
[peers.pacs]
address = "PACS@pacs.example.org:2762"
called = "OTHER"
calling = "US"
profile = "profiles/own.cfg:Default"
ip = "6"
max-pdu = 65536
retries = 0
wait = "10m"
dimse-timeout = 2.5

[peers.pacs.tls]
ca = ["ca.pem", "/etc/ca"]
system-ca = true
key = "our.key"
certificate = "our.pem"
key-password = "file:key.txt"
format = "pem"
crl = "list.crl"
crl-check = "all"
verify = "certificate"
name = "archive"
sni = true
security-profile = "bcp195"
ciphers = ["TLS_RSA_WITH_AES_256_GCM_SHA384"]

[peers.pacs.identity]
user = "me"
password = "env:PW"
confirm = true

[peers.plain]
address = "127.0.0.1:104"
tls = true
"""


def settings(directory: Path, text: str) -> ProjectSettings:
    path = directory / "asprofile.toml"
    path.write_text(text, "utf-8")
    return from_file(path)


def test_every_key(tmp_path: Path) -> None:
    found = settings(tmp_path, ALL)
    assert [peer.name for peer in found.peers] == ["pacs", "plain"]
    assert found.peer("pacs") == PeerSettings(
        "pacs",
        "PACS@pacs.example.org:2762",
        called="OTHER",
        calling="US",
        profile=ProfileReference(str(tmp_path / "profiles/own.cfg"), "Default"),
        ip="6",
        limits=(("dimse-timeout", 2.5), ("max-pdu", 65536), ("retries", 0), ("wait", "10m")),
        tls=TlsSettings(
            ca=(tmp_path / "ca.pem", Path("/etc/ca")),
            system_ca=True,
            key=tmp_path / "our.key",
            certificate=tmp_path / "our.pem",
            key_password=SecretSource("file", str(tmp_path / "key.txt")),
            format="pem",
            crl=(tmp_path / "list.crl",),
            crl_check="all",
            verify="certificate",
            name="archive",
            sni=True,
            security_profile="bcp195",
            ciphers=("TLS_RSA_WITH_AES_256_GCM_SHA384",),
        ),
        identity=IdentitySettings(user="me", password=SecretSource("env", "PW"), confirm=True),
    )
    assert found.peer("plain").tls == TlsSettings()
    assert settings(tmp_path, '[peers.p]\naddress = "h:1"\ntls = false').peer("p").tls is None


def test_in_pyproject(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.asprofile.peers.a]\naddress = "h:1"\n')
    assert from_file(path).peer("a").address == "h:1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("peers = 1", "peers: is not a table"),
        ("[peers]\na = 1", "peers.a: is not a table"),
        ("[peers.a]", 'peers.a: has no address: write address = "[AET@]HOST:PORT"'),
        ('[peers.a]\naddress = ""', "peers.a.address: is not a string, or empty"),
        ('[peers.a]\nadress = "h:1"', "peers.a.adress: is not a setting; did you mean 'address'?"),
        ('[peers."a:b"]\naddress = "h:1"', "peers.a:b: a peer's name has neither ':' nor '@'"),
        ('[peers.a]\naddress = "h:1"\nretries = 1.5', "peers.a.retries: is not a whole number, 0 or more"),
        ('[peers.a]\naddress = "h:1"\nretries = true', "peers.a.retries: is not a whole number, 0 or more"),
        ('[peers.a]\naddress = "h:1"\nacse-timeout = -1', "peers.a.acse-timeout: is not a number of seconds"),
        ('[peers.a]\naddress = "h:1"\ntls = "yes"', "peers.a.tls: is not a table"),
        (
            '[peers.a]\naddress = "h:1"\ntls.verfy = "full"',
            "peers.a.tls.verfy: is not a setting; did you mean 'verify'?",
        ),
        (
            '[peers.a]\naddress = "h:1"\nverify = "full"',
            "peers.a.verify: is not a setting; write it in the table [peers.a.tls]",
        ),
        (
            '[peers.a]\naddress = "h:1"\ntls.calling = "X"',
            "peers.a.tls.calling: is not a setting of this table; write it above [peers.a.tls]",
        ),
        ('[peers.a]\naddress = "h:1"\ntls.sni = "no"', "peers.a.tls.sni: is neither true nor false"),
        ('[peers.a]\naddress = "h:1"\ntls.ca = [1]', "peers.a.tls.ca: is neither a string nor a list of strings"),
        (
            '[peers.a]\naddress = "h:1"\nidentity.usr = "x"',
            "peers.a.identity.usr: is not a setting; did you mean 'user'?",
        ),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        settings(tmp_path, text)
    assert says in str(error.value)
    assert re.match(rf"{re.escape(str(tmp_path))}.asprofile\.toml:[1-3]:\d+: peers", str(error.value))


PATHS = ("tls.ca", "tls.key", "tls.certificate", "tls.crl", "identity.kerberos", "identity.saml", "identity.jwt")
FILES = (*((key, "{}") for key in PATHS), ("identity.password", "file:{}"), ("profile", "{}:CT"))


def _of(peer: PeerSettings, key: str) -> str:
    """The file that a key names."""
    found: object = peer
    for part in key.split("."):
        found = getattr(found, part)
    found = found[0] if isinstance(found, tuple) else found
    return str(found.name if isinstance(found, SecretSource) else getattr(found, "path", found))


@pytest.mark.parametrize(("key", "form"), FILES)
def test_a_tilde_is_what_a_shell_takes_it_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, form: str
) -> None:
    """Of a user that is not there, the name stays as it is: a file that is not there, not an error of ours."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, there in (("~/x.cfg", tmp_path / "home" / "x.cfg"), ("~nobody-of-that-name/x", None)):
        value = form.format(name)
        found = settings(tmp_path, f'[peers.a]\naddress = "h:1"\n{key} = "{value}"').peers[0]
        assert _of(found, key) == str(there or tmp_path / name)


@pytest.mark.parametrize("secret", ["hidden", "evn:hidden", "env:", "prompt:hidden", "empty:", "pass:hidden", 4711])
@pytest.mark.parametrize("key", ["identity.password", "tls.key-password"])
def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path, secret: object, key: str) -> None:
    value = f'"{secret}"' if isinstance(secret, str) else secret
    with pytest.raises(ConfigurationError, match="says where the secret is, not the secret itself") as error:
        settings(tmp_path, f'[peers.a]\naddress = "h:1"\n{key} = {value}')
    assert f"peers.a.{key}" in str(error.value)
    assert "hidden" not in str(error.value)
    assert "4711" not in str(error.value)


def test_sources() -> None:
    assert [str(secret_source(text)) for text in ("env:A", "file:a b", "keyring:s:t", "prompt", "empty")] == [
        "env:A", "file:a b", "keyring:s:t", "prompt", "empty",
    ]  # fmt: skip
    assert secret_source("") is None


def test_a_name_that_is_none(tmp_path: Path) -> None:
    found = settings(tmp_path, ALL)
    with pytest.raises(ConfigurationError, match=r"no peer 'pcas' in .*asprofile\.toml; did you mean 'pacs'\?"):
        found.peer("pcas")
    with pytest.raises(ConfigurationError, match="; there is pacs, plain"):
        found.peer("zzz")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('profile = "P"\nconfig = "a.cfg"', 'config: is not a setting; write profile = "a.cfg:P"'),
        ('config = "a.cfg"', 'config: is not a setting; write profile = "a.cfg:"'),
        ('profile = "a.cfg"', "profile: 'a.cfg' is no name of a profile; for a file write a.cfg:NAME, or a.cfg:"),
        ('profile = "-:P"', "profile: is of standard input; name a file"),
    ],
)
def test_a_profile_that_cannot_be(tmp_path: Path, lines: str, message: str) -> None:
    """What it says to write is a setting."""
    with pytest.raises(ConfigurationError) as error:
        settings(tmp_path, f'[peers.pacs]\naddress = "h:104"\n{lines}\n')
    assert f"peers.pacs.{message}" in str(error.value)
    if "write profile" in message:
        settings(tmp_path, f'[peers.pacs]\naddress = "h:104"\n{message.partition("write ")[2]}\n')
