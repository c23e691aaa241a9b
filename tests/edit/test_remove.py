"""Contexts taken out again."""

from __future__ import annotations

import pytest
from editing import (
    BASELINE,
    CSA,
    CT,
    EXPLICIT,
    IMPLICIT,
    MR,
    RLE,
    SMALL,
    US,
    VERIFICATION,
    changed_lines,
    comments,
    small,
)
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY, everywhere_loaded, loaded, profile_files

import asprofile
from asprofile.edit.insert import Addition, NewContext, add_to_profile
from asprofile.edit.remove import Removal, remove_contexts
from asprofile.errors import EditError
from asprofile.model.document import read

NATIVE = (EXPLICIT, IMPLICIT)
TWO = ("[Small]", "[Other]\nPresentationContexts = Contexts\n[Small]")


def removed(document, *classes, profile="Small", **options):
    return remove_contexts(document, profile, Removal(classes, **options), "3.7.0")


def with_more(*contexts, **options):
    return read(add_to_profile(small(), "Small", Addition(contexts, **options), "3.7.0").data)


def test_the_line_goes_and_the_numbers_follow():
    edited = removed(small(), CT)
    gone, new = changed_lines(SMALL.encode(), edited.data)
    assert sorted(gone) == [
        "PresentationContext2 = CTImageStorage\\Native",
        "PresentationContext3 = MRImageStorage\\Native",
    ]
    assert new == ["PresentationContext2 = MRImageStorage\\Native"]
    assert b"# the scanner\n" in edited.data
    expected = "took out CT Image Storage with Explicit VR Little Endian, Implicit VR Little Endian (list Native)"
    assert edited.done == (expected,)


def test_a_comment_in_the_middle_of_an_entry_stays():
    document = small("PresentationContext2 = CT", "PresentationContext2 =\n# which one\n CT")
    assert b"\n# the scanner\n# which one\nPresentationContext2 = MR" in removed(document, CT).data


def test_what_stands_in_front_on_the_line_stays():
    document = small("[Contexts]\nPres", "[Contexts] Pres")
    assert b"[[PresentationContexts]]\n[Contexts] \n# the scanner\n" in removed(document, VERIFICATION).data


@pytest.mark.parametrize("wanted", [(BASELINE,), (RLE, IMPLICIT), (IMPLICIT, RLE)])
def test_only_those_with_certain_transfer_syntaxes(wanted):
    document = with_more(NewContext(CT, (BASELINE,)), NewContext(CT, (RLE, IMPLICIT)))
    contexts = asprofile.load(removed(document, CT, transfer_syntaxes=wanted).data).use("Small").contexts
    left = [set(context.transfer_syntaxes) for context in contexts if context.abstract_syntax == CT]
    assert len(left) == 2
    assert set(wanted) not in left


def test_no_context_with_these():
    with pytest.raises(EditError, match=r"it has: CT Image Storage with .* \(list Native\)"):
        removed(small(), CT, transfer_syntaxes=(EXPLICIT,))


def test_no_such_class():
    with pytest.raises(EditError, match=f"no context for Ultrasound Image Storage \\({US}\\)"):
        removed(small(), US)


def test_not_all_of_them():
    with pytest.raises(EditError, match="left without a presentation context"):
        removed(small(), CT, MR, VERIFICATION)


def test_roles_and_extended_negotiation_go_along():
    document = with_more(roles={CT: "both", MR: "both"}, extended={CT: b"\2\0"})
    one = asprofile.load(removed(document, CT).data)
    assert [item.sop_class for item in one.role_lists["SMALL"].items] == [MR]
    assert one.extended_lists == {}
    none = asprofile.load(removed(document, CT, MR).data).use("Small")
    assert (none.role_list, none.extended_list) == (None, None)


def test_a_role_stays_while_another_context_needs_it():
    document = with_more(NewContext(CT, (RLE,)), roles={CT: "both"})
    profile = asprofile.load(removed(document, CT, transfer_syntaxes=NATIVE).data).use("Small")
    assert [context.role for context in profile.contexts] == ["default", "default", "both"]


def test_other_profiles_do_not_change_unasked():
    with pytest.raises(EditError, match="also that of OTHER"):
        removed(small(*TWO), CT)
    config = asprofile.load(removed(small(*TWO), CT, shared=True).data)
    assert [len(profile.contexts) for profile in config.profiles.values()] == [2, 2]


def test_a_list_that_nobody_uses_then_is_spoken_of_and_pruned_when_asked():
    document = with_more(NewContext(US, (BASELINE,)))
    edited = removed(document, US)
    assert edited.warnings == (
        "no context uses transfer syntax list JPEGBaseline8Bit now; it stays unless such lists are pruned",
    )
    assert "JPEGBASELINE8BIT" in asprofile.load(edited.data).transfer_syntax_lists
    pruned = removed(document, US, prune=True)
    assert everywhere_loaded(pruned.data) == everywhere_loaded(SMALL.encode())
    assert b"JPEGBaseline8Bit" not in pruned.data


def test_unread_entries_are_not_brought_to_life():
    document = small("PresentationContext3", "PresentationContext2 = RTPlanStorage\\Native\nPresentationContext3")
    with pytest.raises(EditError, match="could bring it to life"):
        removed(document, CT)


@PROPERTY
@given(
    profile_files(),
    st.sampled_from([(CSA, NATIVE), (US, (BASELINE,)), ("1.2.3.9", (RLE, "1.2.3"))]),
    st.booleans(),
    st.booleans(),
)
def test_what_was_added_and_taken_out_is_as_if_it_had_never_been(data, context, beside, with_role):
    before = everywhere_loaded(data)
    default = before["3.7.0", "requestor"]
    if default is None or "DEFAULT" not in default["profiles"]:
        return
    roles = {context[0]: "both"} if with_role else {}
    addition = Addition((NewContext(*context),), roles, beside=beside, shared=True)
    removal = Removal((context[0],), shared=True, prune=True)
    try:
        edited = add_to_profile(read(data), "Default", addition, "3.7.0")
        back = remove_contexts(read(edited.data), "Default", removal, "3.7.0")
    except EditError:
        return
    if any(pair[0] == context[0] for pair in default["profiles"]["DEFAULT"]["contexts"]):
        return
    assert everywhere_loaded(back.data) == before
    assert not comments(data) - comments(back.data)


@PROPERTY
@given(profile_files(), st.integers(0, 9))
def test_taking_out_does_what_it_says_or_nothing(data, number):
    before = loaded(data, "3.7.0", "requestor")
    if before is None or "DEFAULT" not in before["profiles"]:
        return
    contexts = before["profiles"]["DEFAULT"]["contexts"]
    uid = contexts[number % len(contexts)][0]
    try:
        edited = remove_contexts(read(data), "Default", Removal((uid,), shared=True), "3.7.0")
    except EditError:
        return
    after = loaded(edited.data, "3.7.0", "requestor")
    assert after["profiles"]["DEFAULT"]["contexts"] == [context for context in contexts if context[0] != uid]
    assert not comments(data) - comments(edited.data)
