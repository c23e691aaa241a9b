"""dcm4che's properties: names and UIDs, wildcards, contexts; and what is wrong in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchanges import REQUESTOR
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION

from asprofile.convert import ConversionTarget, ExchangeContext
from asprofile.convert.dcm4che import read_sop_classes, read_store_tcs, write_store_tcs
from asprofile.convert.exchange import ConversionSource
from asprofile.errors import ConversionError, ProposalError

SOP_CLASSES = f"""\
# Accepted SOP Classes
Verification:ImplicitVRLittleEndian

Storage:*
CTImageStorage:\\
ImplicitVRLittleEndian, {EXPLICIT},\\
  JPEGLosslessSV1
{MR} = *
"""


def test_what_is_accepted() -> None:
    reading = read_sop_classes(ConversionSource(SOP_CLASSES, "Archive"))
    assert reading.exchange.role == "acceptor"
    (profile,) = reading.exchange.profiles
    assert profile.name == "Archive"
    assert profile.contexts[:2] == (
        ExchangeContext(VERIFICATION, (IMPLICIT,)),
        ExchangeContext(CT, (EXPLICIT, IMPLICIT, JPEG_LOSSLESS)),
    )
    any_of_mr = profile.contexts[2].transfer_syntaxes
    assert any_of_mr[:2] == (EXPLICIT, IMPLICIT)
    # MR images have 16 bits: of the baseline of JPEG, which has 8, nothing is put there.
    assert JPEG_LOSSLESS in any_of_mr
    assert "1.2.840.10008.1.2.4.50" not in any_of_mr
    assert [(loss.kind, loss.message) for loss in reading.losses] == [
        ("wildcard", "line 4: Storage, any SOP class that the requestor says is storage"),
        ("wildcard", "any transfer syntax, of MR Image Storage: those of the standard that the SOP class permits"),
    ]


def test_what_is_proposed() -> None:
    text = f"CTImageStorage:{EXPLICIT},{IMPLICIT};JPEGLosslessSV1 ; {IMPLICIT}\n"
    (profile,) = read_store_tcs(ConversionSource(text, "X")).exchange.profiles
    assert [one.transfer_syntaxes for one in profile.contexts] == [(EXPLICIT, IMPLICIT), (JPEG_LOSSLESS,), (IMPLICIT,)]


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    text = f"CTImageStorage:{EXPLICIT}\n{CT}:{IMPLICIT}\n"
    reading = read_sop_classes(ConversionSource(text, "X"))
    assert reading.exchange.profiles[0].contexts == (ExchangeContext(CT, (IMPLICIT,)),)
    assert [loss.message for loss in reading.losses] == [
        "line 1: CT Image Storage is there again, and Java keeps the last"
    ]


def test_names_that_only_dcm4che_knows_are_left_out() -> None:
    """Its own files have such names."""
    text = f"MRImageStorageNewer:*\n{CT}:NewSyntax,{EXPLICIT};NewSyntax\n"
    reading = read_store_tcs(ConversionSource(text, "X"))
    assert reading.exchange.profiles[0].contexts == (ExchangeContext(CT, (EXPLICIT,)),)
    messages = [loss.message for loss in reading.losses]
    assert messages[0].startswith("line 1: no SOP class 'MRImageStorageNewer' is known; did you mean MRImageStorage")
    assert messages[1:] == ["line 2: no transfer syntax 'NewSyntax' is known; give its UID"] * 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "CTImageStorage:ImplicitVRLittleEndien\n",
            None,
            "can be converted; line 1: no transfer .* did you mean LittleE",
        ),
        ("\nCtImageStorag:*\n", None, "line 2: no SOP class 'CtImageStorag' is known; did you mean CTImageStorage"),
        ("CTImageStorage:\n", 1, "here should be a transfer syntax"),
        ("CTImageStorage:,\n", 1, "here should be a transfer syntax"),
        (":*\n", 1, "here should be a SOP class"),
        ("CTImageStorage:MRImageStorage\n", 1, "MRImageStorage is no transfer syntax"),
        (f"1.{'2' * 70}:*\n", 1, "is no UID"),
        ("Storage:*\n", None, "it names no SOP class that can be converted; line 1: Storage, any SOP class"),
        ("", None, "it names no SOP class that can be converted$"),
    ],
)
def test_what_is_wrong(text: str, line: int | None, message: str) -> None:
    for read in (read_sop_classes, read_store_tcs):
        with pytest.raises(ConversionError, match=message) as error:
            read(ConversionSource(text, "x"))
        assert error.value.line == line


def test_a_request_has_room_for_128() -> None:
    (profile,) = REQUESTOR.profiles
    large = replace(REQUESTOR, profiles=(replace(profile, contexts=profile.contexts * 22),))
    with pytest.raises(ProposalError, match="132 presentation contexts"):
        write_store_tcs(large, ConversionTarget())


def test_names_of_older_releases_and_of_private_classes() -> None:
    text = "StudyRootQueryRetrieveInformationModelFIND:ImplicitVRLittleEndian\nPrivateSiemensCSANonImageStorage:MPEG2"
    reading = read_sop_classes(ConversionSource(text, "X"))
    assert reading.losses == ()
    assert [context.abstract_syntax for context in reading.exchange.profiles[0].contexts] == [
        "1.2.840.10008.5.1.4.1.2.2.1",
        "1.3.12.2.1107.5.9.1",
    ]


def test_a_name_that_meant_another_transfer_syntax_is_told() -> None:
    reading = read_sop_classes(ConversionSource("CTImageStorage:JPEGLossless,JPEGLosslessSV1", "X"))
    assert reading.exchange.profiles[0].contexts[0].transfer_syntaxes[0] == "1.2.840.10008.1.2.4.57"
    assert [loss.message for loss in reading.losses] == [
        "line 1: JPEGLossless is taken for 1.2.840.10008.1.2.4.57, as dcm4che 5.22.6 and later take it; before, it was "
        "1.2.840.10008.1.2.4.70 (JPEG Lossless (Process 14, Selection Value 1)): write the UID if that is meant"
    ]


def test_related_general_classes_are_no_profile() -> None:
    """rel-sop-classes.properties looks like the others, but names no transfer syntaxes."""
    text = "1.2.840.10008.5.1.4.1.1.88.34:1.2.840.10008.5.1.4.1.1.88.33\n"
    for read in (read_sop_classes, read_store_tcs):
        with pytest.raises(ConversionError, match="common extended negotiation"):
            read(ConversionSource(text, "related"))
