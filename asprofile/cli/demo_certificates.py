"""Keys and certificates for the demonstration: by the ``openssl`` command, for two days, for this machine."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SETTINGS: Final = """\
[req]
prompt = no
distinguished_name = name
x509_extensions = self_signed
[name]
CN = {name}
[self_signed]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign
subjectAltName = IP:127.0.0.1
subjectKeyIdentifier = hash
"""
_LONGEST: Final = 60
"""Seconds for a key."""


class NoCertificates(Exception):
    """They cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class DemoParty:
    """A key, and its certificate, which is signed with itself: who trusts it trusts nobody else."""

    key: Path
    certificate: Path


def make_certificates(*parties: Path) -> tuple[DemoParty, ...]:
    """For each of them files in the current directory, ``NAME.key`` and ``NAME.pem``. Raises NoCertificates."""
    program = shutil.which("openssl")
    if program is None:
        raise NoCertificates("the openssl command makes the certificates, and it is not installed")
    return tuple(_made(program, party) for party in parties)


def _made(program: str, party: Path) -> DemoParty:
    key, certificate, settings = (party.with_suffix(suffix) for suffix in (".key", ".pem", ".cnf"))
    settings.write_text(_SETTINGS.format(name=party.name), "utf-8")
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "2"]
    command += ["-config", str(settings), "-keyout", str(key), "-out", str(certificate)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoCertificates(f"openssl cannot be run: {error}") from None
    if done.returncode or not certificate.exists():
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise NoCertificates(f"openssl cannot make a certificate: {said}")
    return DemoParty(key, certificate)
