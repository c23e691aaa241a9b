"""The rules of the TCP wrapper: what they say of a client, what is not done by half, and that libwrap says the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from programs import need

from asprofile.storescp.host_access import HostName, UnusableRule, check_access, may_connect

PACS = HostName(b"10.0.0.1", b"pacs.example.org")
NAMELESS = HostName(b"192.168.3.4", b"192.168.3.4")
SIX = HostName(b"fe80::1%eth0", b"ten")


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "hosts.allow", tmp_path / "hosts.deny"


def asked(tables: tuple[Path, Path], allow: str, deny: str, client: HostName) -> bool:
    for path, text in zip(tables, (allow, deny), strict=True):
        path.unlink(missing_ok=True)  # to write over a file may wait for the disk
        path.write_text(text, "latin-1")
    return may_connect("storescp", client, tables)


def test_without_files_everybody_may(tables: tuple[Path, Path]) -> None:
    check_access("storescp", tables)
    assert may_connect("storescp", PACS, tables)


@pytest.mark.parametrize(
    ("pattern", "pacs", "nameless", "six"),
    [
        ("ALL", True, True, True),
        ("10.0.0.1", True, False, False),
        ("10.", True, False, False),
        ("192.168.3.0/24, 10.0.0.0/255.0.0.0", True, True, False),
        ("192.168.3.4/24", False, False, False),
        (".example.org", True, False, False),
        ("example.org", False, False, False),
        ("P?CS.*", True, False, False),
        ("*.*.*.1", True, False, False),
        ("[fe80::]/10", False, False, True),
        ("[fe80::1]", False, False, True),
        ("[::]/0", False, False, True),
        ("LOCAL", False, False, True),
        ("KNOWN", True, True, True),
        ("UNKNOWN PARANOID", False, False, False),
        ("UNKNOWN@10.", True, False, False),
        ("root@10.", False, False, False),
        ("ALL EXCEPT 10. EXCEPT .org", True, True, True),
        ("ALL EXCEPT LOCAL", True, True, False),
        ("# ten", False, False, True),
    ],
)
def test_patterns(tables: tuple[Path, Path], pattern: str, pacs: bool, nameless: bool, six: bool) -> None:
    found = [not asked(tables, "", f"ALL: {pattern}\n", client) for client in (PACS, NAMELESS, SIX)]
    assert found == [pacs, nameless, six]


@pytest.mark.parametrize(
    ("allow", "deny", "may"),
    [
        ("ALL: ALL\n", "ALL: ALL\n", True),
        ("ALL: ALL: deny\n", "", False),
        ("", "ALL: ALL : ALLOW\nALL: ALL\n", True),
        ("x, dcmqrscp: ALL\n", "store*: ALL\n", False),
        ("", "sshd: ALL : spawn /bin/mail\nsshd@10.0.0.1, x: @group: twist x\n", True),
        ("# storescp: ALL\\\nALL: ALL\n \t\nnonsense\n", "ALL:\\\n 10.\\\n0. : severity local0.info\n", False),
        ("storescp@LOCAL: ALL\n", "storescp@UNKNOWN: ALL\r\n", False),
        ("ALL EXCEPT storescp: ALL\n", "ALL: KNOWN\n", False),
    ],
)
def test_rules(tables: tuple[Path, Path], allow: str, deny: str, may: bool) -> None:
    assert asked(tables, allow, deny, PACS) is may


@pytest.mark.parametrize(
    "rule",
    [
        "ALL: @netgroup",
        "ALL: ALL: spawn /bin/mail",
        "ALL: ALL: twist /bin/false",
        "ALL: ALL: allow: deny",
        "ALL: ALL: allow x",
        "storescp: fe80::1",
        "ALL: [fe80::1",
        "ALL: [fe80::1]/129",
        "ALL: [10.0.0.1]",
        "ALL: 10.0.0.0/33",
        "ALL: 10.0.0.0/0",
        "ALL: 10.0.0.1/255.255.255.255",
        "ALL: 010.0.0.0/8",
        "ALL: 10.0.0.0/256.0.0.0",
        "ALL: 10/8",
        "a[b: ALL",
        "@servers, storescp: ALL",
        "storescp@@x: ALL",
        "ALL: a\\b",
        "ALL: \xe9",
        "ALL: a\0",
        "ALL: " + "a " * 1200,
    ],
)
def test_what_cannot_be_honoured_is_told(tables: tuple[Path, Path], rule: str) -> None:
    """At the start, and for each connection while it is so; with the place of the rule."""
    with pytest.raises(UnusableRule, match=r"hosts\.deny"):
        asked(tables, "", f"# a comment\n{rule}\n", PACS)
    with pytest.raises(UnusableRule):
        check_access("storescp", tables)


def test_a_last_line_without_an_end(tables: tuple[Path, Path]) -> None:
    """libwrap refuses everybody then."""
    with pytest.raises(UnusableRule, match="end it"):
        asked(tables, "", "ALL: 10.", NAMELESS)


def test_a_file_of_hosts(tables: tuple[Path, Path], tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    rule = f"ALL: {hosts}\n"
    assert asked(tables, "", rule, PACS)
    hosts.write_text("192.168.3.0/24\n\t.org x\n")
    assert [asked(tables, "", rule, client) for client in (PACS, NAMELESS, SIX)] == [False, False, True]
    hosts.write_text("/etc/other")
    with pytest.raises(UnusableRule, match="a file in a file"):
        asked(tables, "", rule, PACS)


def test_a_directory_in_place_of_a_file(tables: tuple[Path, Path]) -> None:
    tables[0].mkdir()
    with pytest.raises(UnusableRule, match=r"hosts\.allow cannot be read"):
        may_connect("storescp", PACS, tables)


# --- beside libwrap

HOSTS = (
    "ALL",
    "all",
    "LOCAL",
    "KNOWN",
    "UNKNOWN",
    "PARANOID",
    "10.0.0.1",
    "10.",
    "10.0.0.0/8",
    "10.0.0.1/24",
    "10.0.0.0/255.0.0.0",
    "192.168.3.0/24",
    "10/8",
    "ten",
    "192.168.3.4",
    ".example.org",
    "pacs.example.org",
    "PACS.EXAMPLE.ORG",
    "pacs.",
    "*.org",
    "p*s.ex?mple.*",
    "*",
    "?*",
    "1?.*",
    "t?n",
    "[fe80::1]",
    "[fe80::]/10",
    "[FE80:0:0::]/64",
    "[2001:db8::5]/32",
    "[::]/0",
    "ALL@10.",
    "root@ALL",
    "#",
    "EXCEPT",
    "except",
    "EXCEPT",
    "0.0.0.0/0.0.0.0",
    "**",
    "*.*.*",
    "..org",
    "10.0.0.1.",
    "[10.0.0.1]",
    "fe80::1",
    "@grp",
    "10.0.0.0/33",
)
DAEMONS = (
    "storescp",
    "ALL",
    "STORESCP",
    "store*",
    "st?rescp",
    "sshd",
    "storescp@ALL",
    "st*@UNKNOWN",
    "storescp@10.",
    "EXCEPT",
    "KNOWN",
    "storescp.",
    ".escp",
    "*",
)
OPTIONS = (
    "",
    "",
    "",
    " ",
    ":allow",
    " : DENY ",
    ":severity mail.info",
    ":severity info:allow",
    ":bogus",
    ":allow:deny",
)
CLIENTS = (
    ("unknown", "10.0.0.1"), ("pacs.example.org", "10.0.0.1"), ("10.0.0.7", "10.0.0.7"), ("ten", "fe80::1"),
    ("Pacs.Example.Org", "2001:db8::5"), ("localhost", "127.0.0.1"), ("192.168.3.4", "192.168.3.4"),
)  # fmt: skip
ASKING = """
import ctypes, json, os, sys
wrap = ctypes.CDLL("libwrap.so.0")
tables = [ctypes.c_char_p.in_dll(wrap, name) for name in ("hosts_allow_table", "hosts_deny_table")]
paths = [path.encode() for path in sys.argv[1:]]
tables[0].value, tables[1].value = paths
for *texts, name, address in json.load(sys.stdin):
    for path, text in zip(paths, texts):
        if os.path.exists(path):
            os.remove(path)
        with open(path, "w") as file:
            file.write(text)
    print(int(bool(wrap.hosts_ctl(b"storescp", name.encode(), address.encode(), b"unknown"))))
"""


def made(chance: random.Random) -> str:
    def listed(words: tuple[str, ...], counts: list[int]) -> str:
        between = chance.choice([" ", ", ", ",", "\t"])
        return between.join(chance.choice(words) for _ in range(chance.choice(counts)))

    rules = (
        listed(DAEMONS, [1, 1, 2, 3])
        + chance.choice([":", " : "])
        + listed(HOSTS, [1, 1, 2, 4])
        + chance.choice(OPTIONS)
        for _ in range(chance.choice([0, 1, 1, 3]))
    )
    return "".join(rule.replace(" ", chance.choice([" ", " ", " \\\n"]), 1) + "\n" for rule in rules)


@pytest.mark.peer
def test_libwrap_says_the_same(tables: tuple[Path, Path]) -> None:
    need("storescp", "dcmtk")
    chance = random.Random(15)
    cases = [(made(chance), made(chance), *chance.choice(CLIENTS)) for _ in range(1000)]
    done = subprocess.run(
        [sys.executable, "-c", ASKING, *map(str, tables)], input=json.dumps(cases), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    if "libwrap.so.0" in done.stderr:
        pytest.skip("this DCMTK is not linked with libwrap")
    answers = done.stdout.split()
    assert len(answers) == len(cases), done.stderr
    looked_at = denied = 0
    for (allow, deny, name, address), answer in zip(cases, answers, strict=True):
        try:
            found = asked(tables, allow, deny, HostName(address.encode(), name.encode()))
        except UnusableRule:
            continue
        assert found == (answer == "1"), (allow, deny, name, address)
        looked_at += 1
        denied += not found
    assert looked_at > 400
    assert denied > 50
