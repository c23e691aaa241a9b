"""Addresses of peers."""

from __future__ import annotations

import pytest

from asprofile.errors import ConfigurationError
from asprofile.send.peer import Peer, parse_peer


@pytest.mark.parametrize(
    ("text", "peer"),
    [
        ("pacs:104", Peer("pacs", 104)),
        ("PACS@127.0.0.1:11112", Peer("127.0.0.1", 11112, "PACS")),
        ("MY PACS@pacs.example:4242", Peer("pacs.example", 4242, "MY PACS")),
        ("[::1]:104", Peer("::1", 104)),
        ("A@[fe80::1%eth0]:65535", Peer("fe80::1%eth0", 65535, "A")),
        (" pacs:104 ", Peer("pacs", 104)),
        ("A@B@pacs:104", Peer("pacs", 104, "A@B")),
    ],
)
def test_read(text, peer):
    assert parse_peer(text) == peer
    assert parse_peer(str(peer)) == peer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not an address of a peer"),
        ("pacs", "is not an address of a peer"),
        (":104", "is not an address of a peer"),
        ("pacs:", "'' is not a port"),
        ("pacs:dicom", "'dicom' is not a port"),
        ("pacs:0", "'0' is not a port"),
        ("pacs:65536", "'65536' is not a port"),
        ("pacs:-1", "'-1' is not a port"),
        ("pacs:١٠٤", "is not a port"),
        ("::1:104", "must be in brackets"),
        ("[::1]", "is not an address of a peer"),
        ("[::1:104", "is not an address of a peer"),
        ("@pacs:104", "'' is not an AE title"),
        ("ABCDEFGHIJKLMNOPQ@pacs:104", "is not an AE title"),
        ("A\\B@pacs:104", "is not an AE title"),
        ("pa cs:104", "is not an address of a peer"),
        ("pacs\0.example:104", "is not an address of a peer"),
        ("pacs\n:104", "is not an address of a peer"),
    ],
)
def test_refused_with_a_way_out(text, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        parse_peer(text)
    assert "write it as" in str(caught.value)
