"""The grammars of the editors have every word of the format, and no other: a key that is new cannot be forgotten."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from asprofile.model.words import PROFILE_KEYS, ROLES, SPELLED, SPELLED_KEYS

EDITORS = Path(__file__).parents[2] / "editors"
SUPERSECTIONS = list(SPELLED.values())
NUMBERED = list(SPELLED_KEYS.values())
OF_PROFILES = [SPELLED[key] for key in PROFILE_KEYS]
ROLE_WORDS = [role.decode() for role in ROLES]
LISTS = (SUPERSECTIONS, NUMBERED, OF_PROFILES, ROLE_WORDS)

# How each grammar writes "one of these words".
WRITTEN = {
    "vscode/syntaxes/asprofile.tmLanguage.json": lambda words: f"(?i:{'|'.join(words)})",
    "vim/syntax/asprofile.vim": lambda words: r"\%(" + r"\|".join(words) + r"\)",
    "emacs/asprofile-mode.el": lambda words: f"'({' '.join(map(json.dumps, words))})",
}
# And where the words stand that it has at all.
GROUPS = {
    "vscode/syntaxes/asprofile.tmLanguage.json": r"\(\?i:([\w|]+)\)",
    "vim/syntax/asprofile.vim": r"\\%\(([A-Z]\w*(?:\\\|\w+)*)\\\)",
    "emacs/asprofile-mode.el": r"'\(((?:\"\w+\" ?)+)\)",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_all_words_and_no_others(name: str) -> None:
    text = (EDITORS / name).read_text("utf-8")
    for words in LISTS:
        assert WRITTEN[name](words) in text, words
    found = {tuple(re.findall(r"\w+", group)) for group in re.findall(GROUPS[name], text)}
    found -= {("asprofile",), ("lsp",)}
    # The rules of the grammar for roles and extended negotiation are one key each.
    assert found <= {
        *map(tuple, LISTS),
        ("Role",),
        ("ExtendedNegotiation",),
        ("TransferSyntaxes", "PresentationContexts"),
    }


def scopes(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["name"]} if isinstance(value.get("name"), str) else set()
        return own.union(*map(scopes, value.values()))
    return set().union(*map(scopes, value)) if isinstance(value, list) else set()


def test_the_package_of_vscode_is_consistent() -> None:
    root = EDITORS / "vscode"
    package = json.loads((root / "package.json").read_text("utf-8"))
    contributes = package["contributes"]
    grammar = json.loads((root / "syntaxes" / "asprofile.tmLanguage.json").read_text("utf-8"))
    assert contributes["grammars"][0]["scopeName"] == grammar["scopeName"]
    for one in [*contributes["grammars"], *contributes["snippets"]]:
        assert (root / one["path"]).is_file()
    assert (root / contributes["languages"][0]["configuration"]).is_file()
    named = scopes(grammar)
    for found in contributes["semanticTokenScopes"][0]["scopes"].values():
        assert any(name == found[0] or name.startswith(f"{found[0].removesuffix('.asprofile')}.") for name in named)
    commands = {one["command"] for one in contributes["commands"]}
    assert {one["command"] for menu in contributes["menus"].values() for one in menu} <= commands
    source = (root / "src" / "extension.ts").read_text("utf-8")
    assert {f"asprofile.{name}" for name in re.findall(r'register\("(\w+)"', source)} == commands
    settings = {name.removeprefix("asprofile.") for name in contributes["configuration"]["properties"]}
    assert set(re.findall(r'settings\(\)\.get<[^>]*>\("(\w+)"', source)) == settings - {"trace.server"}
    first = re.compile(contributes["languages"][0]["firstLine"])
    assert first.match("[[TransferSyntaxes]]")
    assert first.match("[[ presentationcontexts ]]")
    assert not first.match("[[bin]]")
    locked = json.loads((root / "package-lock.json").read_text("utf-8"))
    assert locked["packages"][""]["devDependencies"] == package["devDependencies"]
    assert not any("resolved" in one for one in locked["packages"].values())


def test_snippets_are_profiles() -> None:
    """What a snippet writes, with its suggestions taken, is in the format."""
    from asprofile.lint.run import lint
    from asprofile.text import Source

    snippets = json.loads((EDITORS / "vscode" / "snippets" / "asprofile.json").read_text("utf-8"))
    text = "\n".join(snippets["A whole profile"]["body"])
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text).replace("\\\\", "\\").replace("$0", "")
    assert [found.code for found in lint(Source(text.encode(), "storescu.cfg")).findings] == []
