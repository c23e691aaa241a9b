"""Cipher suites: names, and what each security profile takes."""

from __future__ import annotations

import subprocess

import pytest

from asprofile.errors import ConfigurationError
from asprofile.net import tls_suites
from asprofile.net.tls_suites import (
    SUITE_RULES,
    SUITES,
    openssl_suites,
    openssl_suites_1_3,
    supported_profiles,
    supported_suites,
)
from asprofile.net.tls_words import SECURITY_PROFILES


def test_names_are_openssls_own_standard_names() -> None:
    """`openssl ciphers -stdname` knows IANA's names and numbers."""
    listed = subprocess.run(
        ["openssl", "ciphers", "-V", "-stdname", "ALL:eNULL:@SECLEVEL=0"], capture_output=True, text=True, check=True
    ).stdout
    known = {}
    for line in listed.splitlines():
        number, _, name, *_ = line.split()
        high, low = number.split(",")
        known[name] = int(high, 16) << 8 | int(low, 16)
    assert len(known) > 100
    assert {name: number for name, number in SUITES.items() if name in known} == {
        name: known[name] for name in SUITES if name in known
    }
    assert set(supported_suites()) == SUITES.keys() & known.keys()


def test_numbers_are_not_given_twice() -> None:
    assert len(set(SUITES.values())) == len(SUITES)


def test_every_profile_has_rules() -> None:
    assert set(SUITE_RULES) == set(SECURITY_PROFILES) == set(supported_profiles())
    for rules in SUITE_RULES.values():
        assert set(rules.suites) <= SUITES.keys()


def test_order_and_additions() -> None:
    assert openssl_suites("bcp195-8996", ()).split(":") == [
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "@SECLEVEL=2",
    ]
    added = openssl_suites("bcp195-nd", ("TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
    assert added.split(":")[-2:] == ["AES256-GCM-SHA384", "@SECLEVEL=1"]
    assert added.count("ECDHE-RSA-AES128-GCM-SHA256") == 1


@pytest.mark.parametrize(
    ("profile", "suite", "says"),
    [
        ("bcp195-8996", "TLS_RSA_WITH_AES_128_CBC_SHA", "made with SHA-1"),
        ("bcp195", "TLS_RSA_WITH_NULL_SHA", "does not encrypt"),
        ("bcp195-extended", "TLS_RSA_WITH_AES_256_GCM_SHA384", "takes no other cipher suites"),
        ("bcp195-8996-modified", "TLS_RSA_WITH_AES_256_GCM_SHA384", "takes no other cipher suites"),
        ("bcp195-8996-modified", "TLS_AES_256_GCM_SHA384", "takes no other cipher suites"),
        ("bcp195-extended", "TLS_AES_256_GCM_SHA384", "takes no other cipher suites"),
        ("aes", "TLS_AES_128_GCM_SHA256", "belongs to TLS 1.3, .* profile aes does not offer TLS 1.3 at all"),
        ("null", "TLS_AES_128_GCM_SHA256", "belongs to TLS 1.3, .* profile null does not offer TLS 1.3 at all"),
        ("bcp195-8996", "AES256-GCM-SHA384", "no cipher suite 'AES256-GCM-SHA384'"),
        ("bcp195-8996", "TLS_RSA_WITH_AES_256_GCM_SHA385", "did you mean TLS_RSA_WITH_AES_256_GCM_SHA384"),
    ],
)
def test_what_a_profile_does_not_take(profile: str, suite: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        openssl_suites(profile, (suite,))


def test_suites_of_tls_1_3_that_are_offered_anyway() -> None:
    assert openssl_suites("bcp195-8996", ("TLS_AES_256_GCM_SHA384",)) == openssl_suites("bcp195-8996", ())
    assert openssl_suites_1_3(("TLS_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384")) == ""


def test_other_suites_of_tls_1_3_before_python_3_15(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_suites, "_ADDS_TO_TLS_1_3", False)
    says = (
        r"TLS_AES_128_CCM_SHA256 belongs to TLS 1\.3, to whose suites none can be added .* are TLS_AES_256_GCM_SHA384,"
    )
    with pytest.raises(ConfigurationError, match=says):
        openssl_suites("bcp195-8996", ("TLS_AES_128_CCM_SHA256",))


def test_other_suites_of_tls_1_3_since_python_3_15(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_suites, "_ADDS_TO_TLS_1_3", True)
    added = ("TLS_AES_128_CCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_128_CCM_SHA256")
    assert "CCM" not in openssl_suites("bcp195-8996", added)
    first, *_, last = openssl_suites_1_3(added).split(":")
    assert (first, last) == ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_CCM_SHA256")
    assert openssl_suites_1_3(added).count("CCM") == 1


def test_what_openssl_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with an OpenSSL built without the old suites."""
    monkeypatch.setattr(tls_suites, "_openssl_names", lambda: {SUITES["TLS_RSA_WITH_AES_128_CBC_SHA"]: "AES128-SHA"})
    assert supported_suites() == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    assert supported_profiles()["aes"] == ""
    assert "does not have TLS_RSA_WITH_NULL_SHA" in supported_profiles()["null"]
    with pytest.raises(ConfigurationError, match=r"security profile null: .* does not have TLS_RSA_WITH_NULL_SHA"):
        openssl_suites("null", ())
    assert openssl_suites("aes", ()) == "AES128-SHA:@SECLEVEL=0"  # 3DES is left out in silence, as DCMTK does
    with pytest.raises(ConfigurationError, match="does not have cipher suite TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"):
        openssl_suites("aes", ("TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",))
