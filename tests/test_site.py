"""The site beyond its Markdown: what is copied, the repository, the versions."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import site_hooks

import asprofile

if TYPE_CHECKING:
    from types import ModuleType

pytestmark = pytest.mark.any_python

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """``scripts/website``, which is a program without a suffix."""
    loader = SourceFileLoader("site_script", str(ROOT / "scripts" / "website"))
    spec = spec_from_loader("site_script", loader)
    assert spec is not None
    found = module_from_spec(spec)
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        loader.exec_module(found)
    finally:
        sys.dont_write_bytecode = before
    return found


@pytest.mark.parametrize(
    ("kind", "shown", "typed"),
    [
        ("console", "$ asprofile lint a.cfg\na.cfg:1:1: error\n$ echo 1\n1\n", "asprofile lint a.cfg\necho 1"),
        ("console", "$ asprofile send \\\n>   PEER\n> is an answer\n", "asprofile send \\\n  PEER"),
        ("console", "only an answer\n> with this\n", ""),
        ("pycon", ">>> for one in (1, 2):\n...     print(one)\n...\n1\n2\n", "for one in (1, 2):\n    print(one)\n"),
        ("pycon", ">>> 1\n1\n... no command\n", "1"),
    ],
)
def test_what_is_typed_is_copied(kind: str, shown: str, typed: str) -> None:
    assert site_hooks.typed(kind, shown) == typed


def test_a_block_has_its_commands_and_no_answers() -> None:
    html = (
        '<div class="language-console highlight"><pre><span></span><code><span class="gp">$ </span>asprofile lint '
        "&quot;a&amp;b.cfg&quot;\n<span class=go>nothing</span>\n</code></pre></div>"
        '<div class="language-text highlight"><pre><code>$ x</code></pre></div>'
    )
    found = site_hooks.on_page_content(html)
    assert 'highlight" data-copy="asprofile lint &quot;a&amp;b.cfg&quot;"><pre>' in found
    assert found.count("data-copy") == 1
    assert found.replace(' data-copy="asprofile lint &quot;a&amp;b.cfg&quot;"', "") == html


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"GITHUB_SERVER_URL": "https://git.example.org", "GITHUB_REPOSITORY": "a/b"}, "https://git.example.org/a/b"),
        ({"READTHEDOCS_GIT_CLONE_URL": "https://git.example.org/a/b.git"}, "https://git.example.org/a/b"),
        ({"CI_PROJECT_URL": "https://git.example.org/a/b"}, "https://git.example.org/a/b"),
        ({"CI_PROJECT_URL": "https://user:secret@git.example.org/a/b"}, ""),
        ({"READTHEDOCS_GIT_CLONE_URL": "git@git.example.org:a/b.git"}, ""),
        ({}, ""),
    ],
)
def test_the_repository_is_that_of_the_build(
    environment: dict[str, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_hooks, "_origin", lambda: "")
    assert site_hooks.repository(environment) == address


def test_the_version_is_that_of_the_package() -> None:
    assert site_hooks.version() == asprofile.__version__


def test_each_minor_version_has_its_last_release(script: ModuleType) -> None:
    tags = ["v1.0.0", "v1.0.10", "v1.0.9", "v0.9.1", "v1.10.0", "v1.2.0", "v2.0.0", "v1.2.0rc1", "other"]
    found = script.releases(tags, "1.10.3")
    assert list(found.items()) == [("1.2", "v1.2.0"), ("1.0", "v1.0.10"), ("0.9", "v0.9.1")]
    assert script.listed("1.10.3", found) == [
        {"version": "1.10", "title": "1.10.3", "aliases": ["latest"]},
        {"version": "1.2", "title": "1.2.0", "aliases": []},
        {"version": "1.0", "title": "1.0.10", "aliases": []},
        {"version": "0.9", "title": "0.9.1", "aliases": []},
    ]
