"""When a study is over, and what its files are called then."""

from __future__ import annotations

from asprofile.storescp.studies import EndedStudy, Studies, numbered


def test_an_object_of_another_study_ends_the_one_before() -> None:
    studies = Studies()
    for study, name in (("1", "CT.a"), ("1", "CT.b"), ("2", "MR.c")):
        if studies.is_new(study):
            studies.begin(study, f"dir{study}")
        studies.add(name)
        ended = studies.over()
        assert ended == (EndedStudy("dir1", ("CT.a", "CT.b")) if study == "2" else None)
    assert studies.over() is None
    assert studies.files == ["MR.c"]


def test_silence_ends_the_study_that_goes_on() -> None:
    studies = Studies()
    assert studies.silence() is None
    studies.begin("1", "dir")
    studies.add("CT.a")
    assert studies.silence() == EndedStudy("dir", ("CT.a",))
    assert studies.silence() is None
    assert studies.is_new("1")


def test_numbers() -> None:
    files = ["CT.1.2", "MR.1.3", "UNKNOWN.1"]
    assert numbered(files, by_time=False) == [("CT.1.2", "CT000001"), ("MR.1.3", "MR000002"), ("UNKNOWN.1", "UN000003")]
    times = ["20240131123456789.CT", "20240131123456789_0000.MR.dcm"]
    assert [new for _, new in numbered(times, by_time=True)] == ["CT000001", "MR000002"]
