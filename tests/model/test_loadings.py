"""What is loaded once for many releases is what each of them loads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import LOADS, TREES
from strategies import profile_files

from asprofile.model import loadings as module
from asprofile.model.config import Config
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded, outcome
from asprofile.model.words import ASSOCIATION_ROLES
from asprofile.names import symbols
from asprofile.names.releases import RELEASES

CASES = [(release, role) for release in RELEASES for role in ASSOCIATION_ROLES]


def profile(syntaxes: int = 1, contexts: int = 1, syntax: str = "LittleEndianImplicit", sop: str = "1.2.3") -> bytes:
    """A profile of one list with so many transfer syntaxes and contexts, all of the same name."""
    lines = ["[[TransferSyntaxes]]", "[U]", *(f"TransferSyntax{n} = {syntax}" for n in range(1, syntaxes + 1))]
    lines += ["[[PresentationContexts]]", "[C]", *(f"PresentationContext{n}={sop}\\U" for n in range(1, contexts + 1))]
    return "\n".join([*lines, "[[Profiles]]", "[P]", "PresentationContexts = C", ""]).encode()


VARYING = sorted(symbols.names_that_vary())
FILES = {
    "all alike": profile(),
    "128 contexts": profile(contexts=128),
    "129 contexts": profile(contexts=129),
    "128 syntaxes": profile(128),
    "129 syntaxes": profile(129),
    "129 of each": profile(129, 129),
    "no class": profile(sop=""),
    "no label": profile().replace(b"\\U", b"\\").replace(b"[U]", b"[]"),
    "no name": profile().replace(b"[C]", b"[]"),
    "unknown syntax": profile(syntax="Nonsense"),
    "unknown class": profile(sop="Nonsense"),
    "equals sign": profile(sop="=CTImageStorage"),
    **{f"class {name}": profile(sop=name) for name in VARYING[:: max(1, len(VARYING) // 30)]},
    **{f"syntax {name}": profile(syntax=name) for name in VARYING[:: max(1, len(VARYING) // 10)]},
}


def as_loaded(data: bytes, release: str, role: module.AssociationRole) -> Config | None:
    loading = Loading(read(data), release, role)
    return None if loading.problems else loading.config


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_each_release_gets_what_it_loads(data: bytes) -> None:
    for cases in (CASES, CASES[::-1]):
        document = read(data)
        for case in cases:
            assert loaded(document, *case) == as_loaded(data, *case), case


@given(st.one_of(profile_files(), st.sampled_from([case.data for case in (*LOADS, *TREES)])), st.permutations(CASES))
def test_of_any_file(data: bytes, cases: list[tuple[str, module.AssociationRole]]) -> None:
    document = read(data)
    for case in cases:
        assert loaded(document, *case) == as_loaded(data, *case), case


@pytest.mark.parametrize(
    ("file", "most"),
    [("all alike", 1), ("128 contexts", 3), ("129 syntaxes", 3), ("unknown class", 1), ("no class", 2)],
)
def test_what_is_alike_is_loaded_once(file: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loadings = 0

    class Counted(Loading):
        def _load(self) -> None:
            nonlocal loadings
            loadings += 1
            super()._load()

    monkeypatch.setattr(module, "Loading", Counted)
    document = read(FILES[file])
    outcomes = {outcome(document, *case) for case in (*CASES, *CASES)}
    assert loadings == len(outcomes) <= most


def test_the_names_that_vary_are_those_that_some_release_does_not_know_as_others_do() -> None:
    for name in {symbol.name for symbol in symbols.every_symbol()}:
        uids = {symbols.uid_of(name, release) for release in RELEASES}
        assert (name in symbols.names_that_vary()) == (len(uids) > 1), name
