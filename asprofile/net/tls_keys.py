"""Files of keys, certificates and revocation lists, PEM or DER, as the PEM that OpenSSL is given.

Belongs here: finding out what is in a file before OpenSSL only reports "PEM lib". Does not belong here: what it is used
for (``tls_context``). Nothing here imports ssl.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError
from asprofile.regular import MAX_SETTINGS, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.net.tls_words import FileFormat

_BEGIN: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n")
_MANY_ENDLESS: Final = 20
"""Kinds of blocks without an end, after which a file is looked at no further."""
_KEYS: Final = ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY")
_CERTIFICATES: Final = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
_MAX_AUTHORITIES: Final = 1 << 24
"""Bytes of a file with certificates of CAs or revocation lists; all CAs of a system take some hundred thousand. Keys
and our own certificates are as small as settings.
"""

_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30
_RSA_INTEGERS, _DSA_INTEGERS = 9, 6


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key as PEM; in no repr."""

    pem: bytes = field(repr=False)
    encrypted: bool


def read_key(path: Path, form: FileFormat = "auto") -> PrivateKey:
    """The private key in a file: PKCS #8, encrypted or not, or a traditional RSA, EC or DSA key.

    Raises ConfigurationError.
    """
    data = _read(path)
    if not _is_pem(data, form):
        label = _der_key_label(data)
        if label is None:
            raise ConfigurationError(f"{path}: no private key (DER) in it{_hint(data)}")
        return PrivateKey(_pem(label, data), label.startswith("ENCRYPTED"))
    for label, block in _blocks(data):
        if label in _KEYS:
            return PrivateKey(block + b"\n", label.startswith("ENCRYPTED") or b"4,ENCRYPTED" in block)
    raise ConfigurationError(f"{path}: no private key in it{_found(data)}")


def read_certificates(path: Path, form: FileFormat = "auto") -> bytes:
    """The certificates in a file as PEM, in their order. Raises ConfigurationError if there are none."""
    data = _read(path)
    if not _is_pem(data, form):
        if _der_children(data)[:1] != [_SEQUENCE]:
            raise ConfigurationError(f"{path}: no certificate (DER) in it{_hint(data)}")
        return _pem("CERTIFICATE", data)
    found = [block for label, block in _blocks(data) if label in _CERTIFICATES]
    if not found:
        raise ConfigurationError(f"{path}: no certificate in it{_found(data)}")
    return b"\n".join(found) + b"\n"


def read_authorities(path: Path, form: FileFormat = "auto") -> bytes:
    """The certificates of CAs in a file, with the revocation lists beside them, as PEM. Raises ConfigurationError."""
    data = _read(path, _MAX_AUTHORITIES)
    if not _is_pem(data, form):
        return read_certificates(path, form)
    wanted = (*_CERTIFICATES, "X509 CRL")
    found = [(label, block) for label, block in _blocks(data) if label in wanted]
    if not any(label in _CERTIFICATES for label, _ in found):
        raise ConfigurationError(f"{path}: no certificate in it{_found(data)}")
    return b"\n".join(block for _, block in found) + b"\n"


def read_revocations(path: Path, form: FileFormat = "auto") -> bytes:
    """The certificate revocation lists in a file as PEM. Raises ConfigurationError if there are none."""
    data = _read(path, _MAX_AUTHORITIES)
    if not _is_pem(data, form):
        if _der_children(data)[:1] != [_SEQUENCE]:
            raise ConfigurationError(f"{path}: no certificate revocation list (DER) in it{_hint(data)}")
        return _pem("X509 CRL", data)
    found = [block for label, block in _blocks(data) if label == "X509 CRL"]
    if not found:
        raise ConfigurationError(f"{path}: no certificate revocation list in it{_found(data)}")
    return b"\n".join(found) + b"\n"


@contextlib.contextmanager
def as_file(data: bytes) -> Iterator[str]:
    """A file with this content that nobody else can read, for interfaces that take only names; gone afterwards.

    In memory where the system can, so that no key is written to a disk.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("asprofile")
        try:
            name = f"/proc/self/fd/{descriptor}"
            if Path(name).exists():
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(data)
                yield name
                return
        finally:
            os.close(descriptor)
    # Slow to import, and most systems have no use for it.
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix="asprofile-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        yield name
    finally:
        Path(name).unlink()


def _read(path: Path, limit: int = MAX_SETTINGS) -> bytes:
    try:
        return read_regular(path, limit)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(f"{path}: {reason[:1].lower()}{reason[1:]}") from None


def _is_pem(data: bytes, form: FileFormat) -> bool:
    return form == "pem" or (form == "auto" and b"-----BEGIN " in data)


def _blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Label and text of each block of a PEM file that has an end."""
    endless: set[bytes] = set()
    place = 0
    while len(endless) <= _MANY_ENDLESS and (begin := _BEGIN.search(data, place)) is not None:
        last = b"-----END %s-----" % begin[1]
        end = -1 if begin[1] in endless else data.find(last, begin.end())
        if end < 0:
            endless.add(begin[1])
            place = begin.end()
        else:
            place = end + len(last)
            yield begin[1].decode("ascii"), data[begin.start() : place]


def _found(data: bytes) -> str:
    labels = dict.fromkeys(label for label, _ in _blocks(data))
    if labels:
        return f": it holds {', '.join(labels)}"
    return _hint(data) if data[:1] == b"\x30" else ""


def _hint(data: bytes) -> str:
    """What a file is that is taken for another kind often."""
    if b"-----BEGIN " in data:
        return ": it is a PEM file"
    if _der_children(data)[:2] == [_INTEGER, _SEQUENCE] and data[4:7] == b"\x02\x01\x03":
        return ": it looks like PKCS #12 (.p12, .pfx); `openssl pkcs12 -in FILE -out FILE.pem` makes PEM of it"
    return ": it looks like DER, which was not asked for" if data[:1] == b"\x30" else ""


def _pem(label: str, data: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(data) + f"-----END {label}-----\n".encode()


def _der_key_label(data: bytes) -> str | None:
    """The PEM label of a private key in DER, by the types of what is in its outer sequence; None if it is none."""
    kinds = _der_children(data)
    if kinds == [_SEQUENCE, _OCTETS]:
        return "ENCRYPTED PRIVATE KEY"
    if kinds[:3] == [_INTEGER, _SEQUENCE, _OCTETS]:
        return "PRIVATE KEY"
    if kinds[:2] == [_INTEGER, _OCTETS]:
        return "EC PRIVATE KEY"
    if kinds == [_INTEGER] * _DSA_INTEGERS:
        return "DSA PRIVATE KEY"
    return "RSA PRIVATE KEY" if kinds[:_RSA_INTEGERS] == [_INTEGER] * _RSA_INTEGERS else None


def _der_children(data: bytes) -> list[int]:
    """The tags of what is in the outer sequence; none if there is no such sequence, or anything does not fit."""
    outer = _der_element(data, 0)
    if outer is None or data[0] != _SEQUENCE or outer[1] != len(data):
        return []
    tags, offset = [], outer[0]
    while offset < outer[1]:
        inner = _der_element(data, offset)
        if inner is None or inner[1] > outer[1]:
            return []
        tags.append(data[offset])
        offset = inner[1]
    return tags


def _der_element(data: bytes, offset: int) -> tuple[int, int] | None:
    """Where the content of an element begins and ends, None if it does not fit in the data."""
    if offset + 2 > len(data):
        return None
    length, start = data[offset + 1], offset + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            return None
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    return (start, start + length) if start + length <= len(data) else None
