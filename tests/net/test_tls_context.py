"""Options become a context, or a message that says which file is wrong and how."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tls_files import PASSWORD

from asprofile.errors import ConfigurationError
from asprofile.net import tls_suites
from asprofile.net.tls_context import client_context, server_context
from asprofile.net.tls_options import TlsOptions
from asprofile.net.tls_words import SECURITY_PROFILES

if TYPE_CHECKING:
    from tls_files import TlsFiles


def trusting(files: TlsFiles, **changes: object) -> TlsOptions:
    return TlsOptions(ca_files=(files.authority.certificate,), **changes)


def test_dcmtks_defaults() -> None:
    assert TlsOptions() == TlsOptions(verify="full", sni=True, system_cas=False, security_profile="bcp195-8996")
    assert TlsOptions().crls_checked == "none"
    assert TlsOptions(crl_files=(Path("x"),)).crls_checked == "leaf"
    assert TlsOptions(crl_files=(Path("x"),), crl_check="all").crls_checked == "all"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"certificate_file": Path("c")}, "without its private key"),
        ({"key_password": "hidden"}, "without a private key"),
        ({"sni": False}, "only if this name is asked for"),
        ({"sni": ""}, "is empty"),
        ({"verify": "none", "crl_check": "leaf"}, "of no use"),
    ],
)
def test_contradictions(options: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as error:
        TlsOptions(**options)
    assert "hidden" not in str(error.value)


def test_no_password_is_shown() -> None:
    assert "hidden" not in repr(TlsOptions(key_file=Path("k"), key_password="hidden"))


def test_verification(tls_files: TlsFiles) -> None:
    context = client_context(trusting(tls_files, verify="certificate", sni=False))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, False)
    context = client_context(trusting(tls_files))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    context = client_context(TlsOptions(verify="none"))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    assert not context.get_ca_certs()


def test_authorities(tls_files: TlsFiles, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no certification authority is trusted"):
        client_context(TlsOptions())
    both = client_context(TlsOptions(ca_files=(tls_files.authority.certificate, tls_files.other_authority.certificate)))
    assert len(both.get_ca_certs()) == 2
    client_context(TlsOptions(system_cas=True))  # a system may have none
    plain = tmp_path / "plain"
    plain.mkdir()
    with pytest.raises(ConfigurationError, match="plain: no certificates of certification authorities in it"):
        client_context(TlsOptions(ca_directories=(plain,)))
    shutil.copy(tls_files.authority.certificate, plain / "ca.pem")
    der = plain / "ca.der"
    subprocess.run(
        ["openssl", "x509", "-in", tls_files.other_authority.certificate, "-outform", "DER", "-out", der], check=True
    )
    (plain / "README").write_text("nothing of the kind")
    assert len(client_context(TlsOptions(ca_directories=(plain,))).get_ca_certs()) == 2
    with pytest.raises(ConfigurationError, match="nowhere: no such file"):
        client_context(TlsOptions(ca_directories=(tmp_path / "nowhere",)))


def test_revocation_lists(tls_files: TlsFiles) -> None:
    def flags(**changes: object) -> ssl.VerifyFlags:
        return client_context(trusting(tls_files, **changes)).verify_flags

    assert not flags() & ssl.VERIFY_CRL_CHECK_CHAIN
    leaf = flags(crl_files=(tls_files.revocations,))
    assert leaf & ssl.VERIFY_CRL_CHECK_CHAIN == ssl.VERIFY_CRL_CHECK_LEAF
    assert flags(crl_check="all") & ssl.VERIFY_CRL_CHECK_CHAIN == ssl.VERIFY_CRL_CHECK_CHAIN
    context = client_context(trusting(tls_files, crl_files=(tls_files.revocations,)))
    assert context.cert_store_stats()["crl"] == 1


def test_our_own_key(tls_files: TlsFiles, tmp_path: Path) -> None:
    client, server = tls_files.client, tls_files.server
    both = tmp_path / "both.pem"
    both.write_bytes(client.key.read_bytes() + client.certificate.read_bytes())
    client_context(trusting(tls_files, key_file=both))
    with pytest.raises(ConfigurationError, match=r"does not belong to the \(first\) certificate in .*server\.pem"):
        client_context(trusting(tls_files, key_file=client.key, certificate_file=server.certificate))
    with pytest.raises(ConfigurationError, match="an acceptor needs a private key"):
        server_context(trusting(tls_files))


def test_an_encrypted_key(tls_files: TlsFiles, tmp_path: Path) -> None:
    options = trusting(tls_files, key_file=tls_files.encrypted_key, certificate_file=tls_files.client.certificate)
    with pytest.raises(ConfigurationError, match="is encrypted: give its password"):
        client_context(options)
    for wrong in ("wrong", ""):
        with pytest.raises(ConfigurationError, match=r"encrypted\.key: the private key cannot be opened") as error:
            client_context(replace(options, key_password=wrong))
        assert "wrong" not in str(error.value)
    client_context(replace(options, key_password=PASSWORD))
    der = tmp_path / "encrypted.der"
    command = ["openssl", "pkcs8", "-topk8", "-in", tls_files.client.key, "-outform", "DER", "-out", der]
    subprocess.run([*command, "-passout", f"pass:{PASSWORD}"], check=True)
    client_context(replace(options, key_file=der, key_password=PASSWORD))


def test_a_weak_key(tls_files: TlsFiles, tmp_path: Path) -> None:
    key, certificate = tmp_path / "weak.key", tmp_path / "weak.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", key, "-out", certificate]
    subprocess.run([*command, "-subj", "/CN=weak", "-days", "2"], check=True, capture_output=True)
    options = trusting(tls_files, key_file=key, certificate_file=certificate)
    with pytest.raises(ConfigurationError, match=r"weak\.pem: the certificate's key or signature is weaker"):
        client_context(options)
    client_context(replace(options, security_profile="bcp195"))


def test_added_suites_of_tls_1_3_are_set_where_python_can(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(tls_suites, "_ADDS_TO_TLS_1_3", True)
    monkeypatch.setattr(ssl.SSLContext, "set_ciphersuites", lambda _, suites: told.append(suites), raising=False)
    client_context(TlsOptions(verify="none", ciphers=("TLS_AES_128_GCM_SHA256",)))
    assert told == []
    client_context(TlsOptions(verify="none", ciphers=("TLS_AES_128_CCM_SHA256",)))
    assert [suites.split(":")[-1] for suites in told] == ["TLS_AES_128_CCM_SHA256"]

    def refuse(*_: object) -> None:
        raise ssl.SSLError("no such suite")

    monkeypatch.setattr(ssl.SSLContext, "set_ciphersuites", refuse, raising=False)
    with pytest.raises(ConfigurationError, match=r"no cipher suite can be used: .*no such suite"):
        client_context(TlsOptions(verify="none", ciphers=("TLS_AES_128_CCM_SHA256",)))


@pytest.mark.parametrize("profile", SECURITY_PROFILES)
def test_versions(tls_files: TlsFiles, profile: str) -> None:
    context = client_context(trusting(tls_files, security_profile=profile))
    old, new = profile in ("bcp195", "aes", "null"), profile not in ("bcp195-extended", "aes", "null")
    assert context.minimum_version is (ssl.TLSVersion.MINIMUM_SUPPORTED if old else ssl.TLSVersion.TLSv1_2)
    assert context.maximum_version is (ssl.TLSVersion.MAXIMUM_SUPPORTED if new else ssl.TLSVersion.TLSv1_2)
    offered = [suite["name"] for suite in context.get_ciphers() if suite["protocol"] != "TLSv1.3"]
    assert ("NULL-SHA" in offered) is (profile == "null")
