"""Choosing a profile of a loaded file by name, as DCMTK's command line does."""

from __future__ import annotations

import pytest
from reading_cases import PC, PR, TS

from asprofile.errors import LoadError, ProfileNotFound
from asprofile.model.loader import load

FILE = TS + PC + PR.replace(b"[P1]", b"[Default Profile]")


@pytest.mark.parametrize("name", ["DEFAULTPROFILE", "DefaultProfile", " default\tprofile\n"])
def test_white_space_and_case_do_not_matter(name: str) -> None:
    assert load(FILE).use(name).name == "DEFAULTPROFILE"


def test_a_name_that_is_near() -> None:
    with pytest.raises(ProfileNotFound, match="no profile 'DefaultProfil'; did you mean DEFAULTPROFILE"):
        load(FILE).use("DefaultProfil")


def test_a_name_that_is_nowhere_near() -> None:
    with pytest.raises(ProfileNotFound, match="there is DEFAULTPROFILE"):
        load(FILE).use("xyz")


def test_no_profiles() -> None:
    with pytest.raises(ProfileNotFound, match="there is none"):
        load(TS + PC + b"[[Profiles]]").use("xyz")


def test_a_profile_that_dcmtk_refuses_to_use() -> None:
    data = TS + b"".join(b"TransferSyntax%d = 1.2\n" % number for number in range(2, 130)) + PC + PR
    with pytest.raises(LoadError, match="takes 128") as caught:
        load(data, "3.6.7").use("P1")
    assert caught.value.code == 1067
    assert data[slice(*caught.value.span)] == b"U1"


@pytest.mark.parametrize("name", ["Default\u00a0Profile", "\u017fcan", "de\u017fault", "DEFAULT\u2003PROFILE"])
def test_white_space_and_capitals_are_those_of_ascii_as_in_c(name: str) -> None:
    text = FILE.replace(b"[[Profiles]]", b"[[Profiles]]") if isinstance(FILE, bytes) else FILE
    with pytest.raises(ProfileNotFound):
        load(text).use(name)
