"""Profiles and lists under another name."""

from __future__ import annotations

import pytest
from editing import SAMPLES, SMALL, changed_lines, comments, small
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY, everywhere_loaded, loaded, profile_files

import asprofile
from asprofile.edit.rename import SECTION_KINDS, kinds_of, rename_section
from asprofile.errors import EditError
from asprofile.model.document import read
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)

ALL = SMALL.replace(
    "[[Profiles]]",
    "[[SCPSCURoleSelection]]\n[Roles]\nRole1 = CTImageStorage\\BOTH\n"
    "[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\0200\n[[Profiles]]",
) + ("SCPSCURoleSelection = roles\nExtendedNegotiation = Ext ended\n")

OLD = {
    PROFILES: "Small",
    TRANSFER_SYNTAXES: "Native",
    PRESENTATION_CONTEXTS: "Contexts",
    ROLE_SELECTION: "Roles",
    EXTENDED_NEGOTIATION: "Extended",
}


def meaning(config):
    """What the profiles mean, whatever they and their lists are called."""
    return [(profile["contexts"], profile["extended"]) for profile in config["profiles"].values()]


@pytest.mark.parametrize("kind", SECTION_KINDS)
def test_with_all_references(kind):
    edited = rename_section(read(ALL.encode()), kind, OLD[kind], "New-1", "3.7.0")
    before, after = (asprofile.load(data) for data in (ALL.encode(), edited.data))
    assert meaning(loaded(edited.data, "3.7.0", "requestor")) == meaning(loaded(ALL.encode(), "3.7.0", "requestor"))
    tables = {
        PROFILES: "profiles",
        TRANSFER_SYNTAXES: "transfer_syntax_lists",
        PRESENTATION_CONTEXTS: "context_lists",
        ROLE_SELECTION: "role_lists",
        EXTENDED_NEGOTIATION: "extended_lists",
    }
    for name, table in tables.items():
        expected = {OLD[name].upper()} if name != kind else {"NEW-1"}
        assert set(getattr(after, table)) == expected
        assert set(getattr(before, table)) == {OLD[name].upper()}
    assert edited.done == (f"{SECTION_KINDS[kind]} {OLD[kind].upper()} is now New-1",)


def test_only_the_lines_that_name_it():
    edited = rename_section(small(), TRANSFER_SYNTAXES, "native", "Plain", "3.7.0")
    gone, new = changed_lines(SMALL.encode(), edited.data)
    assert len(gone) == len(new) == 4
    assert edited.data == SMALL.replace("Native", "Plain").encode()


def test_another_case_only():
    assert rename_section(small(), PROFILES, "Small", "SMALL", "3.7.0").data == SMALL.replace("Small", "SMALL").encode()


def test_references_that_are_not_read_go_along():
    document = small("MRImageStorage\\Native", "MRImageStorage\\Native\nPresentationContext7 = RTPlanStorage\\native")
    assert b"7 = RTPlanStorage\\Plain" in rename_section(document, TRANSFER_SYNTAXES, "Native", "Plain", "3.7.0").data


def test_a_list_in_two_parts():
    document = small("# that is all", "[Contexts]\nPresentationContext1 = RTPlanStorage\\Native")
    edited = rename_section(document, PRESENTATION_CONTEXTS, "Contexts", "All", "3.7.0")
    assert len(asprofile.load(edited.data).use("Small").contexts) == 4


@pytest.mark.parametrize(("new", "said"), [("Other", "is a profile Other already"), ("a.b", "letters, digits")])
def test_names_that_cannot_be(new, said):
    document = small("[Small]", "[Other]\nPresentationContexts = Contexts\n[Small]")
    with pytest.raises(EditError, match=said):
        rename_section(document, PROFILES, "Small", new, "3.7.0")


def test_no_such_name():
    with pytest.raises(EditError, match="no role list Native"):
        rename_section(small(), ROLE_SELECTION, "Native", "New", "3.7.0")


def test_kinds_of_a_name():
    document = small("[Small]", "[Native]")
    assert kinds_of(document, " nat ive", "3.7.0") == [PROFILES, TRANSFER_SYNTAXES]
    assert kinds_of(document, "nothing", "3.7.0") == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_back_and_forth_is_the_same_file(sample):
    data = sample.read_bytes()
    release = next(release for (release, _), config in reversed(everywhere_loaded(data).items()) if config)
    document = read(data)
    config = asprofile.load(data, release, "acceptor")
    for kind, old in (
        (PROFILES, next(iter(config.profiles))),
        (TRANSFER_SYNTAXES, next(iter(config.transfer_syntax_lists))),
        (PRESENTATION_CONTEXTS, next(iter(config.context_lists))),
    ):
        new = rename_section(document, kind, old, "Another", release)
        assert not comments(data) - comments(new.data)
        back = rename_section(read(new.data), kind, "Another", old, release)
        assert back.data.upper() == data.upper()


@PROPERTY
@given(profile_files(), st.sampled_from(list(SECTION_KINDS)))
def test_the_meaning_stays_but_for_the_name(data, kind):
    before = everywhere_loaded(data)
    if before["3.7.0", "requestor"] is None:
        return
    for name in ("U", "UN-1_X", "DEFAULT"):
        if kind not in kinds_of(read(data), name, "3.7.0"):
            continue
        try:
            edited = rename_section(read(data), kind, name, "New", "3.7.0")
        except EditError:
            continue
        after = everywhere_loaded(edited.data)
        for case, config in before.items():
            if config is not None:
                assert meaning(config) == meaning(after[case])
        assert not comments(data) - comments(edited.data)
