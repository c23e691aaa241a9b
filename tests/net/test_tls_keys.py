"""Files of keys and certificates: what is in them is found, and what is not is said."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tls_files import PASSWORD

from asprofile.errors import ConfigurationError
from asprofile.net.tls_keys import (
    as_file,
    read_authorities,
    read_certificates,
    read_key,
    read_revocations,
)

if TYPE_CHECKING:
    from tls_files import TlsFiles


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)


# What `openssl` makes of a key, and under which label we hand it on.
DER_KEYS = {
    "PRIVATE KEY": ("pkcs8", "-topk8", "-nocrypt"),
    "ENCRYPTED PRIVATE KEY": ("pkcs8", "-topk8", "-passout", f"pass:{PASSWORD}"),
    "RSA PRIVATE KEY": ("rsa", "-traditional"),
}


@pytest.mark.parametrize("label", DER_KEYS)
@pytest.mark.parametrize("form", ["auto", "der"])
def test_keys_in_der(tls_files: TlsFiles, tmp_path: Path, label: str, form: str) -> None:
    path = tmp_path / "key.der"
    openssl(*DER_KEYS[label], "-in", tls_files.client.key, "-outform", "DER", "-out", path)
    key = read_key(path, form)
    assert key.pem.startswith(f"-----BEGIN {label}-----\n".encode())
    assert key.encrypted is label.startswith("ENCRYPTED")
    again = tmp_path / "key.pem"
    again.write_bytes(key.pem)
    openssl("pkey", "-in", again, "-passin", f"pass:{PASSWORD}", "-noout")


def test_elliptic_curve_keys(tmp_path: Path) -> None:
    pem, der = tmp_path / "ec.pem", tmp_path / "ec.der"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", pem)
    assert read_key(pem).pem.startswith(b"-----BEGIN EC PRIVATE KEY-----")  # and not the parameters in front of it
    openssl("ec", "-in", pem, "-outform", "DER", "-out", der)
    assert read_key(der).pem.startswith(b"-----BEGIN EC PRIVATE KEY-----")


def test_keys_in_pem(tls_files: TlsFiles, tmp_path: Path) -> None:
    assert not read_key(tls_files.client.key).encrypted
    assert read_key(tls_files.encrypted_key).encrypted
    old = tmp_path / "old.key"
    openssl("rsa", "-traditional", "-aes128", "-passout", "pass:secret", "-in", tls_files.client.key, "-out", old)
    assert read_key(old).encrypted
    assert "BEGIN" not in repr(read_key(old))


def test_certificates_and_lists_in_der(tls_files: TlsFiles, tmp_path: Path) -> None:
    certificate, crl = tmp_path / "c.der", tmp_path / "crl.der"
    openssl("x509", "-in", tls_files.server.certificate, "-outform", "DER", "-out", certificate)
    openssl("crl", "-in", tls_files.revocations, "-outform", "DER", "-out", crl)
    original = "".join(tls_files.server.certificate.read_text().split())
    assert "".join(read_certificates(certificate).decode().split()) == original
    assert "".join(read_authorities(certificate).decode().split()) == original
    assert "".join(read_revocations(crl).decode().split()) == "".join(tls_files.revocations.read_text().split())


def test_everything_in_one_file(tls_files: TlsFiles, tmp_path: Path) -> None:
    path = tmp_path / "all.pem"
    path.write_bytes(
        b"".join(
            file.read_bytes()
            for file in (
                tls_files.client.key,
                tls_files.client.certificate,
                tls_files.authority.certificate,
                tls_files.revocations,
            )
        )
    )
    assert read_key(path).pem.count(b"BEGIN") == 1
    assert read_certificates(path).count(b"BEGIN CERTIFICATE") == 2
    assert read_authorities(path).count(b"BEGIN") == 3
    assert read_revocations(path).count(b"BEGIN X509 CRL") == 1


def test_what_is_not_there(tls_files: TlsFiles, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.pem: no such file or directory"):
        read_key(tmp_path / "missing.pem")
    with pytest.raises(ConfigurationError, match="no private key in it: it holds CERTIFICATE"):
        read_key(tls_files.server.certificate)
    with pytest.raises(ConfigurationError, match="no certificate in it: it holds PRIVATE KEY"):
        read_certificates(tls_files.server.key)
    with pytest.raises(ConfigurationError, match="no certificate revocation list in it: it holds CERTIFICATE"):
        read_revocations(tls_files.server.certificate)
    with pytest.raises(ConfigurationError, match=r"no private key \(DER\) in it: it is a PEM file"):
        read_key(tls_files.server.key, "der")
    p12 = tmp_path / "server.p12"
    openssl("pkcs12", "-export", "-in", tls_files.server.certificate, "-inkey", tls_files.server.key, "-out", p12,
            "-passout", "pass:x")  # fmt: skip
    with pytest.raises(ConfigurationError, match="it looks like PKCS #12"):
        read_key(p12)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x82", b"\x30\x05\x02\x01\x00", b"\x30\x84\xff\xff\xff\xff", b"x" * 50]
)
def test_garbage(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(data)
    for read in (read_key, read_certificates, read_authorities, read_revocations):
        for form in ("auto", "pem", "der"):
            with pytest.raises(ConfigurationError, match="garbage"):
                read(path, form)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_file_for_a_moment(monkeypatch: pytest.MonkeyPatch, in_memory: bool) -> None:
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    with as_file(b"secret") as name:
        path = Path(name)
        assert path.read_bytes() == b"secret"
        if not in_memory:
            assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()
