"""How a TLS connection shall be made, as a value.

Belongs here: which choices there are, and which contradict each other. Does not belong here: their words
(``tls_words``), what becomes of them (``tls_context``), the names of cipher suites (``tls_suites``). Nothing here
imports ssl, so that a connection without TLS does not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.errors import ConfigurationError

if TYPE_CHECKING:
    from asprofile.net.tls_words import CrlCheck, FileFormat, SecurityProfile, Verify


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How to make a TLS connection; the defaults are those of DCMTK's tools, but that the peer's name is checked.

    Our own key: ``key_file`` and ``certificate_file`` (its own certificate first, then the CAs between); without
    ``certificate_file`` both are in ``key_file``; without either we stay anonymous. ``key_password`` opens an encrypted
    key; None: the key has none, and an encrypted one is an error (nobody is asked for it here). It is in no repr.

    Whom we trust: ``ca_files``, each with one certificate or more (CRLs in them count, too); ``ca_directories``, either
    hashed as ``openssl rehash`` leaves them or with plain files of certificates; ``system_cas``, those of the system
    beside them. ``crl_files`` are revocation lists; ``crl_check`` None stands for ``leaf`` if there are any, else for
    ``none``.

    ``security_profile`` says which protocol versions and cipher suites are offered. ``ciphers`` are suites offered
    beside those, by their TLS names (``TLS_RSA_WITH_AES_256_CBC_SHA256``), at the end of the list, as with DCMTK's
    --cipher; the profiles bcp195-extended and bcp195-8996-modified take none.

    ``verify`` is how the peer has to prove itself (an acceptor asks for no certificate with ``none``, and treats
    ``full`` like ``certificate``). ``sni`` is the name that the peer is asked for: False none, True the host of its
    address (an IP address is never sent, as RFC 6066 wants it), else this name; with ``verify`` ``full`` the
    certificate must be for this name, so that it cannot be False.

    Raises ConfigurationError where choices contradict each other; files are looked at only when a connection is made.
    """

    key_file: Path | None = None
    certificate_file: Path | None = None
    key_password: str | None = field(default=None, repr=False)
    file_format: FileFormat = "auto"
    ca_files: tuple[Path, ...] = ()
    ca_directories: tuple[Path, ...] = ()
    system_cas: bool = False
    crl_files: tuple[Path, ...] = ()
    crl_check: CrlCheck | None = None
    security_profile: SecurityProfile = "bcp195-8996"
    ciphers: tuple[str, ...] = ()
    verify: Verify = "full"
    sni: bool | str = True

    def __post_init__(self) -> None:
        if self.certificate_file is not None and self.key_file is None:
            raise ConfigurationError(f"TLS: a certificate ({self.certificate_file}) without its private key: name both")
        if self.key_password is not None and self.key_file is None:
            raise ConfigurationError("TLS: a password without a private key that it opens")
        if self.verify == "full" and self.sni is False:
            raise ConfigurationError(
                "TLS: the certificate can be checked for a name only if this name is asked for (SNI): "
                "give a name, or verify the certificate alone"
            )
        if self.sni == "":
            raise ConfigurationError("TLS: the name to ask for (SNI) is empty")
        if self.crl_check in ("leaf", "all") and self.verify == "none":
            raise ConfigurationError("TLS: revocation lists are of no use when the certificate is not verified")

    @property
    def crls_checked(self) -> CrlCheck:
        """``crl_check`` with its default filled in."""
        if self.crl_check is not None:
            return self.crl_check
        return "leaf" if self.crl_files and self.verify != "none" else "none"
