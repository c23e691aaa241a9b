"""What holds for every file: any bytes are read, any bytes load or are refused with a place in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from reading_cases import LOADS, TREES

from asprofile.errors import LoadError
from asprofile.model.config import Config
from asprofile.model.document import read
from asprofile.model.loader import Loading, load
from asprofile.model.words import AssociationRole
from asprofile.names.releases import RELEASES

ROOT = Path(__file__).resolve().parents[2]
RIGHT = [case.data for case in LOADS if case.code == 0] + [case.data for case in TREES]
BYTES = st.sampled_from(
    [b"", b"\n", b"\r", b" ", b"\0", b"\xff", b"#", b"[", b"]", b"=", b"\\", b"1", b".", b"U1", b"\n ", b"\n#x\n"]
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A file that loads, with bytes put in or taken out here and there."""
    data = draw(st.sampled_from(RIGHT))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.one_of(BYTES, st.binary(max_size=3))) + data[at + draw(st.integers(0, 3)) :]
    return data


FILES = st.one_of(spoilt(), st.binary(max_size=80))
ROLES: st.SearchStrategy[AssociationRole] = st.sampled_from(["requestor", "acceptor"])


@given(FILES)
def test_any_bytes_round_trip(data: bytes) -> None:
    assert read(data).to_bytes() == data


@given(FILES, st.sampled_from(RELEASES), ROLES)
def test_any_bytes_load_or_are_refused_at_a_place_in_the_file(data: bytes, release: str, role: AssociationRole) -> None:
    try:
        config = load(data, release, role)
    except LoadError as error:
        assert 0 <= error.span.start <= error.span.end <= len(data)
        assert error.code in (7, *range(1024, 1062))
        assert error.message
    else:
        assert (config.release, config.role) == (release, role)
        fields_are_where_they_say(data, config)


@given(FILES, st.sampled_from(RELEASES), ROLES)
def test_every_problem_is_at_a_place_in_the_file(data: bytes, release: str, role: AssociationRole) -> None:
    loading = Loading(read(data), release, role)
    assert all(0 <= problem.span.start <= problem.span.end <= len(data) for problem in loading.problems)
    fields_are_where_they_say(data, loading.config)


def fields_are_where_they_say(data: bytes, config: Config) -> None:
    """The text at each span, loaded alone, is the field."""
    for label, syntaxes in config.transfer_syntax_lists.items():
        assert all(kept(data[slice(*span)]) == label for span in syntaxes.spans)
        for item in syntaxes.items:
            assert resolves(data[slice(*item.span)], config.release) == item.uid
    for contexts in config.context_lists.values():
        for context in contexts.items:
            assert resolves(data[slice(*context.abstract_syntax_span)], config.release) == context.abstract_syntax
            assert within(context.abstract_syntax_span, context.span)
            assert within(context.label_span, context.span)
    for name, profile in config.profiles.items():
        assert kept(data[slice(*profile.span)]) == name


def kept(header: bytes) -> str:
    (section,) = (found for supersection in read(b"[[a]]" + header).supersections for found in supersection.sections)
    return section.name


def resolves(written: bytes, release: str) -> str:
    data = b"[[TransferSyntaxes]][a]TransferSyntax1=" + written
    (found,) = Loading(read(data), release, "requestor").config.transfer_syntax_lists["A"].items
    return found.uid


def within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] <= inner[1] <= outer[1]


DIGEST = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from fuzzing import cases, report
digest = hashlib.sha256()
for number in range(150):
    digest.update(report.report(cases.generate(4, number), "3.7.0"))
print(digest.hexdigest())
"""


def digest(directory: Path, **environment: str) -> str:
    command = [sys.executable, "-c", DIGEST, str(ROOT / "scripts"), str(ROOT)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(command, cwd=directory, env=clean | environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_nothing_depends_on_locale_directory_or_hash_seed(tmp_path: Path) -> None:
    expected = digest(ROOT, PYTHONHASHSEED="1", LC_ALL="C")
    assert len(expected) == 65
    assert digest(tmp_path, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", PYTHONUTF8="1") == expected
    assert (
        digest(tmp_path, PYTHONHASHSEED="3", LC_ALL="tr_TR.ISO-8859-9", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
        == expected
    )


def test_files_that_end_in_every_place() -> None:
    data = LOADS[0].data
    loads = []
    for end in range(len(data) + 1):
        assert read(data[:end]).to_bytes() == data[:end]
        try:
            load(data[:end])
            loads.append(data[:end])
        except LoadError as error:
            assert error.span.end <= end
    # A supersection of profiles that has begun, without any profile in it, is enough.
    profiles = data.index(b"[[Profiles]]\n")
    begun = [data[: profiles + size] for size in (10, 11, 12, 13)]
    assert loads == [*begun, data[:-1], data]
