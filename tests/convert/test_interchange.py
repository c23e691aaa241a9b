"""asprofile's JSON and YAML: the schema, what is taken besides, and what is wrong."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from exchanges import ACCEPTOR, REQUESTOR, exchanges
from factories import CT, EXPLICIT, IMPLICIT
from hypothesis import given
from jsonschema import Draft202012Validator
from strategies import PROPERTY

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, Extended
from asprofile.convert.exchange import ConversionSource
from asprofile.convert.interchange import INTERCHANGE_SCHEMA, read_json, read_yaml, write_json, write_yaml
from asprofile.errors import ConversionError

PUBLISHED = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "profiles.json").read_text())


@given(exchange=exchanges())
@PROPERTY
def test_what_is_written_fits_the_schema(exchange: Exchange) -> None:
    validator = Draft202012Validator(PUBLISHED)
    validator.validate(json.loads(write_json(exchange, ConversionTarget()).text))
    # And any reader of YAML finds the same in the other one.
    said = yaml.safe_load(write_yaml(exchange, ConversionTarget()).text)
    validator.validate(said)
    assert said == without_comments(json.loads(write_json(exchange, ConversionTarget()).text))


def without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_comments(one) for key, one in value.items() if key not in ("comment", "$schema")}
    return [without_comments(one) for one in value] if isinstance(value, list) else value


def test_the_schema_is_one_and_has_this_address() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["$id"] == INTERCHANGE_SCHEMA


def test_names_are_taken_for_uids() -> None:
    text = """\
version: 1
role: acceptor
comment: what a small archive accepts
profiles:
  - name: Small
    contexts:
      - abstract_syntax: CTImageStorage
        transfer_syntaxes: &native [ExplicitVRLittleEndian, LittleEndianImplicit]
      - {abstract_syntax: 1.2, transfer_syntaxes: *native}
    roles:
      - {sop_class: CT Image Storage, role: both}
    extended_negotiation:
      - {sop_class: 1.2, data: 0201}
"""
    expected = ExchangeProfile(
        "Small",
        (ExchangeContext(CT, (EXPLICIT, IMPLICIT), "", "both"), ExchangeContext("1.2", (EXPLICIT, IMPLICIT))),
        (Extended("1.2", b"\2\1"),),
    )
    assert read_yaml(ConversionSource(text, "x")).exchange == Exchange("acceptor", (expected,))


def document(**changes: object) -> str:
    found = json.loads(write_json(ACCEPTOR, ConversionTarget()).text)
    return json.dumps(found | changes, indent=1)


def changed(old: str, new: str) -> str:
    text = write_json(ACCEPTOR, ConversionTarget()).text
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "the document should be an object, and is an array"),
        ("{}", "the document has no 'version'"),
        (document(version=2), "version should be 1, the only one"),
        (document(version="1"), "version should be 1, the only one"),
        (document(role="sender"), "role should be one of requestor, acceptor, and is 'sender'"),
        (document(profiles=None), "profiles should be an array, and is null"),
        (document(profile=[]), "the document has no member 'profile'; did you mean 'profiles'"),
        (changed('"name": "Archive"', '"name": " "'), "needs a name that is not empty"),
        (changed('"name": "Archive",', ""), "a profile has no 'name'"),
        (changed('"abstract_syntax": "1.2.840.10008.1.1"', '"abstract_syntax": "CTImagStorage"'), "did you mean CTIm"),
        (changed('"abstract_syntax": "1.2.840.10008.1.1"', '"abstract_syntax": "1..x"'), "is no UID"),
        (changed('"1.2.840.10008.1.1"', f'"{CT}"'), "an acceptor has each SOP class once, and CT Image Storage is in"),
        (changed('"1.2.840.10008.1.2.1"', "null"), "a UID should be a string, and is null"),
        (changed('"1.2.840.10008.1.2.1"', '"CTImageStorage"'), "CTImageStorage is no transfer syntax"),
        (changed('"role": "both"', '"role": "BOTH"'), "role should be one of default, scu, scp, both"),
        (changed('"data": "01"', '"data": "1"'), "data should be hexadecimal, 1 to 1,023 bytes"),
        (changed('"data": "01"', f'"data": "{"00" * 1024}"'), "data should be hexadecimal, 1 to 1,023 bytes"),
        (changed('"data": "01"', '"data": "01", "data": "02"'), "'data' is there twice"),
    ],
)
def test_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ConversionError, match=message) as error:
        read_json(ConversionSource(text, "x"))
    assert error.value.line is not None
    assert error.value.column is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not YAML"),
        ("a: 1\n b: 2", "not YAML"),
        ("\0", "not YAML"),
        ("version: 1\nversion: 1\n", "'version' is there twice"),
        ("version: 1\nrole: acceptor\nprofiles: yes\n", "profiles should be an array, and is true or false"),
        ("<<: {version: 1}\n", "no member '<<'"),
        ("!!python/object/apply:os.system [x]", "the document should be an object, and is an array"),
        ("[" * 3000, "not YAML"),
        ("- " * 60 + "1", "nested too deep"),
    ],
)
def test_what_is_wrong_in_yaml(text: str, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        read_yaml(ConversionSource(text, "x"))


def test_aliases_do_not_multiply_without_end() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ConversionError, match="too much of it by aliases"):
        read_yaml(ConversionSource("\n".join(lines), "x"))


def test_without_pyyaml_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return imported(name, *rest)

    text = write_yaml(REQUESTOR, ConversionTarget()).text
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConversionError, match=r"pip install 'dicom-asprofile\[yaml\]'"):
        read_yaml(ConversionSource(text, "x"))
