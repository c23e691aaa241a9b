"""From options and settings to a destination: which counts, and what cannot be."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from tls_files import PASSWORD

from asprofile.cli import options, peers
from asprofile.cli.send_options import manners
from asprofile.cli.trusting import trust
from asprofile.errors import AsprofileError
from asprofile.model.reference import ProfileReference
from asprofile.negotiate.request import UserIdentity
from asprofile.net.tls_options import TlsOptions
from asprofile.net.transport import Link
from asprofile.send.destination import Destination
from asprofile.send.peer import Peer
from asprofile.settings.tables import SettingsFile

if TYPE_CHECKING:
    from tls_files import TlsFiles


def resolved(*arguments: str) -> tuple[Destination, dict[str, Any]]:
    """What a command with these arguments would talk to, and what is left for others."""

    @click.command()
    @click.argument("peer")
    @peers.options
    @manners
    @options.config
    def command(peer: str, settings_file: Path | None, isolated: bool, **given: Any) -> tuple[Destination, Any]:
        return peers.resolve(peer, given, partial(options.project, settings_file, isolated)), given

    found: tuple[Destination, dict[str, Any]] = command.main(list(arguments), "command", standalone_mode=False)
    return found


def destination(*arguments: str) -> Destination:
    return resolved(*arguments)[0]


def settings(text: str) -> None:
    """The settings of a project, trusted by the user."""
    content = f'[peers.pacs]\naddress = "PACS@h.example:104"\n{text}'
    Path("asprofile.toml").write_text(content)
    trust(SettingsFile(Path("asprofile.toml"), content.encode()))


def tls(*arguments: str) -> TlsOptions:
    found = destination("h.example:104", *arguments).link.tls
    assert found is not None
    return found


def test_an_address_and_defaults() -> None:
    expected = Destination(Peer("h", 104), "ANY-SCP", "ASPROFILE", 16384, Link())
    assert destination("h:104") == expected
    found = destination("PACS@[::1]:104", "--calling", "US", "--max-pdu", "65536", "--ip", "6")
    assert found == Destination(Peer("::1", 104, "PACS"), "PACS", "US", 65536, Link(ip="6"))
    assert destination("PACS@h:104", "--called", "OTHER").called_ae == "OTHER"


def test_an_address_does_not_look_at_settings() -> None:
    Path("asprofile.toml").write_text("this is not TOML")
    assert destination("h:104").peer == Peer("h", 104)


def test_a_name() -> None:
    settings('called = "C"\ncalling = "US"\nprofile = "p.cfg:P"\nip = "4"\nmax-pdu = 32768')
    assert destination("pacs") == Destination(
        Peer("h.example", 104, "PACS"), "C", "US", 32768, Link(ip="4"),
        profile=ProfileReference(str(Path.cwd() / "p.cfg"), "P"), name="pacs",
    )  # fmt: skip
    found = destination("pacs", "--called", "D", "--calling", "ME", "--ip", "auto", "--max-pdu", "16384")
    assert (found.called_ae, found.calling_ae, found.link.ip, found.max_pdu) == ("D", "ME", "auto", 16384)


def test_limits_take_the_place_of_defaults_only() -> None:
    settings("retries = 7\nconnect-timeout = 0\ndimse-timeout = 5\nassociations = 2")
    _, given = resolved("pacs", "--dimse-timeout", "120", "--associations", "3")
    assert (given["retries"], given["connect_timeout"], given["acse_timeout"]) == (7, 0, 30)
    assert (given["dimse_timeout"], given["associations"]) == (120, 3)
    assert not set(given) & {"tls", "user", "called", "ip"}
    for written, seconds in (('"10m"', 600), ('"forever"', float("inf")), ("90", 90), ('"2h"', 7200), ("0", 0)):
        settings(f"wait = {written}")
        assert resolved("pacs")[1]["wait"] == seconds
    assert resolved("pacs", "--wait", "1.5m")[1]["wait"] == 90
    settings('wait = "10 minutes"')
    with pytest.raises(AsprofileError, match=r"peers\.pacs\.wait: '10 minutes' is no duration: write seconds, or 30s"):
        resolved("pacs")
    settings("associations = 1000")
    with pytest.raises(AsprofileError, match=r"peers\.pacs\.associations: 1000 is not in the range"):
        resolved("pacs")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('ip = "5"', "peers.pacs.ip: is '5', not one of auto, 4, 6"),
        (
            'tls.verify = "ful"',
            "peers.pacs.tls.verify: is 'ful', not one of full, certificate, none; did you mean 'full'?",
        ),
        ('tls.security-profile = "bcp"', "peers.pacs.tls.security-profile: is 'bcp', not one of bcp195-8996"),
        ('tls.format = "p12"', "peers.pacs.tls.format: is 'p12', not one of auto, pem, der"),
        ('tls.crl-check = "some"', "peers.pacs.tls.crl-check: is 'some', not one of none, leaf, all"),
        ('tls.name = "n"\ntls.sni = false', "not to ask for a name (SNI): leave out one"),
        ("tls.sni = false", "only if this name is asked for"),
        ('tls.ca = "missing.pem"', "missing.pem: no such file or directory"),
        ("identity.confirm = true", "peers.pacs.identity: says nothing; it takes one of user, kerberos"),
        ('identity.user = "a"\nidentity.jwt = "b"', "says user and jwt; it takes one of"),
        ('identity.jwt = "b"\nidentity.password = "empty"', "a password belongs to a user"),
        ('identity.saml = "missing"', "missing: no such file or directory"),
        ('identity.user = "a"\nidentity.password = "env:NOT_SET"', "the environment variable NOT_SET is not set"),
    ],
)
def test_settings_that_cannot_be(text: str, says: str) -> None:
    settings(text)
    with pytest.raises(AsprofileError) as error:
        destination("pacs")
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--no-tls", "--tls-verify", "none"], "--no-tls and --tls-verify exclude each other"),
        (["--user", "a", "--jwt", "b"], "--user and --jwt exclude each other"),
        (["--jwt", "b", "--password", "empty"], "--password belongs to --user"),
        (["--password", "empty"], "say --user NAME"),
        (["--confirm-identity"], "say --user NAME"),
        (["--user", "a", "--password", "hidden"], "says where the secret is, not the secret itself"),
        (["--tls-key", "k", "--tls-key-password", "hidden"], "says where the secret is, not the secret itself"),
    ],
)
def test_options_that_cannot_be(arguments: list[str], says: str) -> None:
    with pytest.raises(click.UsageError) as error:
        destination("h:1", *arguments)
    assert says in error.value.message
    assert "hidden" not in error.value.message


def test_tls_defaults() -> None:
    assert tls("--tls") == TlsOptions(verify="full", sni=True, system_cas=True)
    assert tls("--tls-verify", "certificate", "--tls-no-sni") == TlsOptions(
        verify="certificate", sni=False, system_cas=True
    )
    assert tls("--tls-name", "archive").sni == "archive"


def test_every_tls_option(tls_files: TlsFiles) -> None:
    certificates = tls_files.authority.certificate
    found = tls(
        "--tls-ca", str(certificates), "--tls-ca", str(tls_files.authority.directory), "--tls-key",
        str(tls_files.client.key), "--tls-cert", str(tls_files.client.certificate), "--tls-crl",
        str(tls_files.revocations), "--tls-crl-check", "all", "--tls-profile", "bcp195", "--tls-cipher",
        "TLS_RSA_WITH_AES_256_GCM_SHA384", "--tls-system-ca",
    )  # fmt: skip
    assert found == TlsOptions(
        key_file=tls_files.client.key,
        certificate_file=tls_files.client.certificate,
        ca_files=(certificates,),
        ca_directories=(tls_files.authority.directory,),
        system_cas=True,
        crl_files=(tls_files.revocations,),
        crl_check="all",
        security_profile="bcp195",
        ciphers=("TLS_RSA_WITH_AES_256_GCM_SHA384",),
        verify="full",
        sni=True,
    )


def test_tls_settings_and_options_one_by_one(tls_files: TlsFiles) -> None:
    both = Path("both.pem")
    both.write_bytes(tls_files.revoked.key.read_bytes() + tls_files.revoked.certificate.read_bytes())
    settings(
        f'tls.ca = "{tls_files.authority.certificate}"\ntls.key = "{tls_files.client.key}"\n'
        f'tls.certificate = "{tls_files.client.certificate}"\ntls.verify = "certificate"\ntls.sni = false'
    )
    by_settings = TlsOptions(
        tls_files.client.key,
        tls_files.client.certificate,
        ca_files=(tls_files.authority.certificate,),
        verify="certificate",
        sni=False,
    )
    assert destination("pacs").link.tls == by_settings
    changed = destination("pacs", "--tls-key", "both.pem", "--tls-verify", "full", "--tls-name", "n").link.tls
    assert changed == TlsOptions(both, ca_files=by_settings.ca_files, verify="full", sni="n")
    assert destination("pacs", "--no-tls").link.tls is None


def test_an_encrypted_key(tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    arguments = ["--tls-key", str(tls_files.encrypted_key), "--tls-cert", str(tls_files.client.certificate)]
    found = tls(*arguments, "--tls-key-password", "env:KEY_PASSWORD")
    assert found.key_password == PASSWORD
    assert PASSWORD not in repr(found)
    with pytest.raises(AsprofileError, match="is encrypted: give its password"):
        tls(*arguments)
    monkeypatch.setattr("asprofile.cli.secrets.can_ask", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: PASSWORD)
    assert tls(*arguments).key_password == PASSWORD
    assert tls("--tls-key", str(tls_files.client.key), *arguments[2:]).key_password is None


def test_identities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "hidden")
    for name, content in (("ticket", b"\x00\n"), ("assertion", b"<a/>\n"), ("token", b"a.b.c\n"), ("nothing", b"\n")):
        Path(name).write_bytes(content)

    def identity(*arguments: str) -> UserIdentity | None:
        return destination("h:1", *arguments).identity

    assert identity() is None
    assert identity("--user", "mé") == UserIdentity(1, "mé".encode())
    assert identity("--user", "me", "--password", "empty") == UserIdentity(2, b"me", b"")
    found = identity("--user", "me", "--password", "env:PW", "--confirm-identity")
    assert found == UserIdentity(2, b"me", b"hidden", response_requested=True)
    assert identity("--kerberos", "ticket") == UserIdentity(3, b"\x00\n")
    assert identity("--saml", "assertion") == UserIdentity(4, b"<a/>\n")
    assert identity("--jwt", "token") == UserIdentity(5, b"a.b.c")
    with pytest.raises(AsprofileError, match="nothing: empty"):
        identity("--jwt", "nothing")
    assert "hidden" not in repr(destination("h:1", "--user", "me", "--password", "env:PW"))


def test_an_identity_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "hidden")
    settings('identity.user = "me"\nidentity.password = "env:PW"\nidentity.confirm = true')
    assert destination("pacs").identity == UserIdentity(2, b"me", b"hidden", response_requested=True)
    assert destination("pacs", "--password", "empty").identity == UserIdentity(2, b"me", b"", response_requested=True)
    assert destination("pacs", "--user", "you").identity == UserIdentity(1, b"you", response_requested=True)
