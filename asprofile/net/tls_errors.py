"""TLS failures in words for people who run a PACS.

Belongs here: every failure that OpenSSL reports as a code, and bytes that are not TLS. Does not belong here: files that
cannot be used (``tls_keys``, ``tls_context``).
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Final

from asprofile.printing import of_peer

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_TLS_HERE: Final = "it does not speak TLS on this port (or not now): connect without TLS, or ask for its TLS port"
NO_TLS_THERE: Final = "it does not speak TLS, without which nobody is let in: it has to connect with TLS"
"""The same of a peer that connects to us."""

_OF_A_CALLER: Final = {
    19: "the certification authority at the end of its chain is not trusted",
    20: "its issuer is not among the certification authorities that are trusted",
    "UNSUPPORTED_PROTOCOL": "no version of TLS suits both sides: it is too old for our security profile",
    "NO_SHARED_CIPHER": "no cipher suite suits both sides: our security profile has none of its own",
    "PROTOCOL_VERSION": "it takes no version of TLS that our security profile has",
}
"""What is said otherwise of a peer that connects to us: it is not we who choose another port, or another CA for it."""

_VERIFICATION: Final = {
    2: "its issuer is not among the certification authorities that are trusted",
    3: "there is no revocation list (CRL) of its issuer: name one, or do not check revocation",
    7: "its signature is wrong",
    9: "it is not valid yet: are both clocks right?",
    10: "it has expired: the peer needs a new one (or is our clock wrong?)",
    11: "the revocation list (CRL) is not valid yet: are both clocks right?",
    12: "the revocation list (CRL) has expired: get a new one from the certification authority",
    18: "it is self-signed and not among the certificates that are trusted",
    19: "the certification authority at the end of its chain is not trusted: name the file of the right one",
    20: "its issuer is not among the certification authorities that are trusted: name the file of the right one",
    21: "its issuer is not among the certification authorities that are trusted",
    23: "it has been revoked",
    24: "its issuer is no certification authority",
    26: "it was not made for this side of a connection (extended key usage)",
    62: "it is for another name",
    64: "it is for another address",
    66: "its key is shorter than the security profile allows",
    67: "the key of its certification authority is shorter than the security profile allows",
    68: "its signature is weaker than the security profile allows",
}
"""X509_V_ERR_*, of a verification on our side."""

_ALERTS: Final = {
    "UNKNOWN_CA": "it does not trust the certification authority of our certificate",
    "BAD_CERTIFICATE": "it refuses our certificate (or wants one, and we showed none)",
    "NO_CERTIFICATE": "it wants a certificate of ours, and we showed none: name a key and a certificate",
    "CERTIFICATE_REQUIRED": "it wants a certificate of ours, and we showed none: name a key and a certificate",
    "UNSUPPORTED_CERTIFICATE": "it does not take certificates of the kind of ours",
    "CERTIFICATE_REVOKED": "our certificate has been revoked",
    "CERTIFICATE_EXPIRED": "our certificate has expired",
    "CERTIFICATE_UNKNOWN": "it refuses our certificate",
    "CERTIFICATE_UNOBTAINABLE": "it could not get our certificate",
    "BAD_CERTIFICATE_STATUS_RESPONSE": "it refuses our certificate (status response)",
    "ACCESS_DENIED": "our certificate is in order, but it does not let us in",
    "HANDSHAKE_FAILURE": "no protocol version and cipher suite suits both sides, or it wants a certificate of ours",
    "INSUFFICIENT_SECURITY": "it wants stronger cipher suites than we offer: choose another security profile",
    "PROTOCOL_VERSION": "no version of TLS suits both sides: choose another security profile",
    "UNRECOGNIZED_NAME": "it does not go by the name that it was asked for (SNI)",
    "NO_APPLICATION_PROTOCOL": "no application protocol suits both sides",
    "DECRYPT_ERROR": "it could not verify our signature: does our key belong to our certificate?",
    "INTERNAL_ERROR": "it has an internal error",
    "RECORD_OVERFLOW": "a record of ours was too long for it",
    "UNSUPPORTED_EXTENSION": "it does not take an extension of TLS that we sent",
    "MISSING_EXTENSION": "it misses an extension of TLS that we did not send",
    "INAPPROPRIATE_FALLBACK": "it holds our TLS version too old",
}
"""TLS alerts of the peer, by the end of OpenSSL's names for them."""

_OURS: Final = {
    "UNSUPPORTED_PROTOCOL": "no version of TLS suits both sides: choose another security profile",
    "NO_PROTOCOLS_AVAILABLE": "no version of TLS suits both sides: choose another security profile",
    "UNSUPPORTED_PROTOCOL_VERSION": "no version of TLS suits both sides: choose another security profile",
    "NO_SHARED_CIPHER": "no cipher suite suits both sides: choose another security profile, or add a cipher suite",
    "NO_CIPHERS_AVAILABLE": "no cipher suite is left to offer: choose another security profile",
    "WRONG_CIPHER_RETURNED": "it chose a cipher suite that was not offered",
    "DH_KEY_TOO_SMALL": "its Diffie-Hellman key is shorter than the security profile allows",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "it showed no certificate",
    "NO_SHARED_SIGNATURE_ALGORITHMS": "no signature algorithm suits both sides",
    "NO_SUITABLE_SIGNATURE_ALGORITHM": "no signature algorithm suits both sides",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "it has no secure renegotiation (RFC 5746): it is too old to be safe",
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC": "its data was changed on the way",
}
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "NOT_SSL_RECORD")
_TRANSIENT: Final = ("INTERNAL_ERROR", "USER_CANCELLED")
_ALERT: Final = "ALERT_"


FOR_ANOTHER: Final = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""

_MOST_NAMES: Final = 6


def refused_name(asked: str | None, certificate: Mapping[str, Any]) -> str:
    """What is wrong with a certificate (in the form of ``ssl``) that is for other names than ``asked``: which it has,
    and how to ask for the peer by one of them.
    """
    names = certified(certificate)
    if not names:
        return (
            f"its certificate is refused: it names nobody, so it is not for {asked}; to check the certificate "
            "and no name, say so (@{verify=certificate})"
        )
    shown = ", ".join(map(of_peer, names[:_MOST_NAMES]))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    plain = [name for name in names if "*" not in name]
    how = f"@{{sni={of_peer(plain[0])}}}" if plain else "@{sni}, with a word for the *"
    return (
        f"its certificate is refused: it is for {shown}{more}, and not for {asked}; if that is the peer that is meant, "
        f"ask for it by such a name ({how})"
    )


def certified(certificate: Mapping[str, Any]) -> list[str]:
    """The names and addresses that a certificate is for; without any, the common name, which counts only then."""
    others = certificate.get("subjectAltName", ())
    names = [value for kind, value in others if kind in ("DNS", "IP Address")]
    subject = [pair for part in certificate.get("subject", ()) for pair in part]
    return list(dict.fromkeys(names)) or [value for kind, value in subject if kind == "commonName"]


def describe(error: ssl.SSLError, name: str | None, *, server: bool = False) -> str:
    """What a failure means, to be put after the peer's address; ``name`` is what the peer was asked for; ``server``: it
    is the peer that asked.
    """
    of_a_caller = _OF_A_CALLER if server else {}
    if isinstance(error, ssl.SSLCertVerificationError):
        text = of_a_caller.get(error.verify_code) or _VERIFICATION.get(error.verify_code, error.verify_message)
        if error.verify_code in FOR_ANOTHER and name is not None:
            text = f"it is for another name than {name}"
        return f"its certificate is refused: {text}"
    reason = reason_of(error)
    if reason in _NOT_TLS:
        return NO_TLS_THERE if server else NO_TLS_HERE
    alert = alert_of(error)
    if (alert or reason) in of_a_caller:
        return of_a_caller[alert or reason]
    if alert:
        return f"it refuses TLS: {_ALERTS.get(alert, alert.lower().replace('_', ' '))}"
    return _OURS.get(reason) or (reason.lower().replace("_", " ") if reason else str(error))


def reason_of(error: ssl.SSLError) -> str:
    """OpenSSL's name for it; empty if it has none."""
    return getattr(error, "reason", None) or ""


def alert_of(error: ssl.SSLError) -> str:
    """The alert that the peer sent, by OpenSSL's name without what is in front of it; empty if it sent none."""
    reason = reason_of(error)
    found = reason.partition(_ALERT)[2]
    if found:
        return found
    # Four alerts of RFC 6066 lack the word in their names.
    extension = reason.removeprefix("TLSV1_")
    return extension if extension != reason and extension in _ALERTS else ""


def is_lasting(error: ssl.SSLError) -> bool:
    """Whether trying again would end the same."""
    return not reason_of(error).endswith(_TRANSIENT)


def looks_like_tls(first: int) -> bool:
    """Whether the first byte of a peer may begin a TLS record: an alert or a handshake (RFC 8446 section 5.1)."""
    return first in (0x15, 0x16)
