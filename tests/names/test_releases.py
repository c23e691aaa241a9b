from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.errors import UnknownRelease
from asprofile.names import releases


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("3.6.7", "3.6.7"),
        ("v3.6.7", "3.6.7"),
        (" DCMTK 3.6.0 ", "3.6.0"),
        ("dcmtk v3.7.0", "3.7.0"),
        ("DCMTK-3.6.9", "3.6.9"),
        ("3.6.7-9~deb12u3", "3.6.7"),
        ("3.6.9+git20250101", "3.6.9"),
        ("latest", releases.LATEST),
    ],
)
def test_spellings_of_a_release(text: str, release: str) -> None:
    assert releases.parse_release(text) == release


@pytest.mark.parametrize(
    ("text", "near"),
    [("3.6.1", "3.6.0"), ("3.5.4", "3.6.0"), ("3.6.10", "3.6.9"), ("4.0.0", "3.7.0"), ("3.6", "3.6.0")],
)
def test_an_unknown_release_names_the_nearest_and_all(text: str, near: str) -> None:
    with pytest.raises(UnknownRelease) as caught:
        releases.parse_release(text)
    assert f"nearest: {near};" in str(caught.value)
    assert str(caught.value).endswith(", ".join(releases.RELEASES))


@pytest.mark.parametrize("text", ["", "new", "3", "3.6.x", "3.6.7.", "33.6.7 3.6.7x"])
def test_what_is_no_release_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UnknownRelease):
        releases.parse_release(text)


def test_what_is_to_come_is_newer_than_all() -> None:
    assert max((*releases.RELEASES, releases.AFTER_LATEST), key=releases.key) == releases.AFTER_LATEST
    assert releases.key(releases.AFTER_LATEST) < (3, 7, 1)


@given(st.text())
def test_any_text_is_a_known_release_or_a_clean_error(text: str) -> None:
    try:
        assert releases.parse_release(text) in releases.RELEASES
    except UnknownRelease as error:
        assert str(error)


def test_releases_are_in_order() -> None:
    assert list(releases.RELEASES) == sorted(releases.RELEASES, key=releases.key)
    assert releases.RELEASES[-1] == releases.LATEST
    assert releases.at_least("3.7.0", "3.6.9")
    assert releases.at_least("3.6.7", "3.6.7")
    assert not releases.at_least("3.6.9", "3.6.10")
