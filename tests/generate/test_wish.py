"""What becomes of recipes, names, counted objects, logged associations and a peer's answers."""

from __future__ import annotations

import pytest

from asprofile.generate import (
    Wish,
    completed,
    from_acceptance,
    from_associations,
    from_name,
    from_objects,
    from_recipe,
)
from asprofile.generate.families import family
from asprofile.generate.recipes import recipe
from asprofile.generate.wish import Impossible
from asprofile.logs import LoggedAssociation, LoggedContext
from asprofile.names import sop_classes, uids

EXPLICIT, IMPLICIT = family("uncompressed")
(JPEG_LOSSLESS,) = family("jpeg-lossless")
(BASELINE,) = family("jpeg-baseline")
CT = "1.2.840.10008.5.1.4.1.1.2"
CSA = "1.3.12.2.1107.5.9.1"


def uid(keyword: str) -> str:
    found = uids.uid_of_keyword(keyword)
    assert found is not None, keyword
    return found


def wished(*lists: tuple[str, ...], abstract_syntax: str = CT) -> Wish:
    return Wish(abstract_syntax, "Test", lists)


class TestNames:
    def test_usual_transfer_syntaxes(self) -> None:
        assert from_name(CT).lists == ((EXPLICIT,), (IMPLICIT,), *((one,) for one in family("lossless")))
        assert from_name(uid("BasicTextSRStorage")).lists == ((EXPLICIT,), (IMPLICIT,))
        assert from_name(CSA).lists == ((EXPLICIT,), (IMPLICIT,))
        assert from_name("1.2.3").lists == ((EXPLICIT,), (IMPLICIT,))
        video = from_name(uid("VideoEndoscopicImageStorage")).syntaxes
        assert set(video) == {*family("mpeg2"), *family("mpeg4"), *family("hevc")}

    def test_nothing_has_to_be_converted_for_a_service(self) -> None:
        assert from_name(uid("Verification")).lists == ((EXPLICIT, IMPLICIT),)

    def test_given_transfer_syntaxes_that_fit(self) -> None:
        assert from_name(CT, (BASELINE, JPEG_LOSSLESS, "1.2.3")).lists == ((JPEG_LOSSLESS,), ("1.2.3",))

    @pytest.mark.parametrize(
        ("sop_class", "syntax", "reason"),
        [
            (CT, BASELINE, "16 bits allocated"),
            (uid("BasicTextSRStorage"), BASELINE, "PS3.5 A.4"),
            (uid("Verification"), BASELINE, "only for data sets that have it (PS3.5 A.4)"),
            (CSA, BASELINE, "only for data sets that have it (PS3.5 A.4)"),
        ],
    )
    def test_what_the_standard_does_not_allow(self, sop_class: str, syntax: str, reason: str) -> None:
        with pytest.raises(Impossible) as error:
            from_name(sop_class, (syntax,))
        assert reason in str(error.value)


class TestRecipes:
    def test_only_what_fits(self) -> None:
        wishes = {wish.abstract_syntax: wish for wish in from_recipe(recipe("mpeg4"))}
        assert set(wishes[uid("VideoEndoscopicImageStorage")].syntaxes) == set(family("mpeg4"))
        assert wishes[uid("VLEndoscopicImageStorage")].syntaxes == (BASELINE, EXPLICIT, IMPLICIT)
        assert not wishes[uid("VideoEndoscopicImageStorage")].optional
        assert wishes[uid("VLEndoscopicImageStorage")].optional

    def test_other_transfer_syntaxes(self) -> None:
        wishes = from_recipe(recipe("mpeg4"), family("hevc"))
        assert {wish.syntaxes for wish in wishes} == {family("hevc")}
        assert uid("VLEndoscopicImageStorage") not in {wish.abstract_syntax for wish in wishes}

    def test_a_role_needs_one_context(self) -> None:
        wishes = [wish for wish in from_recipe(recipe("retrieve-get")) if wish.role == "scp"]
        assert wishes
        assert {wish.lists for wish in wishes} == {((EXPLICIT, IMPLICIT),)}


class TestObjects:
    def test_a_context_for_each_pair_with_its_number(self) -> None:
        report = uid("BasicTextSRStorage")
        counts = {(report, EXPLICIT): 1, (CT, JPEG_LOSSLESS): 1234, (CT, EXPLICIT): 2, (CSA, IMPLICIT): 3}
        assert from_objects(counts) == (
            Wish(CT, "CT", ((EXPLICIT,), (JPEG_LOSSLESS,)), ("2 objects", "1,234 objects")),
            Wish(report, "Structured reports", ((EXPLICIT,),), ("1 object",)),
            Wish(CSA, "Private SOP classes of Siemens", ((IMPLICIT,),), ("3 objects",)),
        )

    def test_the_order_of_the_files_does_not_show(self) -> None:
        counts = {(CSA, IMPLICIT): 3, (CT, EXPLICIT): 2, ("1.2.10", EXPLICIT): 1, ("1.2.9", EXPLICIT): 1}
        assert from_objects(counts) == from_objects(dict(reversed(counts.items())))


class TestAcceptance:
    def test_each_transfer_syntax_for_itself(self) -> None:
        accepted = [(CT, [JPEG_LOSSLESS, EXPLICIT]), (CSA, []), (CT, [EXPLICIT, IMPLICIT])]
        assert from_acceptance(accepted) == (Wish(CT, "CT", ((JPEG_LOSSLESS,), (EXPLICIT,), (IMPLICIT,))),)


class TestAssociations:
    LOGGED = LoggedAssociation(
        (
            LoggedContext(1, CT, (EXPLICIT, IMPLICIT), EXPLICIT, "both", "scp"),
            LoggedContext(3, CSA, (EXPLICIT,), None, "default", "default"),
        ),
        ((CT, b"\2\0"),),
        answered=True,
        unknown=(),
    )

    def test_as_proposed(self) -> None:
        one, other = from_associations([self.LOGGED, self.LOGGED])
        assert (one.abstract_syntax, one.lists, one.role, one.extended) == (
            CT,
            ((EXPLICIT, IMPLICIT),),
            "both",
            b"\2\0",
        )
        assert (other.abstract_syntax, other.lists, other.role, other.extended) == (CSA, ((EXPLICIT,),), "default", b"")

    def test_as_accepted(self) -> None:
        (one,) = from_associations([self.LOGGED], accepted=True)
        assert (one.abstract_syntax, one.lists, one.role, one.extended) == (CT, ((EXPLICIT,),), "scp", b"\2\0")


class TestWhatTheStandardWantsBeside:
    def syntaxes(self, *lists: tuple[str, ...], abstract_syntax: str = CT) -> tuple[tuple[str, ...], ...]:
        (done,) = completed([wished(*lists, abstract_syntax=abstract_syntax)], acceptor=False, with_classes=False)
        return done.lists

    def test_the_default_transfer_syntax(self) -> None:
        assert self.syntaxes((EXPLICIT,)) == ((EXPLICIT,), (IMPLICIT,))
        assert self.syntaxes((JPEG_LOSSLESS,)) == ((JPEG_LOSSLESS,), (IMPLICIT,))
        assert self.syntaxes((EXPLICIT, IMPLICIT)) == ((EXPLICIT, IMPLICIT),)
        assert self.syntaxes(("1.2.3",)) == (("1.2.3",), (IMPLICIT,))

    def test_not_for_a_class_of_video_that_is_lossy(self) -> None:
        (mpeg2, *_) = family("mpeg2")
        for one in sop_classes.storage_sop_classes():
            offered = self.syntaxes((mpeg2,), (BASELINE,), abstract_syntax=one.uid)
            assert ((IMPLICIT,) in offered) == (one.category != "video")

    def test_the_transfer_syntaxes_that_have_to_go_with_others(self) -> None:
        process_14 = uid("JPEGLossless")
        assert self.syntaxes((process_14,)) == ((process_14,), (JPEG_LOSSLESS,), (IMPLICIT,))
        near, lossless = uid("JPEGLSNearLossless"), uid("JPEGLSLossless")
        assert self.syntaxes((near,)) == ((near,), (lossless,), (IMPLICIT,))
        (deflated,) = family("deflated")
        report = uid("BasicTextSRStorage")
        assert self.syntaxes((deflated,), abstract_syntax=report) == ((deflated,), (EXPLICIT,), (IMPLICIT,))

    def test_the_note_says_why(self) -> None:
        given = Wish(CT, "Test", ((EXPLICIT,),), ("2 objects",))
        (done,) = completed([given], acceptor=False, with_classes=False)
        assert done.notes == ("2 objects", "the default transfer syntax, which shall be offered (PS3.5 10.1)")

    def test_a_second_wish_for_the_class_is_seen(self) -> None:
        done = completed([wished((EXPLICIT,)), wished((IMPLICIT,))], acceptor=False, with_classes=False)
        assert [wish.lists for wish in done] == [((EXPLICIT,),), ((IMPLICIT,),)]

    def test_sop_classes_that_shall_be_supported_too(self) -> None:
        processing = wished((EXPLICIT,), (IMPLICIT,), abstract_syntax=uid("DigitalXRayImageStorageForProcessing"))
        _, other = completed([processing], acceptor=False, with_classes=True)
        assert (other.abstract_syntax, other.lists) == (
            uid("DigitalXRayImageStorageForPresentation"),
            ((EXPLICIT,), (IMPLICIT,)),
        )
        assert other.heading == "Shall be supported with what is above (PS3.4 B.5.1.1)"
        assert completed([processing], acceptor=False, with_classes=False) == (processing,)

    def test_some_by_receivers_only(self) -> None:
        enhanced = wished((EXPLICIT,), (IMPLICIT,), abstract_syntax=uid("EnhancedCTImageStorage"))
        assert completed([enhanced], acceptor=False, with_classes=True) == (enhanced,)
        _, state = completed([enhanced], acceptor=True, with_classes=True)
        assert state.abstract_syntax == uid("GrayscaleSoftcopyPresentationStateStorage")

    def test_what_is_needed_is_not_optional(self) -> None:
        enhanced = wished((EXPLICIT,), (IMPLICIT,), abstract_syntax=uid("EnhancedCTImageStorage"))
        gray = uid("GrayscaleSoftcopyPresentationStateStorage")
        state = Wish(gray, "Test", ((EXPLICIT,), (IMPLICIT,)), optional=True)
        assert [wish.optional for wish in completed([enhanced, state], acceptor=True, with_classes=True)] == [False] * 2
        assert [wish.optional for wish in completed([enhanced, state], acceptor=False, with_classes=True)] == [
            False,
            True,
        ]
