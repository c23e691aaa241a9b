"""Contexts, roles and extended negotiation added to a file that is there."""

from __future__ import annotations

import pytest
from editing import BASELINE, CSA, CT, EXPLICIT, IMPLICIT, MR, RLE, SAMPLES, SMALL, US, changed_lines, comments, small
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY, everywhere_loaded, loaded, profile_files

import asprofile
from asprofile.edit.fmt import format_document
from asprofile.edit.insert import Addition, NewContext, NoRoom, add_to_profile
from asprofile.errors import EditError, ProfileNotFound
from asprofile.model.document import read
from asprofile.names.releases import LATEST

NATIVE = (EXPLICIT, IMPLICIT)


def added(document, *contexts, profile="Small", release="3.7.0", **options):
    return add_to_profile(document, profile, Addition(contexts, **options), release)


class TestContexts:
    def test_a_line_behind_the_last_one_with_the_list_that_is_there(self):
        edited = added(small(), NewContext(US, NATIVE))
        gone, new = changed_lines(SMALL.encode(), edited.data)
        assert gone == []
        assert new == ["PresentationContext4 = UltrasoundImageStorage\\Native"]
        assert b"MRImageStorage\\Native\nPresentationContext4" in edited.data
        assert edited.done == (
            "new context 4 of list Contexts: Ultrasound Image Storage with Explicit VR Little Endian, "
            "Implicit VR Little Endian (list Native)",
        )

    def test_a_private_class_by_number_with_its_name_above(self):
        edited = added(small(), NewContext(CSA, NATIVE))
        expected = b"# Siemens CSA Non-Image Storage\nPresentationContext4 = 1.3.12.2.1107.5.9.1\\Native\n"
        assert b"MRImageStorage\\Native\n" + expected in edited.data

    def test_a_list_of_its_own(self):
        edited = added(small(), NewContext(US, (BASELINE,)))
        text = edited.data.decode()
        assert "# end of the list\n\n[JPEGBaseline8Bit]\nTransferSyntax1 = JPEGBaseline\n\n[[Pres" in text
        assert "PresentationContext4 = UltrasoundImageStorage\\JPEGBaseline8Bit\n" in text

    def test_a_list_in_another_order_is_another_list(self):
        edited = added(small(), NewContext(US, (IMPLICIT, EXPLICIT)))
        contexts = asprofile.load(edited.data).use("Small").contexts
        assert contexts[3].transfer_syntaxes == (IMPLICIT, EXPLICIT)
        assert b"[Uncompressed]\n" in edited.data

    def test_the_label_that_is_asked_for(self):
        assert b"[Jpg]\nTransfer" in added(small(), NewContext(US, (BASELINE,), "Jpg")).data

    def test_a_label_of_another_list_is_refused(self):
        with pytest.raises(EditError, match="list Native with other transfer syntaxes"):
            added(small(), NewContext(US, (BASELINE,), "Native"))

    def test_a_chosen_label_avoids_those_that_are_there(self):
        taken = small("[Native]", "[JPEGBaseline8Bit]\nTransferSyntax1 = RLELossless\n[Native]")
        assert b"[JPEGBaseline8Bit-2]\n" in added(taken, NewContext(US, (BASELINE,))).data

    @pytest.mark.parametrize("syntaxes", [NATIVE, (IMPLICIT, EXPLICIT)])
    def test_what_is_there_already_is_left_alone(self, syntaxes):
        edited = added(small(), NewContext(MR, syntaxes))
        assert edited.data == SMALL.encode()
        assert "already there: MR Image Storage" in edited.done[0]
        assert "(context 3 of SMALL)" in edited.done[0]

    def test_beside_the_others_of_its_class(self):
        edited = added(small(), NewContext(CT, (BASELINE,)), beside=True)
        lines = edited.data.decode().splitlines()
        at = lines.index("PresentationContext2 = CTImageStorage\\Native")
        assert lines[at + 1 : at + 3] == [
            "PresentationContext3 = CTImageStorage\\JPEGBaseline8Bit",
            "PresentationContext4 = MRImageStorage\\Native",
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", [True, False])
    def test_line_ends_stay_what_they_are(self, end, last):
        text = SMALL.replace("\n", end)
        text = text if last else text.removesuffix(end)
        data = added(read(text.encode()), NewContext(US, (BASELINE,)), roles={US: "both"}).data.decode()
        others = {"\n", "\r\n", "\r"} - {end}
        assert all(other in end or other not in data.replace(end, "") for other in others)
        assert data.endswith(end) == last

    def test_aligned_stays_aligned(self):
        rows = "".join(f"PresentationContext{n:<2} = 1.2.3.{n}\\Native\n" for n in range(1, 12))
        text = SMALL[: SMALL.index("PresentationContext1")] + rows + SMALL[SMALL.index("# that is all") :]
        data = added(read(text.encode()), NewContext("1.2.3.5", (BASELINE,)), beside=True).data.decode()
        keys = [line for line in data.splitlines() if line.startswith("PresentationContext") and "\\" in line]
        assert len(keys) == 12
        assert {line.index("=") for line in keys} == {keys[0].index("=")}

    def test_the_key_is_spelled_as_above(self):
        text = SMALL.replace("PresentationContext3 = MR", "presentationCONTEXT3=MR")
        data = added(read(text.encode()), NewContext(US, NATIVE)).data
        assert b"\npresentationCONTEXT4=UltrasoundImageStorage\\Native\n" in data

    def test_a_formatted_file_stays_formatted(self):
        rows = "".join(f"PresentationContext{n} = 1.2.3.{n}\\Native\n" for n in range(1, 10))
        text = SMALL[: SMALL.index("PresentationContext1")] + rows + SMALL[SMALL.index("# that is all") :]
        before = format_document(read(text.encode())).data
        after = added(read(before), NewContext(US, NATIVE), roles={US: "scp"}).data
        assert format_document(read(after)).data == after

    def test_a_name_that_not_all_releases_know_is_written_as_a_number(self):
        data = added(small(), NewContext(US, ("1.2.840.10008.1.2.4.110",)), release="3.6.7").data
        assert b"# JPEG XL Lossless\nTransferSyntax1 = 1.2.840.10008.1.2.4.110\n" in data

    def test_a_file_that_needs_a_new_release_gets_its_names(self):
        text = small("LittleEndianImplicit", "LittleEndianImplicit\nTransferSyntax3 = JPEGXLLossless")
        data = added(text, NewContext(US, ("1.2.840.10008.1.2.4.110",))).data
        assert b"[JPEGXLLossless]\nTransferSyntax1 = JPEGXLLossless\n" in data

    def test_a_list_in_two_parts_grows_at_its_end(self):
        text = small(
            "# that is all",
            "[Other]\nPresentationContext1 = CTImageStorage\\Native\n"
            "[Contexts]\nPresentationContext1 = RTPlanStorage\\Native",
        )
        edited = added(text, NewContext(US, NATIVE))
        contexts = asprofile.load(edited.data).use("Small").contexts
        assert contexts[-1].abstract_syntax == US
        assert b"RTPlanStorage\\Native\nPresentationContext2 = Ultra" in edited.data

    def test_unread_entries_are_not_brought_to_life(self):
        text = small("PresentationContext3", "PresentationContext4")
        with pytest.raises(EditError, match="does not read PresentationContext4 in line 14"):
            added(text, NewContext(US, NATIVE))

    def test_no_such_profile(self):
        with pytest.raises(ProfileNotFound, match="did you mean SMALL"):
            added(small(), NewContext(US, NATIVE), profile="Smal")

    def test_a_file_that_does_not_load(self):
        with pytest.raises(EditError, match="does not load"):
            added(small("CTImage", "CtImage"), NewContext(US, NATIVE))


class TestShared:
    TWO = ("[Small]", "[Other]\nPresentationContexts = Contexts\n[Small]")

    def test_other_profiles_do_not_change_unasked(self):
        with pytest.raises(EditError, match=r"also that of OTHER.*give shared to change"):
            added(small(*self.TWO), NewContext(US, NATIVE))

    def test_they_change_when_asked(self):
        config = asprofile.load(added(small(*self.TWO), NewContext(US, NATIVE), shared=True).data)
        assert [len(profile.contexts) for profile in config.profiles.values()] == [4, 4]


class TestAcceptor:
    CATCH_ALL = (
        "# end of the list",
        "TransferSyntax3 = JPEGBaseline\nTransferSyntax4 = RLELossless\nTransferSyntax5 = JPEG2000\n"
        "TransferSyntax6 = JPEGLSLossless\n",
    )

    def test_a_class_that_is_there_takes_more(self):
        """An acceptor that names a SOP class twice is refused by storescp."""
        edited = added(small(*self.CATCH_ALL), NewContext(CT, ("1.2.840.10008.1.2.4.70",)))
        profile = asprofile.load(edited.data, role="acceptor").use("Small")
        assert profile.refusal is None
        assert len(profile.contexts) == 3
        assert profile.contexts[1].transfer_syntaxes[-1] == "1.2.840.10008.1.2.4.70"
        assert len(profile.contexts[1].transfer_syntaxes) == 7
        assert "takes also CT Image Storage" in edited.done[-1]

    def test_what_the_list_has_is_there(self):
        document = small(*self.CATCH_ALL)
        assert added(document, NewContext(CT, (RLE,))).data == document.data

    def test_as_the_user_says(self):
        edited = added(small(), NewContext(CT, (RLE,)), role="acceptor")
        assert len(asprofile.load(edited.data, role="acceptor").use("Small").contexts) == 3


class TestRoom:
    @staticmethod
    def full(*special):
        rows = [*special, *(f"1.2.3.4.{n}\\Native" for n in range(128 - len(special)))]
        entries = "".join(f"PresentationContext{n} = {row}\n" for n, row in enumerate(rows, start=1))
        text = SMALL[: SMALL.index("PresentationContext1")] + entries + SMALL[SMALL.index("\n[[Profiles]]") :]
        jpeg = "[Jpeg]\nTransferSyntax1 = JPEGBaseline\n[Implicit]\nTransferSyntax1 = LittleEndianImplicit\n\n[[Pres"
        return read(text.replace("\n[[Pres", jpeg).encode())

    USELESS = (
        "UltrasoundImageStorage\\Native",
        "1.2.840.10008.5.1.1.30\\Native",
        "UltrasoundImageStorage\\Implicit",
        "CTImageStorage\\Jpeg",
        "UltrasoundImageStorage\\Native",
        "VerificationSOPClass\\Jpeg",
    )

    def test_it_says_what_could_go_and_changes_nothing(self):
        with pytest.raises(NoRoom, match="128 presentation contexts, 1 more would be 129") as refused:
            added(self.full(*self.USELESS), NewContext(CT, NATIVE))
        candidates = refused.value.candidates
        assert [candidate.place for candidate in candidates] == [4, 3, 5, 2, 1]
        assert "context 1 proposes the same" in candidates[0].reason
        assert "no object can use this context" in candidates[1].reason
        assert "no Pixel Data in its messages" in candidates[2].reason
        assert "context 1 proposes the same and more" in candidates[3].reason
        assert "retired" in candidates[4].reason

    def test_drop_takes_out_as_many_as_are_needed(self):
        document = self.full(*self.USELESS)
        edited = added(document, NewContext(CT, NATIVE), NewContext(MR, NATIVE), drop=True)
        before, after = (asprofile.load(data).use("Small").contexts for data in (document.data, edited.data))
        pairs = [(context.abstract_syntax, context.transfer_syntaxes) for context in before]
        expected = [pair for place, pair in enumerate(pairs) if place not in (3, 4)] + [(CT, NATIVE), (MR, NATIVE)]
        assert [(context.abstract_syntax, context.transfer_syntaxes) for context in after] == expected
        assert sum("dropped context" in line for line in edited.done) == 2

    @pytest.mark.parametrize("drop", [True, False])
    def test_nothing_that_could_go(self, drop):
        with pytest.raises(NoRoom, match="none of its contexts is plainly dispensable"):
            added(self.full(), NewContext(CT, NATIVE), drop=drop)

    def test_only_some_that_could_go(self):
        with pytest.raises(NoRoom, match="only 1 of its contexts are"):
            added(self.full("CTImageStorage\\Jpeg"), NewContext(CT, NATIVE), NewContext(MR, NATIVE), drop=True)

    def test_an_acceptor_may_have_more(self):
        edited = added(self.full(), NewContext(CT, NATIVE), role="acceptor")
        assert len(asprofile.load(edited.data, role="acceptor").use("Small").contexts) == 129
        assert f"storescu of DCMTK 3.6.0 to {LATEST} loaded the file before" in edited.warnings[0]
        assert "storescp, dcmrecv of DCMTK 3.6.0 to 3.6.7" in edited.warnings[1]

    def test_but_not_in_an_old_release(self):
        with pytest.raises(NoRoom):
            added(self.full(), NewContext(CT, NATIVE), role="acceptor", release="3.6.7")


class TestRolesAndExtendedNegotiation:
    def test_new_lists_for_a_profile_without(self):
        edited = added(small(), roles={CT: "both"}, extended={CT: bytes.fromhex("020003000200")})
        profile = asprofile.load(edited.data).use("Small")
        assert [context.role for context in profile.contexts] == ["default", "both", "default"]
        assert [(item.sop_class, item.data.hex()) for item in profile.extended] == [(CT, "020003000200")]
        text = edited.data.decode()
        assert text.index("[[SCPSCURoleSelection]]") < text.index("[[ExtendedNegotiation]]") < text.index("[[Prof")
        assert "PresentationContexts = Contexts\nSCPSCURoleSelection = Small\nExtendedNegotiation = Small\n" in text

    def test_a_list_that_is_there_grows_or_changes(self):
        first = read(added(small(), roles={CT: "both"}).data)
        second = added(first, roles={MR: "scp", CT: "scu"})
        roles = [context.role for context in asprofile.load(second.data).use("Small").contexts]
        assert roles == ["default", "scu", "scp"]
        assert "role of CT Image Storage: SCU, before BOTH (role list Small)" in second.done

    def test_the_default_takes_it_out(self):
        first = added(small(), roles={CT: "both", MR: "both"}).data
        assert added(read(first), roles={CT: "default"}).done == ("role of CT Image Storage: the default",)
        both = added(read(first), roles={CT: "default", MR: "default"}).data
        assert loaded(both, "3.7.0", "requestor") == loaded(SMALL.encode(), "3.7.0", "requestor")

    def test_twice_is_once(self):
        options = {"roles": {CT: "both"}, "extended": {CT: b"\2\0"}}
        first = added(small(), **options).data
        edited = added(read(first), **options)
        assert edited.data == first
        assert all(line.startswith("already there") for line in edited.done)

    def test_a_class_that_is_not_proposed_is_refused(self):
        with pytest.raises(EditError, match="condition 1038"):
            added(small(), roles={US: "both"})


# This one is full, and nothing in it could go.
@pytest.mark.parametrize("sample", [path for path in SAMPLES if path.stem != "default"], ids=lambda path: path.stem)
def test_in_the_samples(sample):
    """Nothing else changes, in no release, and the file stays formatted."""
    data = sample.read_bytes()
    before = everywhere_loaded(data)
    name = next(iter(next(config for config in before.values() if config)["profiles"]))
    role = "acceptor" if "acceptor" in sample.stem else None
    new = NewContext("1.2.3.4.5", (RLE, "1.2.3.4"))
    edited = added(read(data), new, profile=name, drop=True, role=role)
    after = everywhere_loaded(edited.data)
    assert format_document(read(edited.data)).data == edited.data
    assert not comments(data) - comments(edited.data)
    for case, old in before.items():
        if old is None or after[case] is None:
            assert after[case] is None
            continue
        contexts = after[case]["profiles"][name]["contexts"]
        assert contexts[-1][:2] == ("1.2.3.4.5", (RLE, "1.2.3.4"))
        rest = [context for context in old["profiles"][name]["contexts"] if context in contexts[:-1]]
        assert contexts[:-1] == rest
        assert len(rest) >= min(127, len(old["profiles"][name]["contexts"]))


@PROPERTY
@given(profile_files(), st.sampled_from([(CT, NATIVE), (US, (BASELINE,)), (CSA, (RLE, "1.2.3"))]), st.booleans())
def test_an_edit_does_what_it_says_or_nothing(data, context, beside):
    """Whatever the file looks like; the role goes along because it needs other places in the file."""
    before = loaded(data, "3.7.0", "requestor")
    if before is None or "DEFAULT" not in before["profiles"]:
        return
    addition = Addition((NewContext(*context),), {context[0]: "both"}, beside=beside, shared=True)
    try:
        edited = add_to_profile(read(data), "Default", addition, "3.7.0")
    except EditError:
        return
    after = loaded(edited.data, "3.7.0", "requestor")
    old = [pair[:2] for pair in before["profiles"]["DEFAULT"]["contexts"]]
    new = [pair[:2] for pair in after["profiles"]["DEFAULT"]["contexts"]]
    assert {triple[2] for triple in after["profiles"]["DEFAULT"]["contexts"] if triple[0] == context[0]} == {"both"}
    there = any(uid == context[0] and set(syntaxes) == set(context[1]) for uid, syntaxes in old)
    assert len(new) == len(old) + (not there)
    if not there:
        new.remove(context)
    assert new == old
    assert not comments(data) - comments(edited.data)
