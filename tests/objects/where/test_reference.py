"""An expression beside a slow reading of it that uses pydicom alone: the same answer for generated objects."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from asprofile.objects.where import parse

if TYPE_CHECKING:
    from pathlib import Path

SYNTAXES = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")
SIGNS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
VALUES: dict[str, list[Any]] = {
    "Modality": ["CT", "MR", "", None],
    "StudyDate": ["20200101", "20201231", "20210101", "", None],
    "InstanceNumber": ["1", "10", "2", "", None],
    "SliceThickness": ["0.5", "1.50", "10", None],
    "Rows": [1, 512, None],
    "ImageType": [["ORIGINAL", "PRIMARY"], ["DERIVED"], None],
    "PatientID": ["a", "B", "ü", None],
}
NUMBERS = ("InstanceNumber", "SliceThickness", "Rows")
LITERALS = {
    **{name: ["1", "1.5", "10", "2"] for name in NUMBERS},
    "StudyDate": ["20200101", "20201231", "20200601"],
    "Modality": ['"CT"', '"M"'],
    "ImageType": ['"PRIMARY"', '"DERIVED"'],
    "PatientID": ['"a"', '"ü"'],
}


def values_of(ds: Dataset, name: str) -> list[Any]:
    if name not in ds or ds[name].is_empty:
        return []
    value = ds[name].value
    found = list(value) if ds[name].VM > 1 else [value]
    return [Decimal(str(one)) if name in NUMBERS else str(one) for one in found]


@st.composite
def one_test(draw: st.DrawFn) -> tuple[str, Any]:
    """A test, and a function of a data set that says the same."""
    name = draw(st.sampled_from(list(VALUES)))
    kind = draw(st.sampled_from(("compare", "in", "null", "missing", "empty")))
    if kind == "compare":
        sign, literal = draw(st.sampled_from(list(SIGNS))), draw(st.sampled_from(LITERALS[name]))
        wanted = Decimal(literal) if name in NUMBERS else literal.strip('"')
        return f"{name} {sign} {literal}", lambda ds: any(SIGNS[sign](one, wanted) for one in values_of(ds, name))
    if kind == "in":
        listed = draw(st.lists(st.sampled_from(LITERALS[name]), min_size=1, max_size=2))
        among = {Decimal(one) if name in NUMBERS else one.strip('"') for one in listed}
        return f"{name} in ({', '.join(listed)})", lambda ds: any(one in among for one in values_of(ds, name))
    if kind == "null":
        return f"{name} is null", lambda ds: not values_of(ds, name)
    if kind == "missing":
        return f"{name} is missing", lambda ds: name not in ds
    return f"{name} is empty", lambda ds: name in ds and not values_of(ds, name)


def joined(parts: list[tuple[str, Any]], word: str) -> tuple[str, Any]:
    every = all if word == "and" else any
    return f" {word} ".join(f"({text})" for text, _ in parts), lambda ds: every(test(ds) for _, test in parts)


expressions = st.recursive(
    one_test(),
    lambda inner: (
        inner.map(lambda one: (f"not ({one[0]})", lambda ds: not one[1](ds)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(parts, "and"))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(parts, "or"))
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference") / "x.dcm"


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
    st.sampled_from(SYNTAXES),
    st.lists(expressions, min_size=3, max_size=3),
)
@pytest.mark.any_python
def test_the_same_answer(path: Path, given_values: dict[str, Any], syntax: str, asked: list[tuple[str, Any]]) -> None:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"
    for name, value in given_values.items():
        if value is not None:
            setattr(ds, name, value)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.save_as(path, enforce_file_format=True)
    read = dcmread(path)
    for text, expected in asked:
        assert parse(text).fits(path) == expected(read), text
