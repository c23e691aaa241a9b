"""Whole profiles of one file in another."""

from __future__ import annotations

import pytest
from editing import SAMPLES, SMALL, comments, small
from hypothesis import given
from strategies import PROPERTY, everywhere_loaded, loaded, profile_files

import asprofile
from asprofile.edit.draft import Draft
from asprofile.edit.fmt import format_document
from asprofile.edit.merge import merge_files
from asprofile.errors import EditError, ProfileNotFound
from asprofile.model.document import read

OTHER = """\
# For reports.
#
# DCMTK: 3.6.0 and later

[[TransferSyntaxes]]
# the usual
[Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Native]
TransferSyntax1 = LittleEndianImplicit
[Unused]
TransferSyntax1 = RLELossless

[[PresentationContexts]]
[Reports]
# structured
PresentationContext1 = BasicTextSRStorage\\plain
PresentationContext2 = EnhancedSRStorage\\Native
[Pictures]
PresentationContext1 = CTImageStorage\\Native

[[SCPSCURoleSelection]]
[Reports]
Role1 = BasicTextSRStorage\\BOTH

[[Profiles]]
[Reports]
PresentationContexts = Reports
SCPSCURoleSelection  = Reports
[Pictures]
PresentationContexts = Pictures
"""


def merged(document=None, other=OTHER, **options):
    return merge_files(document or small(), read(other.encode()), "3.7.0", **options)


def profiles(data, release="3.7.0"):
    config = loaded(data, release, "requestor")
    return None if config is None else config["profiles"]


def test_both_are_in_it():
    edited = merged()
    assert profiles(edited.data) == profiles(SMALL.encode()) | profiles(OTHER.encode())
    assert not comments(SMALL.encode()) - comments(edited.data)


def test_equal_lists_are_shared_and_others_renamed():
    config = asprofile.load(merged().data)
    assert list(config.transfer_syntax_lists) == ["NATIVE", "NATIVE-2", "UNUSED"]
    assert [item.label for item in config.context_lists["REPORTS"].items] == ["NATIVE", "NATIVE-2"]
    assert [item.label for item in config.context_lists["PICTURES"].items] == ["NATIVE-2"]


def test_it_says_so():
    assert merged().done == (
        "transfer syntax list Plain: there already as Native",
        "new transfer syntax list Native, as Native-2: there is another Native",
        "new transfer syntax list Unused",
        "new context list Reports",
        "new context list Pictures",
        "new role list Reports",
        "new profile Reports",
        "new profile Pictures",
    )


def test_comments_come_along():
    text = merged().data.decode()
    assert "# For reports.\n#\n# DCMTK: 3.6.0 and later\n[Reports]\n# structured\nPresentationContext1" in text


def test_one_profile_with_what_it_needs():
    edited = merged(profiles=["pictures"])
    assert set(profiles(edited.data)) == {"SMALL", "PICTURES"}
    assert set(asprofile.load(edited.data).transfer_syntax_lists) == {"NATIVE", "NATIVE-2"}
    assert b"[[SCPSCURoleSelection]]" not in edited.data


def test_no_such_profile():
    with pytest.raises(ProfileNotFound, match="did you mean PICTURES"):
        merged(profiles=["picture"])


def test_line_ends_are_those_of_the_file_that_grows():
    data = merged(read(SMALL.replace("\n", "\r\n").encode())).data
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")


def test_a_list_in_two_parts():
    other = OTHER.replace(
        "[Pictures]\nPres", "[Reports]\nPresentationContext1 = RTPlanStorage\\Native\n[Pictures]\nPres", 1
    )
    assert len(profiles(other.encode())["REPORTS"]["contexts"]) == 3
    assert profiles(merged(other=other).data)["REPORTS"] == profiles(other.encode())["REPORTS"]


def test_the_same_file_again_changes_nothing():
    once = merged()
    twice = merged(read(once.data))
    assert twice.data == once.data
    assert all("there already" in line for line in twice.done)


class TestClash:
    MINE = ("[Small]", "[Reports]\nPresentationContexts = Contexts\n[Small]")

    def test_nothing_is_done_unasked(self):
        with pytest.raises(EditError, match="both files have a profile Reports, and they differ"):
            merged(small(*self.MINE))

    def test_rename(self):
        found = profiles(merged(small(*self.MINE), clash="rename").data)
        assert list(found) == ["REPORTS", "SMALL", "REPORTS-2", "PICTURES"]
        assert found["REPORTS-2"] == profiles(OTHER.encode())["REPORTS"]

    def test_keep(self):
        edited = merged(small(*self.MINE), clash="keep")
        found = profiles(edited.data)
        assert found["REPORTS"] == found["SMALL"]
        assert "PICTURES" in found
        assert edited.warnings == ("profile Reports: left out, there is another one of that name",)

    def test_replace(self):
        found = profiles(merged(small(*self.MINE), clash="replace").data)
        assert {name: found[name] for name in ("REPORTS", "PICTURES")} == profiles(OTHER.encode())
        assert found["SMALL"] == profiles(SMALL.encode())["SMALL"]

    def test_replace_a_profile_with_roles_by_one_without(self):
        mine = merged().data
        other = OTHER.replace("SCPSCURoleSelection  = Reports\n", "")
        found = profiles(merged(read(mine), other, clash="replace").data)
        assert {role for *_, role in found["REPORTS"]["contexts"]} == {"default"}


def test_a_file_for_newer_releases_makes_one_for_newer_releases():
    edited = merged(other=OTHER.replace("RLELossless", "JPEGXLLossless"))
    assert "storescu of DCMTK 3.6.0 to 3.6.8 loaded the file before" in edited.warnings[0]


def test_what_the_release_does_not_load_is_refused():
    with pytest.raises(EditError, match=r"DCMTK 3\.6\.7 does not load"):
        merge_files(small(), read(OTHER.replace("RLELossless", "JPEGXLLossless").encode()), "3.6.7")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_samples(sample):
    """Each into the small file: both as before in each release that loads both, formatted as it was."""
    data = sample.read_bytes()
    start = format_document(small()).data
    edited = merge_files(read(start), read(data), "3.7.0")
    mine, theirs, both = (everywhere_loaded(text) for text in (start, data, edited.data))
    for case in both:
        if mine[case] is None or theirs[case] is None:
            assert both[case] is None
        else:
            assert both[case]["profiles"] == mine[case]["profiles"] | theirs[case]["profiles"]
    assert format_document(read(edited.data)).data == edited.data
    assert not comments(start) - comments(edited.data)


@PROPERTY
@given(profile_files(), profile_files(slips=1))
def test_both_mean_what_they_meant(mine, other):
    try:
        edited = merge_files(read(mine), read(other), "3.7.0", clash="rename")
    except EditError:
        return
    before = profiles(mine) | {
        f"{name}-2" if profiles(mine).get(name, profile) != profile else name: profile
        for name, profile in profiles(other).items()
    }
    assert profiles(edited.data) == before
    assert not comments(mine) - comments(edited.data)


def test_the_growing_file_is_read_as_often_for_many_profiles_as_for_few(monkeypatch):
    """One edit for each supersection: with one for each section, thousands of profiles took minutes."""

    def many(count, prefix):
        contexts = "".join(f"[{prefix}{n}]\nPresentationContext1 = CTImageStorage\\U\n" for n in range(count))
        names = "".join(f"[{prefix}{n}]\nPresentationContexts = {prefix}{n}\n" for n in range(count))
        syntaxes = "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n"
        return read(f"{syntaxes}[[PresentationContexts]]\n{contexts}[[Profiles]]\n{names}".encode())

    applied = []
    apply = Draft.apply
    monkeypatch.setattr(Draft, "apply", lambda draft, *step: (applied.append(step), apply(draft, *step)))
    for count in (2, 30):
        applied.clear()
        found = merge_files(many(count, "A"), many(count, "B"), "3.7.0")
        assert len(applied) == 2
        assert len(profiles(found.data)) == 2 * count
