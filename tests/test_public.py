"""The names that others may build on."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import asprofile

NAMES = [
    "AsprofileError",
    "Config",
    "Document",
    "ExtendedNegotiation",
    "LoadError",
    "PresentationContext",
    "Profile",
    "ProfileNotFound",
    "Span",
    "UnknownRelease",
    "load",
    "read",
]


def test_the_public_names() -> None:
    assert sorted(asprofile.__all__) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_there_and_documented(name: str) -> None:
    assert inspect.getdoc(getattr(asprofile, name))


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match="module 'asprofile' has no attribute 'nothing'"):
        _ = asprofile.nothing


def test_signatures() -> None:
    assert str(inspect.signature(asprofile.read)) == "(data: 'bytes') -> 'Document'"
    assert list(inspect.signature(asprofile.load).parameters) == ["source", "release", "role"]


def test_a_load_error_has_code_message_and_span() -> None:
    with pytest.raises(asprofile.LoadError) as caught:
        asprofile.load(b"")
    error = caught.value
    assert isinstance(error, asprofile.AsprofileError)
    assert (error.code, error.span) == (1050, asprofile.Span(0, 0))
    assert str(error) == error.message == "no supersection [[TRANSFERSYNTAXES]]"


def test_reading_and_loading_import_no_more_than_they_need() -> None:
    program = (
        "import sys, asprofile\n"
        "before = 'asprofile.syntax' in sys.modules\n"
        "asprofile.read(b'')\n"
        "try: asprofile.load(b'')\n"
        "except asprofile.LoadError: pass\n"
        "print(before, sorted({'click', 'pydicom', 'pynetdicom', 'rich', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False []\n"
