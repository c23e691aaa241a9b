"""The formats, each in one line: what it is called, what it reads and writes, how its files are recognised."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Literal

from asprofile.convert import (
    conformance,
    conquest,
    dcm4che,
    dcm4chee,
    interchange,
    json_text,
    orthanc,
    profiles,
    script,
)
from asprofile.convert.exchange import ConversionSource, ConversionTarget, Exchange, Reading, Written
from asprofile.convert.tree import Node
from asprofile.errors import ConversionError
from asprofile.model.words import AssociationRole
from asprofile.syntax.recognise import is_meant
from asprofile.text import encode

# DCMTK's format, which is not read here but loaded by ``model``, with the position of every mistake.
PROFILE_FORMAT = "profile"

Says = AssociationRole | Literal["either"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``title``: whose it is, for people. ``says``: whose contexts a file of it has; ``several``: whether it
    holds more than one profile. ``read`` and ``write``: None where the format is not read, or not written. ``names``:
    patterns of file names by which it is recognised; ``looks_like``: whether a text may be of it. ``merge``: a text of
    the format with profiles added, None where that is for people to do. ``takes``: what of a ConversionTarget is for
    some formats only, and has a place in this one: ``ae``, ``device``, ``base_dn``."""

    name: str
    title: str
    says: Says
    several: bool
    read: Callable[[ConversionSource], Reading] | None
    write: Callable[[Exchange, ConversionTarget], Written] | None
    names: tuple[str, ...] = ()
    looks_like: Callable[[str], bool] | None = None
    merge: Callable[[str, Exchange, ConversionTarget], Written] | None = None
    takes: tuple[str, ...] = ()


def _json(is_it: Callable[[Node], bool]) -> Callable[[str], bool]:
    def look(text: str) -> bool:
        node = _parsed(text)
        return node is not None and is_it(node)

    return look


@lru_cache(maxsize=1)
def _parsed(text: str) -> Node | None:
    """The document, if it is one of JSON; it is looked at for several formats."""
    if re.match(r"\ufeff?\s*(?:[{\[]|//|/\*)", text) is None:
        return None
    try:
        return json_text.parse(text)
    except ConversionError:
        return None


CONVERT_FORMATS = (
    Format(
        PROFILE_FORMAT,
        "DCMTK's association profiles",
        "either",
        True,
        None,
        profiles.write,
        (r".*\.cfg", r"asconfig.*"),
        lambda text: is_meant(encode(text)),
        profiles.merge,
    ),
    Format(
        "json",
        "asprofile's JSON",
        "either",
        True,
        interchange.read_json,
        interchange.write_json,
        (),
        _json(interchange.is_document),
    ),
    Format(
        "yaml",
        "asprofile's YAML",
        "either",
        True,
        interchange.read_yaml,
        interchange.write_yaml,
        (r".*\.ya?ml",),
        lambda text: re.search(r"(?m)^profiles:", text) is not None,
    ),
    Format(
        "conquest",
        "Conquest, dgatesop.lst",
        "acceptor",
        False,
        conquest.read,
        conquest.write,
        (r"dgatesop.*", r".*\.lst"),
        conquest.looks_like,
        conquest.merge,
    ),
    Format(
        "sop-classes",
        "dcm4che, sop-classes.properties",
        "acceptor",
        False,
        dcm4che.read_sop_classes,
        dcm4che.write_sop_classes,
        (r".*sop-classes.*\.properties",),
        # Properties of both kinds look alike: those with `;` can be of one kind only, the name decides for the others.
        lambda text: dcm4che.looks_like(text) and not dcm4che.has_several_contexts(text),
    ),
    Format(
        "store-tcs",
        "dcm4che, store-tcs.properties",
        "requestor",
        False,
        dcm4che.read_store_tcs,
        dcm4che.write_store_tcs,
        (r".*store-tcs.*\.properties",),
        dcm4che.looks_like,
    ),
    Format(
        "dcm4chee-json",
        "dcm4chee-arc, device in JSON",
        "either",
        True,
        dcm4chee.read_json,
        dcm4chee.write_json,
        looks_like=_json(dcm4chee.is_configuration),
        takes=("ae", "device"),
    ),
    Format(
        "dcm4chee-ldif",
        "dcm4chee-arc, LDIF",
        "either",
        True,
        dcm4chee.read_ldif,
        dcm4chee.write_ldif,
        (r".*\.ldif",),
        lambda text: re.search(r"(?im)^objectClass: *dicom(?:TransferCapability|NetworkAE)\b", text) is not None,
        takes=("ae", "device", "base_dn"),
    ),
    Format(
        "orthanc",
        "Orthanc, configuration",
        "acceptor",
        False,
        orthanc.read,
        orthanc.write,
        (r"orthanc.*\.json",),
        _json(orthanc.is_configuration),
    ),
    Format("pynetdicom", "Python script with pynetdicom", "either", False, None, script.write, (r".*\.py",)),
    Format("conformance", "DICOM conformance statement", "either", True, None, conformance.write, (r".*\.md",)),
)


def by_name(name: str) -> Format:
    """Raises KeyError for a name that is none."""
    return {one.name: one for one in CONVERT_FORMATS}[name]


def guessed(file: str, text: str) -> list[Format]:
    """The formats that a file may be, by what is in it and, where that is no help, by its name; none where it is
    nothing that is known."""
    found = [one for one in CONVERT_FORMATS if one.looks_like is not None and one.looks_like(text)]
    named = [one for one in CONVERT_FORMATS if one.read is not None and _is_named(one, file)]
    if len(found) != 1 and named and (not found or named[0] in found):
        return named[:1]
    return found


def target_of(file: str) -> Format | None:
    """The format that a file of that name shall have; JSON unless the name says more. None where it says nothing."""
    for one in CONVERT_FORMATS:
        if one.write is not None and _is_named(one, file):
            return one
    return by_name("json") if file.lower().endswith(".json") else None


def _is_named(one: Format, file: str) -> bool:
    name = PurePath(file.replace("\\", "/")).name.lower()
    return any(re.fullmatch(pattern, name) for pattern in one.names)
