"""The JSON Schema of the settings: it takes what the program takes, and refuses what it refuses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from asprofile.errors import ConfigurationError
from asprofile.settings.keys import LINT, ROOT, read
from asprofile.settings.peers import IDENTITY, PEER, TLS
from asprofile.settings.receiving import RECEIVE

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "schema" / "settings.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

GOOD = """
release = "v3.6.7"
role = "acceptor"
profiles = ["a/*.cfg"]
exclude = ["old"]
[per-file-role]
"inbox/*.cfg" = "acceptor"
[lint]
select = ["ALL", "ap2"]
extend-select = []
ignore = ["AP605"]
fail-on = "info"
[lint.per-file-ignores]
"legacy/**" = ["AP4"]
[peers.pacs]
address = "PACS@10.0.0.5:11112"
connect-timeout = 2.5
associations = "auto"
wait = 10
tls = true
[peers.other]
address = "127.0.0.1:104"
[peers.other.tls]
ca = "one.pem"
key-password = "env:PASSWORD"
[peers.other.identity]
user = "me"
password = "prompt"
[receive]
address = ["STORE@11112"]
into = "-"
durable = true
exec = ["cmd", "{path}"]
[receive.tls]
key = "store.key"
"""
BAD = [
    'relaese = "3.6.7"',
    'release = "9.9.9"',
    "release = 3",
    'role = "both"',
    'profiles = "x"',
    "[lint]\nselect = [1]",
    '[lint]\nselect = ["numbering-gap"]',
    '[lint]\nfail-on = "never"',
    '[lint]\nrelease = "3.6.7"',
    '[per-file-role]\n"*.cfg" = "x"',
    '[peers.a]\ncalling = "X"',
    '[peers."a:b"]\naddress = "x:1"',
    '[peers.a]\naddress = "x:1"\nconnect-timeout = -1',
    '[peers.a]\naddress = "x:1"\nmax-pdu = 1.5',
    '[peers.a]\naddress = ""',
    '[peers.a]\naddress = "x:1"\ntls = 5',
    '[peers.a]\naddress = "x:1"\n[peers.a.identity]\nuser = "u"\npassword = "secret"',
    "[receive]\nnosuch = 1",
    "[receive]\ndurable = 1",
    "[receive]\nmax-pdu = true",
]


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].endswith("/schema/settings.json")


def test_good() -> None:
    assert read("asprofile.toml", GOOD.encode()) is not None
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(GOOD))] == []


@pytest.mark.parametrize("text", BAD)
def test_bad(text: str) -> None:
    if "numbering-gap" not in text:
        # Names of rules are looked up when the rules are selected.
        with pytest.raises(ConfigurationError):
            read("asprofile.toml", text.encode())
    assert list(VALIDATOR.iter_errors(tomllib.loads(text)))


def test_every_key_is_there_and_described() -> None:
    properties = SCHEMA["properties"]
    definitions = SCHEMA["$defs"]
    for table, found in (
        (ROOT, properties),
        (LINT, properties["lint"]["properties"]),
        (RECEIVE, properties["receive"]["properties"]),
        (PEER, definitions["peer"]["properties"]),
        (TLS, definitions["tls"]["properties"]),
        (IDENTITY, definitions["identity"]["properties"]),
    ):
        assert set(found) == set(table.keys)
        assert all(value.get("description") for value in found.values())


def test_examples_of_the_documentation() -> None:
    count = 0
    for page in sorted(DOCS.glob("*.md")):
        for block in re.findall(r'```toml title="asprofile.toml"\n(.*?)```', page.read_text("utf-8"), re.DOTALL):
            count += 1
            assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(block))] == [], page.name
    assert count > 3
