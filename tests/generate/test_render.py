"""What a rendered file looks like, and that it means what was asked for."""

from __future__ import annotations

import pytest

import asprofile
from asprofile.errors import ProposalError
from asprofile.generate import Group, ProfileRequest, RequestedContext, SyntaxList, render
from asprofile.names.releases import RELEASES

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
DERMOSCOPY = "1.2.840.10008.5.1.4.1.1.77.1.7"
CSA = "1.3.12.2.1107.5.9.1"
NATIVE = SyntaxList("Native", ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2"))
MPEG4 = SyntaxList("MPEG4", ("1.2.840.10008.1.2.4.102",))


def request(
    *contexts: RequestedContext, name: str = "Test", role: str = "requestor", oldest: str = "3.6.0"
) -> ProfileRequest:
    return ProfileRequest(
        name, "acceptor" if role == "acceptor" else "requestor", oldest, "A test.", (Group("All", contexts),)
    )


def test_layout() -> None:
    groups = (
        Group(
            "Images",
            (RequestedContext(CT, NATIVE), RequestedContext(DERMOSCOPY, NATIVE), RequestedContext(DERMOSCOPY, MPEG4)),
        ),
        Group("Private\nobjects", (RequestedContext(CSA, NATIVE), *(RequestedContext(MR, NATIVE),) * 6)),
    )
    assert (
        render(ProfileRequest("Test", "requestor", "3.6.0", "A test.\n\nOf render.", groups))
        == """\
# A test.
#
# Of render.

[[TransferSyntaxes]]

[Native]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[MPEG4]
# MPEG-4 AVC/H.264 High Profile / Level 4.1
TransferSyntax1 = 1.2.840.10008.1.2.4.102

[[PresentationContexts]]

[Test]
#
# Images
#
PresentationContext1  = CTImageStorage\\Native
# Dermoscopic Photography Image Storage
PresentationContext2  = 1.2.840.10008.5.1.4.1.1.77.1.7\\Native
PresentationContext3  = 1.2.840.10008.5.1.4.1.1.77.1.7\\MPEG4
#
# Private
# objects
#
# Siemens CSA Non-Image Storage
PresentationContext4  = 1.3.12.2.1107.5.9.1\\Native
PresentationContext5  = MRImageStorage\\Native
PresentationContext6  = MRImageStorage\\Native
PresentationContext7  = MRImageStorage\\Native
PresentationContext8  = MRImageStorage\\Native
PresentationContext9  = MRImageStorage\\Native
PresentationContext10 = MRImageStorage\\Native

[[Profiles]]

[Test]
PresentationContexts = Test
"""
    )


def test_a_name_is_used_from_the_release_on_that_has_it() -> None:
    text = render(request(RequestedContext(DERMOSCOPY, MPEG4), oldest="3.6.6"))
    assert "= DermoscopicPhotographyImageStorage\\MPEG4\n" in text
    assert "= MPEG4HighProfile/Level4.1\n" in text


def test_a_uid_that_was_renamed_is_a_number() -> None:
    # RETIRED_VLMultiFrameImageStorage until 3.6.3, RETIRED_VLMultiframeImageStorage from 3.6.4 on.
    trial = "1.2.840.10008.5.1.4.1.1.77.2"
    assert f"= {trial}\\Native\n" in render(request(RequestedContext(trial, NATIVE), oldest="3.6.2"))
    assert "= RETIRED_VLMultiframeImageStorage\\" in render(request(RequestedContext(trial, NATIVE), oldest="3.6.4"))


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_from_the_oldest_on_loads_what_was_asked_for(release: str) -> None:
    asked = request(
        RequestedContext(CT, NATIVE),
        RequestedContext(DERMOSCOPY, NATIVE),
        RequestedContext(DERMOSCOPY, MPEG4),
        RequestedContext(CSA, NATIVE),
    )
    profile = asprofile.load(render(asked).encode(), release=release).profiles["TEST"]
    loaded = [(context.abstract_syntax, context.transfer_syntaxes) for context in profile.contexts]
    assert loaded == [(context.abstract_syntax, context.syntaxes.uids) for context in asked.contexts]


def test_128_contexts_are_rendered() -> None:
    text = render(request(*(RequestedContext(CT, NATIVE),) * 128))
    assert len(asprofile.load(text.encode()).profiles["TEST"].contexts) == 128


@pytest.mark.parametrize(("role", "oldest"), [("requestor", "3.7.0"), ("acceptor", "3.6.7")])
def test_more_contexts_than_dcmtk_takes_are_refused(role: str, oldest: str) -> None:
    with pytest.raises(ProposalError, match=r"profile Test has 129 presentation contexts.*no more than 128"):
        render(request(*(RequestedContext(CT, NATIVE),) * 129, role=role, oldest=oldest))


def test_an_acceptor_may_have_more_from_3_6_8_on() -> None:
    text = render(
        request(*(RequestedContext(f"1.2.3.{n}", NATIVE) for n in range(200)), role="acceptor", oldest="3.6.8")
    )
    loaded = asprofile.load(text.encode(), release="3.6.8", role="acceptor")
    assert len(loaded.profiles["TEST"].contexts) == 200


@pytest.mark.parametrize("label", ["", "two words", "U.1", "a]", "ü"])
def test_a_label_that_dcmtk_would_change_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is no label"):
        render(request(RequestedContext(CT, SyntaxList(label, NATIVE.uids))))
    with pytest.raises(ValueError, match="is no label"):
        render(request(RequestedContext(CT, NATIVE), name=label))


def test_one_label_for_two_lists_is_refused() -> None:
    with pytest.raises(ValueError, match="two transfer syntax lists have the label NATIVE"):
        render(request(RequestedContext(CT, NATIVE), RequestedContext(MR, SyntaxList("NATIVE", NATIVE.uids[:1]))))
