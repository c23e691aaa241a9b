"""Transfer capabilities as dcm4chee-arc's configuration has them: whose they are, what is preferred, what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from exchanges import ACCEPTOR, FIND, GET
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, Extended, Reading
from asprofile.convert.dcm4chee import read_json, read_ldif, write_json, write_ldif
from asprofile.convert.exchange import ConversionSource
from asprofile.errors import ConversionError


def capability(uid: str, side: str, *syntaxes: str, **more: Any) -> dict[str, Any]:
    found = {"dicomSOPClass": uid, "dicomTransferRole": side, "dicomTransferSyntax": list(syntaxes or (IMPLICIT,))}
    return found | ({"dcmTransferCapability": more} if more else {})


def entity(*capabilities: dict[str, Any], initiator: bool = True, acceptor: bool = True) -> dict[str, Any]:
    return {
        "dicomAETitle": "ARC",
        "dicomAssociationInitiator": initiator,
        "dicomAssociationAcceptor": acceptor,
        "dicomTransferCapability": list(capabilities),
    }


def read(document: object, role: str | None = None) -> Reading:
    return read_json(ConversionSource(json.dumps(document), "file", role))


STORE = (capability(CT, "SCP"), capability(CT, "SCU"), capability(FIND, "SCU"), capability(VERIFICATION, "SCP"))


def test_an_archive_is_both_and_each_role_is_its_own() -> None:
    reading = read({"dicomDeviceName": "arc", "dicomNetworkAE": [entity(*STORE)]})
    expected = (ExchangeContext(CT, (IMPLICIT,)), ExchangeContext(VERIFICATION, (IMPLICIT,)))
    assert reading.exchange == Exchange("acceptor", (ExchangeProfile("ARC", expected),))
    assert [loss.message for loss in reading.losses] == ["what ARC is only SCU of: Study Root Query/Retrieve - FIND"]
    reading = read(entity(*STORE), "requestor")
    expected = (ExchangeContext(CT, (IMPLICIT,)), ExchangeContext(FIND, (IMPLICIT,)))
    assert reading.exchange == Exchange("requestor", (ExchangeProfile("ARC", expected),))
    assert [loss.message for loss in reading.losses] == ["what ARC is only SCP of: Verification"]


@pytest.mark.parametrize(("initiator", "role"), [(True, "requestor"), (False, "acceptor")])
def test_one_that_is_only_one_has_the_other_role_by_selection(initiator: bool, role: str) -> None:
    reading = read(entity(*STORE, initiator=initiator, acceptor=not initiator))
    roles = reading.exchange.profiles[0].roles
    assert reading.exchange.role == role
    assert roles == {CT: "both"} | ({VERIFICATION: "scp"} if initiator else {FIND: "scp"})
    assert reading.losses == ()


def test_bare_capabilities_are_of_one_entity() -> None:
    assert read([capability(CT, "SCP")]).exchange.role == "acceptor"
    assert read([capability(CT, "SCU")]).exchange.role == "requestor"
    assert read(capability(CT, "SCP")).exchange.profiles[0].name == "file"
    with pytest.raises(ConversionError, match="say whose profile it shall be, with role"):
        read(list(STORE))
    assert read(list(STORE), "requestor").exchange.profiles[0].roles == {CT: "both", VERIFICATION: "scp"}


def test_what_is_preferred_comes_first() -> None:
    prefers = capability(CT, "SCP", IMPLICIT, EXPLICIT, dcmPreferredTransferSyntax=["1.2.3", EXPLICIT])
    assert read([prefers]).exchange.profiles[0].contexts == (ExchangeContext(CT, (EXPLICIT, IMPLICIT)),)
    whole = entity(capability(MR, "SCP", IMPLICIT, EXPLICIT), prefers)
    whole["dcmNetworkAE"] = {"dcmPreferredTransferSyntax": [JPEG_LOSSLESS, EXPLICIT]}
    lists = read(whole).exchange.profiles[0].lists
    assert lists == {MR: (EXPLICIT, IMPLICIT), CT: (EXPLICIT, IMPLICIT)}


@pytest.mark.parametrize(
    ("more", "data"),
    [
        ({"dcmRelationalQueries": True}, b"\1"),
        ({"dcmRelationalQueries": False, "dcmFuzzySemanticMatching": True}, b"\0\0\1"),
        ({"dcmCombinedDateTimeMatching": True}, b"\0\1\0"),
        ({"dcmTimezoneQueryAdjustment": True}, b"\0\0\0\1"),
        ({"dcmStorageConformance": 2}, b"\2\0\0\0\2\0"),
        ({"dcmStorageConformance": 0, "dcmDigitalSignatureSupport": 3, "dcmDataElementCoercion": 1}, b"\0\0\3\0\1\0"),
        ({"dcmRelationalQueries": False}, None),
    ],
)
def test_options_are_extended_negotiation(more: dict[str, Any], data: bytes | None) -> None:
    """The bytes are those that dcm4che sends for these options."""
    uid = CT if "dcmStorageConformance" in more else FIND
    (profile,) = read([capability(uid, "SCP", **more)]).exchange.profiles
    assert profile.extended == (() if data is None else (Extended(uid, data),))
    if data is not None:
        for writing, reading in ((write_json, read_json), (write_ldif, read_ldif)):
            written = writing(Exchange("acceptor", (profile,)), ConversionTarget())
            assert written.losses == ()
            back = reading(ConversionSource(written.text, "file")).exchange.profiles[0]
            assert back.extended == profile.extended


def test_wildcards() -> None:
    reading = read([capability("*", "SCP", "*"), capability(VERIFICATION, "SCP", "*")])
    (context,) = reading.exchange.profiles[0].contexts
    assert context.transfer_syntaxes[:2] == (EXPLICIT, IMPLICIT)
    assert [loss.message for loss in reading.losses] == [
        "file: *, any SOP class",
        "any transfer syntax, of Verification: those of the standard that the SOP class permits",
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "neither dicomNetworkAE nor dicomTransferCapability is in it"),
        ([], "neither dicomNetworkAE nor"),
        ({"dicomNetworkAE": {}}, "dicomNetworkAE should be an array, and is an object"),
        ({"dicomNetworkAE": []}, "there are no transfer capabilities in it"),
        ([{"dicomTransferRole": "SCU"}], "a transfer capability has no 'dicomSOPClass'"),
        ([capability(CT, "BOTH")], "dicomTransferRole should be SCU or SCP, and is 'BOTH'"),
        ([capability(CT, "SCU") | {"dicomTransferSyntax": []}], "CT Image Storage has no dicomTransferSyntax"),
        ([capability("CT", "SCU")], "no SOP class 'CT' is known"),
        ([capability(CT, "SCU", "JPEG-2000-Losles")], "no transfer syntax .* did you mean JPEG2000LosslessOnly"),
        ([capability(CT, "SCU", dcmStorageConformance=4)], "a number from 0 to 3, and is 4"),
        ([capability(CT, "SCU", dcmRelationalQueries="yes")], "should be true or false, and is a string"),
        (entity(capability(GET, "SCU")) | {"dicomAETitle": None}, "dicomAETitle should be a string, and is null"),
    ],
)
def test_what_is_wrong(document: object, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        read(document)


def test_nothing_in_the_role_that_is_wanted() -> None:
    with pytest.raises(ConversionError, match="nothing in it is for the role requestor; try the other role"):
        read(entity(capability(CT, "SCP")), "requestor")


def test_an_entity_that_never_has_the_role_is_left_out() -> None:
    both, other = entity(*STORE), entity(*STORE, initiator=False) | {"dicomAETitle": "OTHER"}
    reading = read({"dicomNetworkAE": [both, other]}, "requestor")
    assert [one.name for one in reading.exchange.profiles] == ["ARC"]
    assert reading.losses[-1].message == "OTHER, which is no requestor"
    with pytest.raises(ConversionError, match="nothing in it is for the role requestor"):
        read(other, "requestor")


# --- LDIF -------------------------------------------------------------------------------------------------------------

ENTRY = f"""\
version: 1

dn: dicomAETitle=STORESCP,dicomDeviceName=storescp,cn=Devices,cn=DICOM Configuration,dc=dcm4che,dc=org
dicomAETitle: STORESCP
dicomAssociationAcceptor: TRUE
dicomAssociationInitiator: FALSE
objectClass: dicomNetworkAE
objectClass: dcmNetworkAE
dcmPreferredTransferSyntax: {{1}}{IMPLICIT}
dcmPreferredTransferSyntax: {{0}}{EXPLICIT}

# another attribute with a role is no capability
dn: cn=Coercion,dicomAETitle=STORESCP,dicomDeviceName=storescp,cn=Devices,cn=DICOM Configuration,dc=dcm4che,dc=org
objectClass: dcmAttributeCoercion
dicomTransferRole: SCU

dn: cn=CT Image Storage SCP,dicomAETitle=STORESCP,dicomDeviceName=storescp,
 cn=Devices,cn=DICOM Configuration,dc=dcm4che,dc=org
dicomSOPClass:: {"MS4yLjg0MC4xMDAwOC41LjEuNC4xLjEuMg=="}
dicomTransferRole: scp
dicomTransferSyntax: {JPEG_LOSSLESS}
dicomTransferSyntax: {IMPLICIT}
dicomTransferSyntax: {EXPLICIT}
objectclass: dicomTransferCapability
objectClass: dcmTransferCapability
cn: CT Image Storage SCP

dn: cn=MR,dicomAETitle=STORESCP,dicomDeviceName=storescp,cn=Devices,cn=DICOM Configuration,dc=dcm4che,dc=org
changetype: modify
add: dicomTransferSyntax
dicomTransferSyntax: {EXPLICIT}
"""


def test_a_directory() -> None:
    reading = read_ldif(ConversionSource(ENTRY, "file"))
    expected = ExchangeProfile("STORESCP", (ExchangeContext(CT, (EXPLICIT, IMPLICIT, JPEG_LOSSLESS)),))
    assert reading.exchange == Exchange("acceptor", (expected,))
    assert [loss.message for loss in reading.losses] == [
        "changes of entries, which only a directory can make: 1 records"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("dicomTransferRole: scp", "dicomTransferRole: SCPU", 20, "should be SCU or SCP, and is 'SCPU'"),
        ("dicomAssociationAcceptor: TRUE", "dicomAssociationAcceptor: 1", 5, "should be TRUE or FALSE, and is '1'"),
        ("dicomTransferRole: scp\n", "", 17, "needs dicomSOPClass, dicomTransferRole and dicomTransferSyntax"),
        (
            f"dicomTransferSyntax: {JPEG_LOSSLESS}",
            "dicomTransferSyntax: JPEG",
            21,
            "no transfer syntax 'JPEG' is known",
        ),
        ("cn: CT Image Storage SCP\n", "dcmStorageConformance: 7\n", 26, "a number from 0 to 3, and is '7'"),
    ],
)
def test_what_is_wrong_in_a_directory(old: str, new: str, line: int, message: str) -> None:
    place = ENTRY.rindex(old)
    with pytest.raises(ConversionError, match=message) as error:
        read_ldif(ConversionSource(ENTRY[:place] + new + ENTRY[place + len(old) :], "file"))
    assert error.value.line == line


def test_titles_and_names() -> None:
    two = Exchange("acceptor", (*ACCEPTOR.profiles, ExchangeProfile("A,b=c", ACCEPTOR.profiles[0].contexts)))
    for writing, reading in ((write_json, read_json), (write_ldif, read_ldif)):
        back = reading(ConversionSource(writing(two, ConversionTarget(device="d,e")).text, "file", "acceptor")).exchange
        assert [one.name for one in back.profiles] == ["Archive", "A,b=c"]
        with pytest.raises(ConversionError, match="ae is the title of one profile, and there are 2"):
            writing(two, ConversionTarget(ae_title="A"))
        same = Exchange("acceptor", tuple(ExchangeProfile(f"{'N' * 16}{n}", two.profiles[0].contexts) for n in "12"))
        with pytest.raises(ConversionError, match="have one AE title, NNNNNNNNNNNNNNNN"):
            writing(same, ConversionTarget())
    assert "dicomAETitle=A,dicomDeviceName=x,cn=Devices" in write_ldif(
        ACCEPTOR, ConversionTarget(ae_title="A", device="x")
    ).text.replace("\n ", "")
