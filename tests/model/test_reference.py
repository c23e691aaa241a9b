r"""``[FILE:]NAME``: what each text names, or what is to be written instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.model.reference import NotAReference, ProfileReference, is_drive, is_name, parse_reference

NAMES = [
    ("Default", None, "Default"),
    ("my profile", None, "my profile"),
    ("-", None, "-"),
    ("a.cfg:Default", "a.cfg", "Default"),
    ("a.cfg:my profile", "a.cfg", "my profile"),
    ("a.cfg:", "a.cfg", ""),
    ("a.cfg: ", "a.cfg", ""),
    ("-:Default", "-", "Default"),
    ("-:", "-", ""),
    ("a:b.cfg:Default", "a:b.cfg", "Default"),
    ("a:b.cfg:", "a:b.cfg", ""),
    ("a::", "a:", ""),
    ("a:b:c:", "a:b:c", ""),
    (r"C:\x.cfg:Default", r"C:\x.cfg", "Default"),
    ("C:/x.cfg:", "C:/x.cfg", ""),
    ("./C:Default", "./C", "Default"),
    ("Default:Default", "Default", "Default"),
    ("/dev/stdin:X", "/dev/stdin", "X"),
    ("in a place/x.cfg:X", "in a place/x.cfg", "X"),
]
OTHERS = [
    ("", "is empty"),
    (" ", "is empty"),
    ("a.cfg", "for a file write a.cfg:NAME, or a.cfg: if it has one"),
    ("profiles/a", "for a file write profiles/a:NAME"),
    ("a:b.cfg", "for the file write a:b.cfg:NAME, or a:b.cfg:"),
    (r"C:\x.cfg", r"for the file write C:\x.cfg:NAME, or C:\x.cfg:"),
    ("C:Default", "C: is a drive, not a file; for a file of that name write ./C:Default"),
    ("C:", "C: is a drive, not a file; for a file of that name write ./C:"),
    (":Default", "no file before the colon; write Default, or FILE:Default"),
    (":", "no file before the colon; write NAME, or FILE:NAME"),
    ("\x1b", "is no name of a profile"),
    ("Größe", "is no name of a profile"),
]


@pytest.mark.parametrize(("text", "path", "name"), NAMES)
def test_what_it_names(text: str, path: str | None, name: str) -> None:
    found = parse_reference(text)
    assert found == ProfileReference(path, name)
    assert str(found) == text.removesuffix(" ")


@pytest.mark.parametrize(("text", "message"), OTHERS)
def test_what_names_none(text: str, message: str) -> None:
    with pytest.raises(NotAReference) as error:
        parse_reference(text)
    assert message in str(error.value)


@given(st.text(st.sampled_from("aC:-. \\/")), st.text(st.sampled_from("aZ09_-")))
def test_every_file_and_name_can_be_written(path: str, name: str) -> None:
    if path and not is_drive(path):
        assert parse_reference(f"{path}:{name}") == ProfileReference(path, name)
    if name:
        assert is_name(name)
        assert parse_reference(name) == ProfileReference(None, name)
