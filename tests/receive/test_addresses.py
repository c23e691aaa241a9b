"""Where to listen, and who may call."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from asprofile.errors import ConfigurationError
from asprofile.receive.addresses import ListeningAddress, parse_caller, parse_listening
from asprofile.receive.options import AllowedCaller


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("11112", (None, "", 11112)),
        ("STORE@11112", ("STORE", "", 11112)),
        ("STORE@127.0.0.1:0", ("STORE", "127.0.0.1", 0)),
        ("[::1]:104", (None, "::1", 104)),
        ("MY AE@[::1]:104", ("MY AE", "::1", 104)),
        (" STORE @104", ("STORE", "", 104)),
        ("localhost:65535", (None, "localhost", 65535)),
    ],
)
def test_addresses(text: str, address: tuple[str | None, str, int]) -> None:
    assert parse_listening(text) == ListeningAddress(*address)


def test_callers() -> None:
    assert parse_caller("ME") == AllowedCaller("ME")
    assert parse_caller("ME @10.1.2.3") == AllowedCaller("ME", ip_network("10.1.2.3/32"))
    assert parse_caller("ME@10.1.2.3/16") == AllowedCaller("ME", ip_network("10.1.0.0/16"))
    assert parse_caller("ME@[::1]") == AllowedCaller("ME", ip_network("::1/128"))


@pytest.mark.parametrize(
    "text", ["", "x", "65536", "::1:104", "@104", "SEVENTEENLETTERSX@104", " @104", "a@b@104", "-1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_listening(text)


@pytest.mark.parametrize("text", ["", "@10.0.0.1", "ME@host", "ME@", "ME@10.0.0.1/33", "SEVENTEENLETTERSX", "A\\B"])
def test_what_is_no_caller(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_caller(text)
