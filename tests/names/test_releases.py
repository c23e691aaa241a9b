from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
    [("3.6.1", "3.6.0"), ("3.5.4", "3.6.0"), ("3.6.10", "3.6.9"), ("400.0.0", releases.LATEST), ("3.6", "3.6.0")],
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
    *numbers, last = releases.key(releases.LATEST)
    assert releases.key(releases.AFTER_LATEST) < (*numbers, last + 1)


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


ADDED = """\
import sys
from pathlib import Path
from types import ModuleType

import asprofile.names

made = sys.argv[1]
path = Path(asprofile.names.__file__).with_name("releases.py")
text = path.read_text(encoding="utf-8")
releases = sys.modules["asprofile.names.releases"] = ModuleType("asprofile.names.releases")
exec(compile(text.replace('\\n)\\n', f'\\n    "{made}",\\n)\\n', 1), path, "exec"), releases.__dict__)
asprofile.names.releases = releases
*_, before, latest = releases.RELEASES
assert latest == made == releases.LATEST == releases.parse_release("latest"), releases.RELEASES

from asprofile.lint.run import LintOptions, lint
from asprofile.names import symbols
from asprofile.text import Source

new = dict(symbols.names_in(made).items() - symbols.names_in(before).items())
came = {one.name: one.uid for one in symbols.every_symbol() if one.first_release == f"after {before}"}
assert new == came, (new, came)
assert not any(one.to_come for one in symbols.every_symbol())

sample = next(Path(asprofile.__file__).parents[1].glob("sample_profiles/ct*.cfg")).read_bytes()
found = [lint(Source(sample), LintOptions(release=one)).findings for one in (before, made)]
assert [one.code for one in found[0]] == [one.code for one in found[1]], found
print("as the one before, and with what came after it")
"""


def test_a_release_is_one_row_in_one_table() -> None:
    """One that does not exist is added: the names of the one before are in it, and those that came after it."""
    done = subprocess.run(
        [sys.executable, "-c", ADDED, "99.0.0"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stdout, done.returncode) == ("as the one before, and with what came after it\n", 0), done.stderr
