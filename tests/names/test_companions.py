from __future__ import annotations

from asprofile.names import sop_classes
from asprofile.names.companions import Companion, companions, companions_of

STORAGE = "1.2.840.10008.5.1.4.1.1."


def test_for_processing_needs_for_presentation() -> None:
    assert companions_of(STORAGE + "1.1.1") == (
        Companion(STORAGE + "1.1.1", (STORAGE + "1.1",), level_2=False, role="any", ref="PS3.4 B.5.1.1"),
    )


def test_an_scp_of_enhanced_ct_needs_presentation_states() -> None:
    (one,) = companions_of(STORAGE + "2.1")
    assert (one.requires, one.role) == ((STORAGE + "11.1",), "scp")


def test_an_annotation_box_needs_one_of_the_meta_classes() -> None:
    (one,) = companions_of("1.2.840.10008.5.1.1.15")
    assert one.requires == ("1.2.840.10008.5.1.1.9", "1.2.840.10008.5.1.1.18")


def test_structured_reports_need_level_2_but_key_objects_do_not() -> None:
    (one,) = companions_of(STORAGE + "88.22")
    assert (one.level_2, one.requires, one.role) == (True, (), "both")
    assert companions_of(STORAGE + "88.59") == ()
    assert companions_of(STORAGE + "2") == ()


def test_what_is_not_verified_is_left_out() -> None:
    assert companions_of(STORAGE + "13.1.5") == ()
    assert companions_of(STORAGE + "2.3") == ()


def test_every_duty_is_about_classes_in_use() -> None:
    for one in companions():
        assert one.level_2 == (not one.requires)
        for uid in (one.uid, *one.requires):
            found = sop_classes.storage(uid) or sop_classes.other(uid)
            assert found is not None
            assert not found.retired
