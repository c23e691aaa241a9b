"""The cache of the compiled grammar: it saves work, and nothing that is wrong with it is ever an error."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import lark
import pytest

from asprofile.syntax import grammar


class Nothing:
    """A transformer that leaves the tree as it is."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache directory."""
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "asprofile"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each compilation."""
    done: list[str] = []
    compile_grammar = grammar._compile

    def counted(text: str, transformer: object) -> lark.Lark:
        done.append(text)
        return compile_grammar(text, transformer)

    monkeypatch.setattr(grammar, "_compile", counted)
    return done


def works(parser: lark.Lark) -> bool:
    tree = parser.parse("[a]b=c")
    return tree.data == "start" and [str(token) for token in tree.scan_values(lambda _: True)] == [
        "[",
        "a",
        "]",
        "b=",
        "c",
    ]


def test_the_second_time_nothing_is_compiled(cache: Path, compilations: list[str]) -> None:
    assert works(grammar.compiled(Nothing()))
    assert works(grammar.compiled(Nothing()))
    assert len(compilations) == 1
    (kept,) = cache.iterdir()
    if os.name != "nt":
        assert kept.stat().st_mode & 0o077 == 0
        assert cache.stat().st_mode & 0o077 == 0


def test_a_kept_parser_reads_the_same(cache: Path) -> None:
    text = "[[a]]\n[b]\nc=d\n e\n#x\n[x"
    assert grammar.compiled(Nothing()).parse(text) == grammar.compiled(Nothing()).parse(text)


class Evil:
    """Unpickled without care, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def with_digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest() + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"x" * 5000,
        with_digest(b""),
        with_digest(b"not a pickle"),
        with_digest(pickle.dumps(None)),
        with_digest(pickle.dumps({"data": {}, "memo": {}})),
        with_digest(pickle.dumps({"data": {"parser": 1, "rules": [], "options": {}}, "memo": {}})),
    ],
)
def test_a_corrupt_cache_is_replaced(cache: Path, compilations: list[str], content: bytes) -> None:
    grammar.compiled(Nothing())
    (kept,) = cache.iterdir()
    kept.write_bytes(content)
    assert works(grammar.compiled(Nothing()))
    assert works(grammar.compiled(Nothing()))
    assert len(compilations) == 2


def test_a_truncated_cache_is_replaced(cache: Path, compilations: list[str]) -> None:
    grammar.compiled(Nothing())
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert works(grammar.compiled(Nothing()))
    assert len(compilations) == 2


def test_a_cache_cannot_run_code(cache: Path, compilations: list[str]) -> None:
    grammar.compiled(Nothing())
    (kept,) = cache.iterdir()
    made = cache / "made"
    body = pickle.dumps(Evil(made))
    pickle.loads(body)
    assert made.exists(), "the trap itself must work"
    made.unlink()
    kept.write_bytes(with_digest(body))
    assert works(grammar.compiled(Nothing()))
    assert not made.exists()
    assert len(compilations) == 2


@pytest.mark.skipif(os.name == "nt", reason="permissions are the directory's")
@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_cache_that_others_may_write_is_not_used(cache: Path, compilations: list[str], mode: int) -> None:
    grammar.compiled(Nothing())
    (kept,) = cache.iterdir()
    kept.chmod(mode)
    grammar.compiled(Nothing())
    assert len(compilations) == 2


@pytest.mark.skipif(os.name == "nt", reason="permissions are the directory's")
def test_a_cache_of_another_user_is_not_used(
    cache: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    grammar.compiled(Nothing())
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    grammar.compiled(Nothing())
    assert len(compilations) == 2


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asprofile").write_bytes(b"a file where the directory should be")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", str(tmp_path))
    assert works(grammar.compiled(Nothing()))
    assert [path.name for path in tmp_path.iterdir()] == ["asprofile"]


def test_a_disk_that_is_full_leaves_nothing_behind(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert works(grammar.compiled(Nothing()))
    assert list(cache.iterdir()) == []


def test_no_home_directory(monkeypatch: pytest.MonkeyPatch, compilations: list[str]) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert works(grammar.compiled(Nothing()))
    assert len(compilations) == 1


@pytest.mark.skipif(os.name == "nt", reason="XDG_CACHE_HOME is not Windows'")
def test_a_relative_cache_directory_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    grammar.compiled(Nothing())
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_another_grammar_has_another_file() -> None:
    assert grammar._cache_file("a") != grammar._cache_file("b")


def test_no_message_whatever_is_wrong(cache: Path) -> None:
    """lark logs what fails in its own cache; a command must stay silent."""
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(b"")
    program = "import asprofile; print(asprofile.read(b'[[a]][b]c=d').entries)"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache.parent), "LOCALAPPDATA": str(cache.parent)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert (done.stdout, done.stderr) == ("[('A', 'B', 'C', 'd')]\n", "")
