"""Windows: cut as often as one likes, no study falls out of them."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from asprofile.migrate.windows import StudyWindow

TODAY = date(2024, 2, 29)


def matches(window: StudyWindow, day: str, second: int, patient: str) -> bool:
    """As a peer matches, by the keys alone."""
    first, dash, last = window.dates.partition("-")
    in_days = not window.dates or (bool(day) and first <= day and (day <= last if last else bool(dash) or day == first))
    clock = f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
    start, _, end = window.times.partition("-")
    in_time = not window.times or start <= clock <= end
    stem = window.patients.removesuffix("*")
    in_patients = patient.startswith(stem) if stem != window.patients else patient == stem or not stem
    return in_days and in_time and in_patients


@settings(max_examples=30)
@given(
    st.one_of(st.just(""), st.dates(date(1890, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%Y%m%d"))),
    st.integers(0, 86399),
    st.text("0aZ-", min_size=1, max_size=4),
)
def test_a_study_is_in_a_part_of_every_window_that_it_is_in(day: str, second: int, patient: str) -> None:
    window = StudyWindow()
    for _ in range(60):
        assert window.has(day, f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}.5", patient)
        assert StudyWindow.of(window.values) == window
        parts = [part for part in window.parts(TODAY) if matches(part, day, second, patient)]
        if not parts:
            break
        window = parts[0]
    assert not window.parts(TODAY)


def test_what_does_not_fit_says_that_the_keys_are_not_looked_at() -> None:
    assert not StudyWindow("20240101", "20240131").has("20230101", "", "")
    assert not StudyWindow("20240101", "20240101", 0, 43199).has("20240101", "130000", "")
    assert not StudyWindow(prefix="A").has("20240101", "", "B1")
    assert StudyWindow(prefix="a").has("20240101", "", "A1"), "some do not look at the case"


def test_how_it_is_told() -> None:
    assert str(StudyWindow()) == "studies of all dates"
    assert str(StudyWindow("20240101", "20240101", 0, 59)) == "studies of 20240101, at 000000-000059.999999"
    assert str(StudyWindow(last="20240101", prefix="A")) == "studies of -20240101, with Patient IDs A*"
