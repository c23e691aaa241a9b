"""Words for what OpenSSL only tells as a code."""

from __future__ import annotations

import re
import ssl

import pytest

from asprofile.net.tls_errors import describe, is_lasting, looks_like_tls


def error(reason: str) -> ssl.SSLError:
    found = ssl.SSLError(1, f"[SSL: {reason}]")
    found.reason = reason
    return found


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("WRONG_VERSION_NUMBER", "does not speak TLS on this port"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "it refuses TLS: no version of TLS suits both sides"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "it refuses TLS: no protocol version and cipher suite"),
        ("SSL/TLS_ALERT_HANDSHAKE_FAILURE", "it refuses TLS: no protocol version and cipher suite"),
        ("TLSV1_UNRECOGNIZED_NAME", "it does not go by the name that it was asked for"),
        ("TLSV1_SOMETHING", "tlsv1 something"),
        ("TLSV1_ALERT_UNHEARD_OF", "it refuses TLS: unheard of"),
        ("NO_SHARED_CIPHER", "no cipher suite suits both sides"),
        ("SOMETHING_NEW", "something new"),
    ],
)
def test_words(reason: str, says: str) -> None:
    assert says in describe(error(reason), None)


@pytest.mark.parametrize(
    "reason",
    ["WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "NO_SHARED_CIPHER", "TLSV1_ALERT_PROTOCOL_VERSION"],
)
def test_nobody_is_told_to_change_what_a_caller_does(reason: str) -> None:
    """Whoever is called cannot take another port of the caller's, nor choose its profile."""
    assert re.search(" ask for |choose ", describe(error(reason), None))
    text = describe(error(reason), None, server=True)
    assert " ask for " not in text and "choose " not in text and text


def test_an_error_without_a_reason() -> None:
    assert "so it is" in describe(ssl.SSLError("so it is"), None)


def test_what_may_be_gone_tomorrow() -> None:
    assert not is_lasting(error("TLSV1_ALERT_INTERNAL_ERROR"))
    assert is_lasting(error("TLSV1_ALERT_UNKNOWN_CA"))


def test_first_bytes() -> None:
    assert [first for first in range(256) if looks_like_tls(first)] == [0x15, 0x16]
