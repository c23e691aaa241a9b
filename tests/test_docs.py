"""The documentation is what the program does: its examples are run, its pages are generated, its links lead somewhere.

In the guides (and README.md), in the order of a page and in one directory a page:

- a block with a title that is a file's name (``ini title="ct.cfg"``) is written to that file;
- ``toml`` blocks under a name of the settings (README.md: all) are settings that asprofile takes;
- ``console`` blocks are run: ``$`` begins a command, below is what a terminal shows; ``...`` stands for anything, and
  README.md folds long lines; a command with ``&`` at its end goes on until the page is over;
- a profile that no command speaks of must lint clean;
- ``pycon`` blocks are run by doctest, one module a page;
- a block titled "What DCMTK holds" is what ``asprofile.read`` makes of the one above, where ``·`` is a blank.
"""

from __future__ import annotations

import doctest
import html
import inspect
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from programs import IN_CI

import asprofile
from asprofile.lint.rules import all_rules
from asprofile.lint.run import lint
from asprofile.lint.select import selected
from asprofile.objects.header import read_header
from asprofile.program import HOME, RULE_PAGE
from asprofile.settings.finding import SETTINGS_FILES, from_file
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GUIDES = sorted(DOCS.glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDES]

FENCE = re.compile(r"^(?P<fence>`{3,})(?P<kind>[a-z]+)(?P<options>[^\n]*)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S)
TITLE = re.compile(r'title="([^"]+)"')
HELD = "What DCMTK holds"

# The address of the archive in the examples; a real acceptor stands behind it.
ARCHIVE = "127.0.0.1:11112"
# Whatever else a guide wants to show belongs into an `sh` block, which is not run.
COMMANDS = {"asprofile", "cat", "echo"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    title: str
    text: str
    line: int

    @property
    def is_file(self) -> bool:
        return re.fullmatch(r"[\w.-][\w./-]*\.\w+", self.title) is not None


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    text = page.read_text("utf-8")
    return tuple(
        Block(
            match["kind"],
            title[1] if (title := TITLE.search(match["options"])) else "",
            match["text"],
            text.count("\n", 0, match.start()) + 1,
        )
        for match in FENCE.finditer(text)
    )


def pages_with(kind: str) -> list[Path]:
    return [page for page in PAGES if any(block.kind == kind for block in blocks(page))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# --- Examples ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory."""
    found = tmp_path / "project"
    found.mkdir()
    monkeypatch.chdir(found)
    return found


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which ``asprofile`` is the one of this checkout, and no setting of the user's counts."""
    program = tmp_path / "bin" / "asprofile"
    program.parent.mkdir()
    start = "from asprofile.cli import main; main()"
    program.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c '{start}' \"$@\"\n")
    program.chmod(0o755)
    left_out = ("FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "80"}


@pytest.mark.parametrize("page", pages_with("console"), ids=name_of)
def test_commands_print_what_the_page_says(
    page: Path, directory: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    copytree(ROOT / "sample_profiles", directory / "sample_profiles")
    with archive(page, directory, tmp_path) as address:
        terminal = Terminal(environment, address, doctest.NORMALIZE_WHITESPACE if page.name == "README.md" else 0)
        try:
            for block in blocks(page):
                if block.is_file:
                    write(directory, block)
                elif block.kind == "console":
                    terminal.run(block, f"{name_of(page)}:{block.line}")
            if page.name == "README.md":
                assert len(scanned(directory / "study")) == 4
                assert scanned(directory / "archive") == scanned(directory / "study"), "what it sends has arrived"
        finally:
            terminal.close()


def scanned(folder: Path) -> set[bytes]:
    """The data sets of the objects in a directory."""
    return {path.read_bytes()[read_header(path).dataset_offset :] for path in folder.iterdir()}


def write(directory: Path, block: Block) -> None:
    path = directory / block.title
    assert path.resolve().is_relative_to(directory.resolve()), block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, "utf-8")


class Terminal:
    """Runs commands as a page shows them. ``address`` is where ARCHIVE is in truth."""

    def __init__(self, environment: dict[str, str], address: str, flags: int) -> None:
        self._environment = environment
        self._address = address
        self._flags = doctest.ELLIPSIS | flags
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, block: Block, where: str) -> None:
        for command, expected in commands(block.text):
            assert command.split()[0] in COMMANDS, f"{where}: {command!r} is not run; put it into an sh block"
            printed = stripped(self._begun(command) if command.endswith(" &") else self._done(command))
            same = doctest.OutputChecker().check_output(stripped(expected), printed, self._flags)
            assert same, f"{where}: $ {command}\nprints\n{printed}\nand not\n{expected}"

    def _done(self, command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", self._there(command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            timeout=60,
        )
        return done.stdout.decode().replace(self._address, ARCHIVE)

    def _there(self, command: str) -> str:
        """With the address of the archive, as ours take it and as DCMTK's do."""
        for mark in ":", " ":
            command = command.replace(ARCHIVE.replace(":", mark), self._address.replace(":", mark))
        return command

    def _begun(self, command: str) -> str:
        """The first line of a program that listens, on a free port, and goes on."""
        words = shlex.split(command.removesuffix(" &").replace(ARCHIVE, "127.0.0.1:0"))
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._environment
        )
        self._running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        found = re.search(r"127\.0\.0\.1:\d+", line)
        assert found, line
        self._address = found[0]
        return line.replace(self._address, ARCHIVE)

    def close(self) -> None:
        for process in self._running:
            process.terminate()
            process.communicate(timeout=60)


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = f"{command[:-1]} {more.strip()}"
        yield command, output


def stripped(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().split("\n"))


class archive:  # noqa: N801 - a function in all but form
    """An acceptor for the page, if it speaks of one, and the objects in ``study/`` that are sent to it."""

    def __init__(self, page: Path, directory: Path, tmp_path: Path) -> None:
        shown = "".join(block.text for block in blocks(page) if block.kind == "console")
        self.wanted = ARCHIVE in shown and f"receive {ARCHIVE}" not in shown
        self.directory = directory
        self.inbox = tmp_path / "inbox"

    def __enter__(self) -> str:
        if not self.wanted:
            return ARCHIVE
        from asprofile.objects.demo import make_demo_objects

        make_demo_objects(self.directory / "study")
        self.receiving = asprofile.receive(None, self.inbox)
        self.receiving.start()
        return self.receiving.address

    def __exit__(self, *exception: object) -> None:
        if self.wanted:
            self.receiving.stop()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_profiles_that_no_command_speaks_of_are_clean(page: Path) -> None:
    spoken_of = "".join(block.text for block in blocks(page) if block.kind in ("console", "pycon"))
    for block in blocks(page):
        is_unit = block.title.endswith((".service", ".timer", ".socket"))
        if block.kind == "ini" and block.is_file and not is_unit and Path(block.title).name not in spoken_of:
            findings = lint(Source(block.text.encode(), block.title)).findings
            assert [f"{finding.code} {finding.message}" for finding in findings] == [], f"{page.name}:{block.line}"


@pytest.mark.parametrize("page", pages_with("toml"), ids=name_of)
def test_settings_are_settings(page: Path, directory: Path) -> None:
    for block in blocks(page):
        if block.kind == "toml" and (block.title in SETTINGS_FILES or page.name == "README.md"):
            path = directory / (block.title or "asprofile.toml")
            path.write_text(block.text, "utf-8")
            settings = from_file(path)
            assert settings.path == path
            selected(settings.lint.select + settings.lint.extend_select, settings.lint.ignore)


@pytest.mark.parametrize("page", pages_with("pycon"), ids=name_of)
def test_python_examples(page: Path, directory: Path) -> None:
    from asprofile.objects.demo import make_demo_objects

    make_demo_objects(directory / "study")
    for block in blocks(page):
        if block.is_file:
            write(directory, block)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    parser = doctest.DocTestParser()
    names: dict[str, object] = {}
    failures: list[str] = []
    for block in blocks(page):
        if block.kind == "pycon":
            test = parser.get_doctest(block.text, {}, name_of(page), name_of(page), block.line)
            test.globs = names
            assert runner.run(test, out=failures.append, clear_globs=False).failed == 0, "".join(failures)


def test_what_dcmtk_holds() -> None:
    page = DOCS / "reading.md"
    found = blocks(page)
    pairs = [(above, block) for above, block in pairwise(found) if block.title == HELD]
    assert len(pairs) >= 8
    for above, block in pairs:
        assert above.kind == "ini", f"{page.name}:{block.line}: the block above is no profile"
        assert held(above.text.replace("·", " ").encode()) == block.text, f"{page.name}:{block.line}"


def held(data: bytes) -> str:
    """The tree that DCMTK has after reading, before it looks anything up."""
    lines = []
    for supersection in asprofile.read(data).supersections:
        lines.append(f"[[{supersection.name}]]")
        for section in supersection.sections:
            lines.append(f"[{section.name}]")
            for entry in section.entries:
                value = entry.value.decode().replace("\n", "\\n")
                lines.append(f'{entry.key} = "{value}"')
    return "\n".join(lines or ["(nothing)"]) + "\n"


# --- Pages of the rules -----------------------------------------------------------------------------------------------


def test_rule_pages_are_as_their_script_makes_them() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "docs", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_rule_has_a_page_and_is_in_the_index() -> None:
    index = (DOCS / "rules" / "index.md").read_text("utf-8")
    pages = {page.stem for page in (DOCS / "rules").glob("ap*.md")}
    assert pages == {rule.code.lower() for rule in all_rules()}
    for rule in all_rules():
        assert f"[{rule.code}]({rule.code.lower()}.md) | {rule.name}" in index


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_rules_that_are_spoken_of_exist(page: Path) -> None:
    known = {rule.code for rule in all_rules()}
    assert set(re.findall(r"\bAP[0-9]{3}\b", page.read_text("utf-8"))) <= known


# --- The site ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with every warning an error."""
    if find_spec("mkdocs") is None or find_spec("material") is None or find_spec("mkdocstrings") is None:
        message = "mkdocs-material or mkdocstrings is not installed (dependency group docs)"
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    return target


class Page(HTMLParser):
    """The anchors and addresses in a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if "src" in found:
            self.assets.append(found["src"])
        if tag == "link" and found.get("rel") not in ("canonical", "prev", "next"):
            self.assets.append(found.get("href", ""))


@pytest.fixture(scope="session")
def site_pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


@pytest.mark.any_python
def test_internal_links_lead_somewhere(site: Path, site_pages: dict[Path, Page]) -> None:
    assert len(site_pages) > len(all_rules())
    broken = []
    for path, page in site_pages.items():
        for link in (*page.links, *page.assets):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or not target.is_relative_to(site):
                broken.append(f"{path.relative_to(site)}: {link}")
            elif parts.fragment and target in site_pages and unquote(parts.fragment) not in site_pages[target].anchors:
                broken.append(f"{path.relative_to(site)}: {link}: no such anchor")
    assert broken == []


@pytest.mark.any_python
def test_a_page_loads_nothing_from_elsewhere(site_pages: dict[Path, Page]) -> None:
    for page in site_pages.values():
        assert [asset for asset in page.assets if urlsplit(asset).netloc] == []


@pytest.mark.any_python
def test_commands_are_copied_without_prompts_and_answers(site: Path) -> None:
    for guide in GUIDES:
        page = site / guide.stem / "index.html" if guide.stem != "index" else site / "index.html"
        shown = [block for block in blocks(guide) if block.kind == "console"]
        copied = re.findall(r'language-console highlight" data-copy="([^"]*)"', page.read_text("utf-8"))
        first = [html.unescape(one).split("\n")[0] for one in copied]
        wanted = [re.search(r"^\$ (.*)$", block.text, re.MULTILINE) for block in shown]
        assert first == [one[1] for one in wanted if one is not None], guide
    (bundle,) = (site / "assets" / "javascripts").glob("bundle.*.min.js")
    assert "data-copy" in bundle.read_text("utf-8"), "the theme's button knows it"


def test_findings_link_to_the_pages_of_their_rules(site: Path) -> None:
    for rule in all_rules():
        address = RULE_PAGE.format(code=rule.code.lower())
        assert address.startswith(HOME)
        assert (site / address.removeprefix(HOME) / "index.html").is_file()
    assert f"site_url: {HOME}\n" in (ROOT / "mkdocs.yml").read_text("utf-8")


def test_every_guide_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    for page in GUIDES:
        assert f": {page.name}\n" in navigation


def test_every_option_is_in_the_reference_of_the_commands() -> None:
    import click

    from asprofile.cli.commands import COMMANDS, get

    text = (DOCS / "commands.md").read_text("utf-8")
    for name in COMMANDS:
        command = get(name)
        assert command is not None
        part = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        missing = [option for one in options for option in one.opts if f"{option}" not in part]
        assert (missing, bool(part)) == ([], True), name


def test_every_public_name_is_in_the_reference_of_the_library() -> None:
    text = (DOCS / "reference.md").read_text("utf-8")
    named = re.findall(r"(?m)^::: ([\w.]+)\.(\w+)$", text)
    assert sorted(name for _, name in named) == sorted(asprofile.__all__)
    assert all(getattr(asprofile, name) is getattr(import_module(module), name) for module, name in named)


@pytest.mark.any_python
def test_the_site_has_each_of_them_with_its_docstring(site: Path) -> None:
    page = (site / "reference" / "index.html").read_text("utf-8")
    for name in asprofile.__all__:
        found = getattr(asprofile, name)
        assert f'id="{found.__module__}.{name}"' in page, name
    said = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    for name in ("add", "send", "Config", "WhereError"):
        first = (inspect.getdoc(getattr(asprofile, name)) or "").partition("\n\n")[0]
        assert re.sub(r"\s+", " ", first.replace("``", "")) in said, name
