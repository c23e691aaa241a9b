"""A profile as a request."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR, Context, Extended, Profile, profile

from asprofile.errors import ProposalError
from asprofile.negotiate.request import (
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    ExtendedItem,
    ProposedContext,
    RoleItem,
    UserIdentity,
    encoded_size,
    propose,
)


def test_contexts_come_in_order_with_odd_ids():
    request = propose(profile((MR, (EXPLICIT, IMPLICIT)), (CT, (IMPLICIT,))))
    assert request.contexts == (
        ProposedContext(1, MR, (EXPLICIT, IMPLICIT)),
        ProposedContext(3, CT, (IMPLICIT,)),
    )
    assert request.roles == ()


def test_one_role_item_for_each_context_even_if_that_doubles_a_class():
    request = propose(profile((CT, (EXPLICIT,)), (MR, (EXPLICIT,)), (CT, (IMPLICIT,)), roles={CT: "both", MR: "scp"}))
    assert request.roles == (RoleItem(CT, True, True), RoleItem(MR, False, True), RoleItem(CT, True, True))
    assert propose(profile((CT, (IMPLICIT,)), roles={CT: "scu"})).roles == (RoleItem(CT, True, False),)


def test_extended_negotiation_keeps_its_own_order():
    source = Profile(
        (Context(1, CT, (IMPLICIT,)), Context(3, MR, (IMPLICIT,))), (Extended(MR, b"\1"), Extended(CT, b"\2\3"))
    )
    assert propose(source).extended == (ExtendedItem(MR, b"\1"), ExtendedItem(CT, b"\2\3"))


def test_uids_are_cut_to_64_characters_as_dcmtk_does():
    long = "1." + "2" * 102
    request = propose(profile((long, (long,)), roles={long: "both"}))
    assert request.contexts[0] == ProposedContext(1, long[:64], (long[:64],))
    assert request.roles[0].sop_class == long[:64]


def test_size_of_the_smallest_request_of_dcmtk():
    # Captured from DCMTK 3.6.7: a C-ECHO with one transfer syntax has 211 bytes.
    request = propose(
        profile(("1.2.840.10008.1.1", (IMPLICIT,))),
        implementation_class_uid="1.2.276.0.7230010.3.0.3.6.7",
        implementation_version_name="OFFIS_DCMTK_367",
    )
    assert encoded_size(request) == 211


def test_our_name():
    assert IMPLEMENTATION_CLASS_UID.startswith("2.25.")
    assert 1 <= len(IMPLEMENTATION_CLASS_UID) <= 64
    assert int(IMPLEMENTATION_CLASS_UID.removeprefix("2.25.")) < 1 << 128
    assert IMPLEMENTATION_VERSION_NAME.startswith("ASPROFILE_")
    assert len(IMPLEMENTATION_VERSION_NAME) <= 16


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (Profile(()), {}, "no presentation contexts"),
        (profile(*[(f"1.2.{i}", (IMPLICIT,)) for i in range(129)]), {}, "at most 128"),
        (profile((CT, (IMPLICIT,))), {"called_ae": " "}, "called AE title"),
        (profile((CT, (IMPLICIT,))), {"called_ae": "A" * 17}, "1 to 16 characters"),
        (profile((CT, (IMPLICIT,))), {"calling_ae": "A\\B"}, "backslash"),
        (profile((CT, (IMPLICIT,))), {"calling_ae": "Ä"}, "ASCII"),
        (profile((CT, (IMPLICIT,))), {"max_pdu": 0}, "4096 to"),
        (profile((CT, (IMPLICIT,))), {"max_pdu": 4095}, "4096 to"),
        (profile((CT, (IMPLICIT,))), {"implementation_class_uid": ""}, "implementation class UID"),
        (profile((CT, (IMPLICIT,))), {"implementation_version_name": "A" * 17}, "at most 16"),
        (profile((CT, ("1." + "2" * 60,) * 1000)), {}, "transfer syntaxes take more than 65535"),
        (
            profile((CT, (IMPLICIT,))),
            {"user_identity": UserIdentity(2, b"user", b"p" * 65535)},
            "user information",
        ),
    ],
)
def test_what_no_request_can_say(source, options, message):
    with pytest.raises(ProposalError, match=message):
        propose(source, **options)


def test_128_contexts_are_allowed():
    request = propose(profile(*[(f"1.2.{i}", (IMPLICIT,)) for i in range(128)]))
    assert request.contexts[-1].id == 255


def test_a_passcode_does_not_show():
    shown = repr(propose(profile((CT, (IMPLICIT,))), user_identity=UserIdentity(2, b"user", b"secret")))
    assert "secret" not in shown


def test_extended_negotiation_goes_out_with_the_whole_uid_as_dcmtk_sends_it():
    long = "1." + "2" * 70
    request = propose(Profile((Context(1, CT, (IMPLICIT,)),), (Extended(long, b"\x01"),)))
    assert request.extended[0].sop_class == long
