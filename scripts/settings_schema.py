"""The JSON Schema of asprofile.toml, from the tables of its keys. ``scripts/docs`` writes it.

For editors (taplo, Even Better TOML): they complete keys and show what is wrong. It refuses nothing that the program
takes; what only the program can judge, such as whether a peer's profile is there, it lets through.
"""

from __future__ import annotations

import json
import re
from typing import Any

from asprofile.names.releases import LATEST, RELEASES
from asprofile.program import HOME
from asprofile.settings import keys, peers, receiving, tables
from asprofile.settings.tables import KeyedValues, Kind, OneOf, StringOr, Table

Schema = dict[str, Any]

_BELOW_2_TO_32 = 1 << 32
_STRING: Schema = {"type": "string", "minLength": 1}
_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
_ONE_OR_MORE: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": _STRING}]}
_WHOLE: Schema = {"type": "integer", "minimum": 0, "exclusiveMaximum": _BELOW_2_TO_32}
_STRING_OR_NUMBER: Schema = {"anyOf": [_STRING, {"type": "integer", "minimum": 0}]}
_PORT: Schema = {"type": "integer", "minimum": 0, "maximum": 65535}
_SECONDS: Schema = {"type": "number", "minimum": 0, "exclusiveMaximum": _BELOW_2_TO_32}
_CODES = r"^(?:[Aa][Ll][Ll]|[Aa][Pp][0-9]{0,3})$"
_SECRET = r"^(?:(?:env|file|keyring):.|prompt$|empty$)"

# What each kind of value is; one that is missing here ends the script.
_KINDS: dict[Kind, Schema] = {
    tables.any_string: _STRING,
    tables.string_or_number: _STRING_OR_NUMBER,
    tables.strings: _STRINGS,
    tables.one_or_more: _ONE_OR_MORE,
    tables.boolean: {"type": "boolean"},
    tables.whole_number: _WHOLE,
    tables.seconds: _SECONDS,
    tables.path: _STRING,
    tables.paths: _ONE_OR_MORE,
    peers.a_reference: _STRING,
    peers._secret: {"type": "string", "pattern": _SECRET},
    receiving._path: _STRING,
    receiving._addresses: {"anyOf": [_STRING, _PORT, {"type": "array", "items": {"anyOf": [_STRING, _PORT]}}]},
    keys._release: {
        "type": "string",
        "pattern": "|".join([*map(re.escape, RELEASES), "[Ll][Aa][Tt][Ee][Ss][Tt]"]),
        "examples": [*RELEASES, "latest"],
    },
}

# What is shown for a key; each key has its line.
_ABOUT = {
    "release": "The DCMTK release that shall load the files. Default: the newest that asprofile knows.",
    "role": "Who loads the files: requestor (storescu) or acceptor (storescp, dcmrecv). Default: inferred.",
    "profiles": "Files in which `asprofile send --profile NAME` looks first; patterns, relative to this file.",
    "exclude": "Files and directories that are left out of a directory; patterns, relative to this file.",
    "per-file-role": "Pattern -> role; the first that fits a file decides.",
    "lint": "Which rules run.",
    "lint.select": 'The rules that run: codes, beginnings of codes, or "ALL". Default: ["ALL"].',
    "lint.extend-select": "Rules that run in addition to those of `select`.",
    "lint.ignore": "Rules that do not run.",
    "lint.fail-on": "The mildest finding that makes exit status 1. Default: warning.",
    "lint.per-file-ignores": "Pattern -> rules that do not run on such files.",
    "peers": "Peers that commands know by name.",
    "receive": "What `asprofile receive` does where its command line says nothing.",
    "peers.address": "[AET@]HOST:PORT; an IPv6 address is in brackets.",
    "peers.called": "The peer's AE title, if it is not in the address.",
    "peers.calling": "Our AE title.",
    "peers.profile": "What is proposed if nothing else is said: [FILE:]NAME.",
    "peers.ip": "4, 6 or auto.",
    "tls": "TLS: a table of keys; true: with the defaults.",
    "peers.identity": "Who we say we are: one of user, kerberos, saml, jwt.",
    "tls.ca": "Certification authorities to trust: files or directories.",
    "tls.system-ca": "Trust those of the system, too.",
    "tls.key": "Our private key.",
    "tls.certificate": "Our certificate.",
    "tls.key-password": "Where the password of the key is: env:VARIABLE, file:PATH, keyring:SERVICE, prompt or empty.",
    "tls.verify": "full, certificate or none. Default: full.",
    "tls.name": "The name of the peer in its certificate. Default: the host of its address.",
    "tls.sni": "false: do not tell the peer which name we ask for.",
    "tls.crl": "Revocation lists.",
    "tls.crl-check": "none, leaf or all: which certificates of the chain are looked up.",
    "tls.security-profile": "A profile of PS3.15 annex B. Default: bcp195-8996.",
    "tls.ciphers": "Cipher suites in addition to those of the profile.",
    "tls.format": "auto, pem or der.",
    "identity.user": "A user name.",
    "identity.password": "Where the passcode is: env:VARIABLE, file:PATH, keyring:SERVICE, prompt or empty.",
    "identity.kerberos": "A file with a Kerberos ticket.",
    "identity.saml": "A file with a SAML assertion.",
    "identity.jwt": "A file with a JSON Web Token.",
    "identity.confirm": "Ask the peer to confirm the identity.",
}


def text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


def schema() -> Schema:
    """Of a whole asprofile.toml."""
    lint = _table(keys.LINT, "lint.")
    for name in ("select", "extend-select", "ignore"):
        lint["properties"][name]["items"] = {"type": "string", "pattern": _CODES}
    peer = _table(peers.PEER, "peers.", as_option="send")
    properties: Schema = {}
    for row in keys.ROOT.rows:
        if row.key == "lint":
            properties[row.key] = lint
        elif row.key == "peers":
            properties[row.key] = {
                "type": "object",
                "propertyNames": {"pattern": r"^(?=.*\S)[^:@]+$"},
                "additionalProperties": {"$ref": "#/$defs/peer"},
            }
        elif row.key == "receive":
            properties[row.key] = _table(receiving.RECEIVE, "receive.", as_option="receive")
        else:
            properties[row.key] = _value(row.kind)
        properties[row.key]["description"] = _ABOUT[row.key]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{HOME}schema/settings.json",
        "title": "asprofile.toml",
        "description": f"Settings of asprofile ({HOME}settings/); in pyproject.toml below [tool.asprofile].",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {
            "peer": {**peer, "required": ["address"]},
            "tls": _table(peers.TLS, "tls."),
            "identity": _table(peers.IDENTITY, "identity."),
        },
        "examples": [{"release": LATEST, "lint": {"ignore": ["AP605"]}}],
    }


def _table(table: Table, prefix: str, as_option: str | None = None) -> Schema:
    """``as_option``: the command whose options the keys are that have no line of their own."""
    properties: Schema = {}
    for row in table.rows:
        if row.key == "tls":
            properties[row.key] = {
                "anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/tls"}],
                "description": _ABOUT["tls"],
            }
            continue
        inner = {"$ref": "#/$defs/identity"} if row.key == "identity" else _value(row.kind)
        about = _ABOUT.get(prefix + row.key)
        if about is None and as_option is not None:
            about = f"As the option --{row.key} of `asprofile {as_option}`."
        if about is None:
            raise SystemExit(f"scripts/settings_schema.py: nothing is said of {prefix}{row.key}")
        properties[row.key] = {**inner, "description": about}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _value(kind: Kind) -> Schema:
    if isinstance(kind, OneOf):
        return {"enum": list(kind.choices)}
    if isinstance(kind, StringOr):
        return {"anyOf": [{"type": "string"}, _value(kind.kind)]}
    if isinstance(kind, KeyedValues):
        inner = _value(kind.kind)
        if kind.kind is tables.strings:
            inner = {"type": "array", "items": {"type": "string", "pattern": _CODES}}
        return {"type": "object", "additionalProperties": inner}
    return dict(_KINDS[kind])
