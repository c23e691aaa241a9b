"""Cipher suites by their TLS names, and what the DICOM security profiles make of them (PS3.15 annex B).

Belongs here: which suites and protocol versions a profile offers, and which of them the linked OpenSSL has. Does not
belong here: setting them (``tls_context``).
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError

if TYPE_CHECKING:
    from asprofile.net.tls_words import SecurityProfile

SUITES: Final[dict[str, int]] = {
    "TLS_RSA_WITH_NULL_SHA": 0x0002,
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA": 0x000A,
    "TLS_RSA_WITH_AES_128_CBC_SHA": 0x002F,
    "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA": 0x0041,
    "TLS_RSA_WITH_AES_128_CBC_SHA256": 0x003C,
    "TLS_RSA_WITH_AES_128_GCM_SHA256": 0x009C,
    "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA": 0xC004,
    "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA": 0xC00E,
    "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256": 0xC025,
    "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256": 0xC029,
    "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02D,
    "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256": 0xC031,
    "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA": 0x0084,
    "TLS_RSA_WITH_AES_256_CBC_SHA": 0x0035,
    "TLS_RSA_WITH_AES_256_CBC_SHA256": 0x003D,
    "TLS_RSA_WITH_AES_256_GCM_SHA384": 0x009D,
    "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA": 0xC005,
    "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA": 0xC00F,
    "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384": 0xC026,
    "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384": 0xC02A,
    "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02E,
    "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384": 0xC032,
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA": 0x0032,
    "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA": 0x0044,
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA": 0x0033,
    "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA": 0x0045,
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256": 0x0040,
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256": 0x0067,
    "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256": 0x00A2,
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256": 0x009E,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": 0xC009,
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": 0xC013,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256": 0xC023,
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256": 0xC027,
    "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256": 0xC086,
    "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256": 0xC08A,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM": 0xC0AC,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8": 0xC0AE,
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02B,
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": 0xC02F,
    "TLS_DHE_DSS_WITH_AES_256_CBC_SHA": 0x0038,
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA": 0x0039,
    "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA": 0x0087,
    "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA": 0x0088,
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCAA,
    "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256": 0x006A,
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256": 0x006B,
    "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384": 0x00A3,
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384": 0x009F,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": 0xC00A,
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": 0xC014,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384": 0xC024,
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384": 0xC028,
    "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384": 0xC087,
    "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384": 0xC08B,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA9,
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA8,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM": 0xC0AD,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8": 0xC0AF,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02C,
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": 0xC030,
    "TLS_AES_128_CCM_SHA256": 0x1304,
    "TLS_AES_128_CCM_8_SHA256": 0x1305,
    "TLS_AES_128_GCM_SHA256": 0x1301,
    "TLS_CHACHA20_POLY1305_SHA256": 0x1303,
    "TLS_AES_256_GCM_SHA384": 0x1302,
}
"""The suites that DCMTK knows, in its order, the weakest of each group first: IANA's name and number."""

_TLS_1_3: Final = 0x1300
_ADDS_TO_TLS_1_3: Final = hasattr(ssl.SSLContext, "set_ciphersuites")
"""Whether suites of TLS 1.3 can be chosen: since Python 3.15."""
_OPTIONAL: Final = ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "_CAMELLIA_")
"""What a profile does without where OpenSSL has it not, as DCMTK does."""


@dataclass(frozen=True, slots=True)
class SuiteRules:
    """What a security profile offers: suites up to TLS 1.2 in their order, whether TLS 1.0 and 1.1 and whether 1.3 are
    offered, and OpenSSL's security level (0 to 5: the least strength of keys and signatures).

    ``section``: where PS3.15 has it. ``additions``: whether suites may be added.
    """

    section: str
    suites: tuple[str, ...]
    old_versions: bool = False
    tls_1_3: bool = True
    level: int = 2
    additions: bool = True


_GCM_RSA: Final = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
)
SUITE_RULES: Final[dict[SecurityProfile, SuiteRules]] = {
    "bcp195-8996": SuiteRules(
        "B.12",
        (
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ),
    ),
    "bcp195-8996-modified": SuiteRules(
        "B.13",
        (
            "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
            "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ),
        additions=False,
    ),
    # The retired ones do not ask for more of certificates than DCMTK asks: peers that need them are old.
    "bcp195-nd": SuiteRules("B.10", _GCM_RSA, level=1),
    "bcp195": SuiteRules(
        "B.9", (*_GCM_RSA, "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), old_versions=True, level=0
    ),
    "bcp195-extended": SuiteRules(
        "B.11",
        (*_GCM_RSA, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        tls_1_3=False,
        additions=False,
    ),
    "aes": SuiteRules(
        "B.3",
        ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        old_versions=True,
        tls_1_3=False,
        level=0,
    ),
    "null": SuiteRules("none, IHE ATNA", ("TLS_RSA_WITH_NULL_SHA",), old_versions=True, tls_1_3=False, level=0),
}


def supported_suites() -> tuple[str, ...]:
    """The suites of DCMTK's that the linked OpenSSL has, by TLS name, in the order of SUITES."""
    known = _openssl_names()
    return tuple(name for name, number in SUITES.items() if number in known)


def supported_profiles() -> dict[SecurityProfile, str]:
    """Every security profile, with what the linked OpenSSL lacks for it; empty if it can be used."""
    return {profile: _lacking(profile) for profile in SUITE_RULES}


def openssl_suites(profile: SecurityProfile, added: tuple[str, ...]) -> str:
    """The suites up to TLS 1.2 of a profile and the added ones, as OpenSSL wants them told.

    Raises ConfigurationError if the linked OpenSSL has not what the profile needs, or a suite is unknown or against the
    profile's rules.
    """
    rules = SUITE_RULES[profile]
    lacking = _lacking(profile)
    if lacking:
        raise ConfigurationError(f"TLS: security profile {profile}: {lacking}; choose another profile")
    for name in added:
        _check_addition(name, profile, rules)
    known = _openssl_names()
    numbers = [SUITES[name] for name in (*rules.suites, *added)]
    names = [known[number] for number in numbers if number in known and not _is_tls_1_3(number)]
    return ":".join([*dict.fromkeys(names), f"@SECLEVEL={rules.level}"])


def openssl_suites_1_3(added: tuple[str, ...]) -> str:
    """The suites of TLS 1.3 as OpenSSL wants them told; empty if those that it offers by itself will do."""
    named = [name for name in dict.fromkeys(added) if _is_tls_1_3(SUITES[name])]
    if not named:
        return ""
    offered = _offered_1_3()
    more = [name for name in named if name not in offered]
    return ":".join([*offered, *more]) if more else ""


def _lacking(profile: SecurityProfile) -> str:
    known = _openssl_names()
    lacking = [
        name
        for name in SUITE_RULES[profile].suites
        if SUITES[name] not in known and not any(o in name for o in _OPTIONAL)
    ]
    return f"{ssl.OPENSSL_VERSION} does not have {', '.join(lacking)}" if lacking else ""


def _check_addition(name: str, profile: SecurityProfile, rules: SuiteRules) -> None:
    number = SUITES.get(name)
    if number is None:
        # Needed for slips alone.
        from asprofile.names.suggest import nearest

        hint = nearest(name.upper(), list(SUITES))
        meant = f"; did you mean {' or '.join(hint)}?" if hint else ""
        raise ConfigurationError(f"TLS: no cipher suite {name!r}{meant}")
    if not rules.additions:
        raise ConfigurationError(f"TLS: security profile {profile} takes no other cipher suites than its own")
    if _is_tls_1_3(number):
        _check_addition_1_3(name, profile, rules)
        return
    if number not in _openssl_names():
        raise ConfigurationError(f"TLS: {ssl.OPENSSL_VERSION} does not have cipher suite {name}")
    if profile != "null" and "_NULL_" in name:
        raise ConfigurationError(f"TLS: cipher suite {name} does not encrypt: security profile {profile} forbids it")
    if profile == "bcp195-8996" and name.endswith("_SHA"):
        raise ConfigurationError(f"TLS: cipher suite {name} is made with SHA-1: security profile {profile} forbids it")


def _check_addition_1_3(name: str, profile: SecurityProfile, rules: SuiteRules) -> None:
    if not rules.tls_1_3:
        raise ConfigurationError(
            f"TLS: cipher suite {name} belongs to TLS 1.3, and security profile {profile} does not offer TLS 1.3 at all"
        )
    offered = _offered_1_3()
    if name not in offered and not _ADDS_TO_TLS_1_3:
        raise ConfigurationError(
            f"TLS: cipher suite {name} belongs to TLS 1.3, to whose suites none can be added before Python 3.15; "
            f"offered are {', '.join(offered)}"
        )


def _is_tls_1_3(number: int) -> bool:
    return number >> 8 == _TLS_1_3 >> 8


@cache
def _offered_1_3() -> tuple[str, ...]:
    """The suites of TLS 1.3 that OpenSSL offers by itself; its names for them are IANA's."""
    suites = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).get_ciphers()
    return tuple(suite["name"] for suite in suites if _is_tls_1_3(suite["id"] & 0xFFFF))


@cache
def _openssl_names() -> dict[int, str]:
    """OpenSSL's names of all suites that it has, by IANA's number."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:eNULL:@SECLEVEL=0")
    return {suite["id"] & 0xFFFF: suite["name"] for suite in context.get_ciphers()}
