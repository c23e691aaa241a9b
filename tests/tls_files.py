"""Keys and certificates for tests, made by the ``openssl`` command: nothing of the kind lies in the repository."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse"

_NEW_KEY = ("-newkey", "rsa:2048", "-nodes")


@dataclass(frozen=True)
class Party:
    """A key and its certificate; the files are below the directory of the Authority."""

    key: Path
    certificate: Path


class Authority:
    """A certification authority in a directory of its own: ``openssl ca`` with everything that it needs."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir()
        self.directory = directory
        self.certificate = directory / "ca.pem"
        self._key = directory / "ca.key"
        (directory / "index").write_text("")
        (directory / "serial").write_text("1000\n")
        (directory / "crlnumber").write_text("1000\n")
        self._settings = directory / "ca.cnf"
        self._settings.write_text(_SETTINGS.format(directory=directory))
        made = ("-keyout", self._key, "-out", self.certificate, "-days", "30", "-subj", f"/CN={name}")
        self.run("req", "-x509", *_NEW_KEY, *made, "-config", self._settings, "-extensions", "authority")

    @staticmethod
    def run(*arguments: str | Path) -> None:
        command = ["openssl", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr

    def party(
        self,
        name: str,
        names: str = "DNS:localhost,IP:127.0.0.1,IP:::1",
        *,
        expired: bool = False,
        key: Path | None = None,
    ) -> Party:
        """A party whose certificate is for ``names``; if ``expired``, it was valid for a day in 2020. Its key is a new
        one, which takes a while, or ``key``.
        """
        request = self.directory / f"{name}.csr"
        made: tuple[str | Path, ...] = ("-new", "-key", key or "")
        if key is None:
            key = self.directory / f"{name}.key"
            made = (*_NEW_KEY, "-keyout", key)
        certificate = self.directory / f"{name}.pem"
        about = ["-out", request, "-subj", f"/CN={name}"]
        about += ["-addext", f"subjectAltName={names}"] if names else []
        self.run("req", *made, *about, "-config", self._settings)
        dates = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"] if expired else ["-days", "10"]
        self._ca("-in", request, "-out", certificate, "-notext", *dates)
        return Party(key, certificate)

    def revoke(self, party: Party) -> None:
        self._ca("-revoke", party.certificate)

    def revocations(self) -> Path:
        """The list of what is revoked until now."""
        path = self.directory / "crl.pem"
        self._ca("-gencrl", "-out", path, "-crldays", "30")
        return path

    def _ca(self, *arguments: str | Path) -> None:
        self.run("ca", "-batch", "-config", self._settings, *arguments)


@dataclass(frozen=True)
class TlsFiles:
    """What the tests of TLS need; everything is made once."""

    authority: Authority
    other_authority: Authority
    server: Party
    client: Party
    expired: Party
    revoked: Party
    elsewhere: Party
    """A server's, for another name and no address."""
    stranger: Party
    """Of the other authority."""
    revocations: Path
    encrypted_key: Path
    """The client's key, opened by PASSWORD."""


def make_tls_files(directory: Path) -> TlsFiles:
    authority = Authority(directory / "ca", "Authority of tests")
    other = Authority(directory / "other", "Other authority")
    client = authority.party("client")
    key = client.key
    revoked = authority.party("revoked", key=key)
    authority.revoke(revoked)
    encrypted = directory / "encrypted.key"
    authority.run("pkcs8", "-topk8", "-in", client.key, "-out", encrypted, "-passout", f"pass:{PASSWORD}")
    return TlsFiles(
        authority,
        other,
        authority.party("server"),
        client,
        authority.party("expired", expired=True, key=key),
        revoked,
        authority.party("elsewhere", "DNS:elsewhere.example", key=key),
        other.party("stranger", key=key),
        authority.revocations(),
        encrypted,
    )


_SETTINGS = """\
[ca]
default_ca = default
[default]
dir = {directory}
database = $dir/index
serial = $dir/serial
crlnumber = $dir/crlnumber
new_certs_dir = $dir
certificate = $dir/ca.pem
private_key = $dir/ca.key
default_md = sha256
policy = anything
copy_extensions = copy
unique_subject = no
x509_extensions = party
[anything]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[party]
basicConstraints = CA:false
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
