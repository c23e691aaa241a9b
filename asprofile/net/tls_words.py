"""The words for what can be chosen of a TLS connection.

Belongs here: words alone, for command lines and settings, which do not wait for what is made of them (``tls_options``).
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Verify = Literal["full", "certificate", "none"]
"""How the peer proves itself: a certificate of a CA we trust, for the name we asked for (``full``); such a certificate
for whatever name, as DCMTK does (``certificate``); not at all (``none``).
"""
CrlCheck = Literal["none", "leaf", "all"]
"""Which certificates of the chain are looked up in revocation lists; without a list for its CA a certificate is
refused.
"""
FileFormat = Literal["auto", "pem", "der"]
"""Of all files of keys, certificates and revocation lists; ``auto`` looks into each file."""
SecurityProfile = Literal[
    "bcp195-8996", "bcp195-8996-modified", "bcp195-nd", "bcp195", "bcp195-extended", "aes", "null"
]
"""The DICOM Secure Transport Connection Profiles (PS3.15 annex B), and DCMTK's option for each:
``bcp195-8996`` B.12, --profile-8996; ``bcp195-8996-modified`` B.13, --profile-8996-mod; and the retired ones:
``bcp195-nd`` B.10, --profile-bcp195-nd; ``bcp195`` B.9, --profile-bcp195; ``bcp195-extended`` B.11,
--profile-bcp195-ex; ``aes`` B.3, --profile-aes; ``null``, IHE ATNA without encryption, --profile-null.
"""

VERIFY: Final[tuple[Verify, ...]] = get_args(Verify)
CRL_CHECKS: Final[tuple[CrlCheck, ...]] = get_args(CrlCheck)
FILE_FORMATS: Final[tuple[FileFormat, ...]] = get_args(FileFormat)
SECURITY_PROFILES: Final[tuple[SecurityProfile, ...]] = get_args(SecurityProfile)
