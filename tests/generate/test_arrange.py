"""Profiles of wishes: contexts, lists, limits and the ways out of them."""

from __future__ import annotations

import pytest

from asprofile.errors import ProposalError
from asprofile.generate import Arrangement, ProfileRequest, RequestedContext, SyntaxList, Wish, arrange, from_recipe
from asprofile.generate.families import family
from asprofile.generate.recipes import recipe

EXPLICIT, IMPLICIT = family("uncompressed")
LOSSLESS = family("lossless")
(BASELINE,) = family("jpeg-baseline")
JPEG_2000, JPEG_2000_LOSSY = family("jpeg-2000") + family("jpeg-2000-lossy")
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
US = "1.2.840.10008.5.1.4.1.1.6.1"
VERIFICATION = "1.2.840.10008.1.1"
ALONE = tuple((uid,) for uid in (EXPLICIT, IMPLICIT, *LOSSLESS, JPEG_2000_LOSSY))


def classes(count: int, heading: str = "Test", first: int = 1) -> list[Wish]:
    return [Wish(f"1.2.3.{number}", heading, ((EXPLICIT,), (IMPLICIT,))) for number in range(first, first + count)]


def contexts(request: ProfileRequest) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.abstract_syntax, one.syntaxes.uids) for one in request.contexts]


class TestRequestor:
    def test_a_context_for_each_list(self) -> None:
        (request,) = arrange(
            [Wish(CT, "CT", ((EXPLICIT,), (IMPLICIT, EXPLICIT)), ("7 objects", ""))], Arrangement("Test")
        )
        assert request.contexts == (
            RequestedContext(CT, SyntaxList("ExplicitVRLittleEndian", (EXPLICIT,)), "7 objects"),
            RequestedContext(CT, SyntaxList("Uncompressed", (IMPLICIT, EXPLICIT))),
        )

    def test_a_class_once_where_it_is_wished_for_first(self) -> None:
        wishes = [
            Wish(CT, "CT", ((EXPLICIT,),)),
            Wish(MR, "MR", ((EXPLICIT,),)),
            Wish(CT, "Planning", ((EXPLICIT,), (IMPLICIT,))),
        ]
        (request,) = arrange(wishes, Arrangement("Test"))
        assert contexts(request) == [(CT, (EXPLICIT,)), (CT, (IMPLICIT,)), (MR, (EXPLICIT,))]
        assert [group.comment for group in request.groups] == ["CT", "MR"]

    def test_two_lists_of_the_same_are_one(self) -> None:
        (request,) = arrange([Wish(CT, "CT", ((EXPLICIT, IMPLICIT), (IMPLICIT, EXPLICIT)))], Arrangement("Test"))
        assert contexts(request) == [(CT, (EXPLICIT, IMPLICIT))]

    def test_lists_of_one_kind_have_numbers(self) -> None:
        lists = ((EXPLICIT, IMPLICIT), (IMPLICIT,), (EXPLICIT, "1.2.840.10008.1.2.2"), ("1.2.3",))
        (request,) = arrange([Wish(CT, "CT", lists)], Arrangement("Test"))
        assert [one.syntaxes.label for one in request.contexts] == [
            "Uncompressed",
            "ImplicitVRLittleEndian",
            "Uncompressed-2",
            "TransferSyntax-1-2-3",
        ]

    def test_roles_and_extended_negotiation(self) -> None:
        wishes = [Wish(CT, "CT", ((EXPLICIT,),), role="both", extended=b"\2"), Wish(MR, "MR", ((EXPLICIT,),))]
        (request,) = arrange(wishes, Arrangement("Test"))
        assert (request.roles, request.extended) == (((CT, "both"),), ((CT, b"\2"),))

    def test_two_roles_of_a_class_are_an_error(self) -> None:
        wishes = [Wish(CT, "CT", ((EXPLICIT,),), role="scp"), Wish(CT, "CT", ((EXPLICIT,),))]
        with pytest.raises(
            ProposalError, match=r"CT Image Storage is wanted in the roles scp and default.*make a prof"
        ):
            arrange(wishes, Arrangement("Test"))

    def test_the_oldest_release(self) -> None:
        assert arrange(classes(1), Arrangement("Test"))[0].oldest == "3.6.0"
        assert arrange(classes(1), Arrangement("Test", release="3.6.8"))[0].oldest == "3.6.8"

    def test_required_only(self) -> None:
        wishes = [Wish(CT, "CT", ((EXPLICIT,),)), Wish(MR, "MR", ((EXPLICIT,),), optional=True)]
        assert contexts(arrange(wishes, Arrangement("Test", required_only=True))[0]) == [(CT, (EXPLICIT,))]
        with pytest.raises(ProposalError, match="there is nothing to offer; what there was is optional"):
            arrange(wishes[1:], Arrangement("Test", required_only=True))

    def test_nothing(self) -> None:
        with pytest.raises(ProposalError, match=r"there is nothing to offer$"):
            arrange([], Arrangement("Test"))

    @pytest.mark.parametrize("name", ["", "two words", "ü", "a.b", "x" * 65])
    def test_a_name_that_dcmtk_would_change(self, name: str) -> None:
        with pytest.raises(ProposalError, match="is no name for a profile"):
            arrange(classes(1), Arrangement(name))


class TestAcceptor:
    def test_each_class_once_with_what_loses_nothing_first(self) -> None:
        wishes = [Wish(US, "Ultrasound", ((BASELINE,), (JPEG_2000,), (IMPLICIT,), (EXPLICIT,)))]
        (request,) = arrange(wishes, Arrangement("Test", "acceptor"))
        assert contexts(request) == [
            (VERIFICATION, (EXPLICIT, IMPLICIT)),
            (US, (EXPLICIT, IMPLICIT, JPEG_2000, BASELINE)),
        ]
        assert [one.syntaxes.label for one in request.contexts] == ["Uncompressed", "Uncompressed-Lossless-Lossy"]

    def test_verification_is_not_added_twice(self) -> None:
        (request,) = arrange([Wish(VERIFICATION, "Echo", ((EXPLICIT,),))], Arrangement("Test", "acceptor"))
        assert contexts(request) == [(VERIFICATION, (EXPLICIT,))]

    def test_a_role_is_for_both_sides(self) -> None:
        (request,) = arrange([Wish(CT, "CT", ((EXPLICIT,),), role="scp")], Arrangement("Test", "acceptor"))
        assert request.roles == ((CT, "both"),)

    def test_the_notes_are_joined(self) -> None:
        wishes = [Wish(CT, "CT", ((EXPLICIT,), (IMPLICIT,)), ("2 objects", "the default"))]
        (request,) = arrange(wishes, Arrangement("Test", "acceptor"))
        assert request.contexts[1].note == "2 objects in Explicit VR Little Endian"

    def test_more_than_128_need_a_release_that_takes_them(self) -> None:
        assert arrange(classes(127), Arrangement("Test", "acceptor"))[0].oldest == "3.6.0"
        assert arrange(classes(128), Arrangement("Test", "acceptor"))[0].oldest == "3.6.8"
        with pytest.raises(ProposalError) as error:
            arrange(classes(128), Arrangement("Test", "acceptor", release="3.6.7"))
        assert str(error.value) == (
            "129 presentation contexts, but an acceptor of DCMTK before 3.6.8 has room for 128. Choose: split makes "
            "2 profiles of at most 128, by modality; release='3.6.8' or later has no limit for acceptors"
        )


class TestCombined:
    def test_first_what_does_no_harm(self) -> None:
        (request,) = arrange([Wish(CT, "CT", ALONE)], Arrangement("Test", combine=True))
        assert contexts(request) == [
            (CT, (EXPLICIT, IMPLICIT)),
            *((CT, (uid,)) for uid in (*LOSSLESS, JPEG_2000_LOSSY)),
        ]

    @pytest.mark.parametrize(
        ("count", "of_each"),
        [(21, 6), (22, 3), (42, 3)],
    )
    def test_then_as_much_as_it_takes(self, count: int, of_each: int) -> None:
        wishes = [Wish(f"1.2.3.{number}", "Test", ALONE) for number in range(count)]
        (request,) = arrange(wishes, Arrangement("Test", combine=True))
        assert len(request.contexts) == of_each * count

    def test_notes_are_kept(self) -> None:
        wishes = [Wish(CT, "CT", ((EXPLICIT,), (IMPLICIT,)), ("2 objects", "3 objects"))]
        (request,) = arrange(wishes, Arrangement("Test", combine=True))
        assert [one.note for one in request.contexts] == ["2 objects; 3 objects"]

    def test_a_mixed_list_stays(self) -> None:
        lists = ((BASELINE, EXPLICIT), (IMPLICIT,))
        (request,) = arrange([Wish(US, "US", lists)], Arrangement("Test", combine=True))
        assert [one.syntaxes.uids for one in request.contexts] == list(lists)


class TestTooMany:
    def test_128_are_enough_for_64_classes(self) -> None:
        (request,) = arrange(classes(64), Arrangement("Test"))
        assert len(request.contexts) == 128

    def test_the_choices_with_what_each_gives(self) -> None:
        with pytest.raises(ProposalError) as error:
            arrange([*classes(64), *(Wish(CT, "CT", ALONE, optional=True),)], Arrangement("Test"))
        assert str(error.value) == (
            "135 presentation contexts, but an association request has room for 128. Choose: split makes 2 profiles "
            "of at most 128, by modality; combine puts transfer syntaxes of a kind into one context (70 contexts); "
            "required_only leaves out what only goes along (128 contexts)"
        )

    def test_a_choice_that_is_not_enough_says_so(self) -> None:
        with pytest.raises(ProposalError, match=r"combine .* \(723|combine .* contexts, still 2 profiles' worth\)"):
            arrange(from_recipe(recipe("all-images")), Arrangement("Test"))

    def test_what_is_chosen_already_is_not_offered(self) -> None:
        with pytest.raises(ProposalError) as error:
            arrange(classes(129), Arrangement("Test", combine=True, required_only=True))
        assert "split" in str(error.value)
        assert "combine" not in str(error.value)
        assert "required_only" not in str(error.value)


class TestSplit:
    def test_groups_stay_together_in_order(self) -> None:
        wishes = [*classes(40, "A"), *classes(40, "B", 100), *classes(20, "C", 200)]
        one, other = arrange(wishes, Arrangement("Test", split=True))
        assert (one.name, other.name) == ("Test-1", "Test-2")
        assert [[group.comment for group in request.groups] for request in (one, other)] == [["A"], ["B", "C"]]

    def test_a_group_that_is_too_large_is_cut_between_classes(self) -> None:
        wishes = [*classes(10, "A"), *[Wish(f"1.3.{number}", "B", ALONE) for number in range(40)]]
        requests = arrange(wishes, Arrangement("Test", split=True))
        assert [len(request.contexts) for request in requests] == [20 + 7 * 15, 7 * 18, 7 * 7]
        seen = [{context.abstract_syntax for context in request.contexts} for request in requests]
        assert not seen[0] & seen[1] and not seen[1] & seen[2]

    def test_it_is_not_done_without_need(self) -> None:
        (request,) = arrange(classes(3), Arrangement("Test", split=True))
        assert request.name == "Test"

    def test_roles_go_with_their_classes(self) -> None:
        wishes = [*classes(64, "A"), Wish(CT, "CT", ((EXPLICIT,),), role="scp", extended=b"\1")]
        one, other = arrange(wishes, Arrangement("Test", split=True))
        assert (one.roles, one.extended) == ((), ())
        assert (other.roles, other.extended) == (((CT, "scp"),), ((CT, b"\1"),))
