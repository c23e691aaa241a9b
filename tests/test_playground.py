"""The playground: what it asks of asprofile, and the page in a browser, with Python in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import npm_packages
import pytest
from npm_packages import NotFetched, NpmPackage, fetch

import asprofile
from asprofile.lint.rules import all_rules
from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from browser import Browser

pytestmark = pytest.mark.any_python

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "playground"


@pytest.fixture(scope="module")
def bridge() -> ModuleType:
    spec = spec_from_file_location("bridge", SOURCE / "bridge.py")
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def called(bridge: ModuleType, name: str, *given: object) -> Any:
    """As the worker calls it: JSON in and out."""
    return json.loads(bridge.called(name, json.dumps(given)))


class TestBridge:
    def test_every_example_loads(self, bridge: ModuleType) -> None:
        about = called(bridge, "about")
        assert about["version"] == asprofile.__version__
        assert about["latest"] in about["releases"]
        assert len(about["samples"]) > 30
        for sample in about["samples"]:
            found = called(bridge, "look", called(bridge, "sample", sample["name"]), LATEST, "")
            assert found["refusal"] == ""
            assert found["profiles"], sample
            assert bool(found["errors"]) is (sample["name"] == "broken.cfg")

    def test_places_are_those_of_javascript(self, bridge: ModuleType) -> None:
        """Beyond the basic plane a character is two units there, and up to four bytes here."""
        text = "# ä 漢 \N{GRINNING FACE}\n" + bridge.BROKEN
        units = text.encode("utf-16-le")

        def between(start: int, end: int) -> str:
            return units[2 * start : 2 * end].decode("utf-16-le")

        found = called(bridge, "look", text, LATEST, "")["findings"]
        assert [between(one["start"], one["end"]) for one in found] == [
            "PresentationContext3",
            "PresentationContext4 = EnhancedCTImageStorage\\Plain",
        ]
        edits = [edit for one in found for edit in one["fix"]["edits"]]
        assert [(between(start, end), new) for start, end, new in edits] == [("3", "2"), ("4", "3"), ("  ", "")]

    def test_what_is_fixed_is_what_the_command_fixes(self, bridge: ModuleType) -> None:
        assert called(bridge, "fixed", bridge.BROKEN, LATEST, "").encode() == asprofile.fix(bridge.BROKEN.encode()).data

    def test_formatting(self, bridge: ModuleType) -> None:
        text = "[[Profiles]]\n[CT]\nPresentationContexts=CT"
        assert called(bridge, "formatted", text) == {"text": asprofile.format(text.encode()).decode()}
        assert called(bridge, "formatted", bridge.BROKEN)["refusal"].startswith("Not formatted: ")
        assert "no profile file" in called(bridge, "formatted", "x")["refusal"]

    def test_the_release_decides(self, bridge: ModuleType) -> None:
        text = bridge.BROKEN.replace("MRImageStorage", "InventoryStorage")
        refused = called(bridge, "look", text.replace("  Pres", "Pres").replace("#Pres", "Pres"), "3.6.0", "")
        assert refused["refusal"].startswith("DCMTK 3.6.0 refuses the file: ")
        assert refused["profiles"] == []

    def test_who_reads_it_decides(self, bridge: ModuleType) -> None:
        both = [called(bridge, "look", bridge.BROKEN, LATEST, role)["said"] for role in ("requestor", "acceptor")]
        assert both == [f"As {name} of DCMTK {LATEST} loads it." for name in ("storescu", "storescp")]

    def test_every_rule_is_explained(self, bridge: ModuleType) -> None:
        for rule in all_rules():
            found = called(bridge, "explained", rule.code)
            assert found["summary"]
            assert found["why"]
            assert len(found["examples"]) == min(len(rule.examples), 1)

    def test_the_page_is_that_of_show(self, bridge: ModuleType) -> None:
        page = called(bridge, "page", bridge.BROKEN, LATEST, "")
        assert page.startswith("<!DOCTYPE html>")
        assert "CT Image Storage" in page
        assert called(bridge, "page", "[[Profiles]]\n", LATEST, "") == ""

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "\x00" * 100,
            "[[",
            "[[Profiles]]",
            "\ud800[[Profiles]]\n[\udfff]\n",
            "\r\r\r",
            "[[Profiles]]\n" * 500,
        ],
        ids=["nothing", "x", "zeros", "bracket", "header", "halves", "cr", "many"],
    )
    def test_any_text_has_an_answer(self, bridge: ModuleType, text: str) -> None:
        for name in ("look", "fixed", "page"):
            called(bridge, name, text, LATEST, "")
        called(bridge, "formatted", text)

    def test_what_is_too_large_is_not_looked_at(self, bridge: ModuleType) -> None:
        assert "too large" in called(bridge, "look", "# x\n" * 300_000 + bridge.BROKEN, LATEST, "")["problem"]


class TestPage:
    def test_it_allows_only_its_own_files(self) -> None:
        page = (SOURCE / "index.html").read_text("utf-8")
        (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules.pop("script-src") == "'self' 'wasm-unsafe-eval'"
        assert rules.pop("img-src") == "data:"
        assert [rules.pop(name) for name in ("style-src", "connect-src", "worker-src")] == ["'self'"] * 3
        assert set(rules.values()) == {"'none'"}
        for file in ("index.html", "playground.css", "playground.js", "worker.mjs"):
            text = (SOURCE / file).read_text("utf-8")
            assert not re.search(r"https?:|innerHTML|\beval\(|@import|url\(", text), file

    def test_colours_are_those_that_pages_have(self) -> None:
        """What is measured there (contrast) holds here."""
        style, page = (
            path.read_text("utf-8") for path in (SOURCE / "playground.css", ROOT / "asprofile/report/look.css")
        )
        for name in ("page", "surface", "raised", "ink", "muted", "edge", "accent", "yes", "yes-ink", "no", "no-ink"):
            shades = [re.findall(rf"--{name}: (#\w+);", text) for text in (style, page)]
            assert shades[0] == shades[1][:2], name


def test_another_archive_than_the_one_that_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], cwd: Path, **_: object) -> subprocess.CompletedProcess[str]:
        (cwd / "some-1.0.tgz").write_bytes(b"other")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(npm_packages.shutil, "which", lambda _: "npm")
    monkeypatch.setattr(npm_packages.subprocess, "run", run)
    with pytest.raises(NotFetched, match=r"some-1\.0\.tgz is not the archive that is meant"):
        fetch(NpmPackage("some", "1.0", "AAAA"), tmp_path)
    monkeypatch.setattr(npm_packages.shutil, "which", lambda _: None)
    with pytest.raises(NotFetched, match="npm is not installed"):
        fetch(NpmPackage("some", "1.0", "AAAA"), tmp_path)


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The playground as it is built; skips where npm cannot get Python for browsers."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed (package npm)")
    output = tmp_path_factory.mktemp("playground")
    command = [sys.executable, str(ROOT / "scripts" / "playground"), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if "npm did not get" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


READY = "document.documentElement.dataset.ready"
CHOOSE = """const it = document.querySelector(arguments[0]); it.value = arguments[1];
    it.dispatchEvent(new Event("change"));"""


@pytest.mark.browser
def test_a_file_is_looked_at_and_mended(browser: Browser, address: str, folder: Path, axe: str) -> None:
    """One visit, as Python is long in coming; what it does, in the order of somebody who tries it."""
    with zipfile.ZipFile(folder / "asprofile.zip") as archive:
        assert {"bridge.py", "asprofile/__init__.py"} <= set(archive.namelist())
    browser.resize(1280, 900)
    browser.requests()
    browser.complaints()
    browser.open(address)
    browser.wait(READY)
    # An example: findings, marks at them, and what is loaded.
    browser.run(CHOOSE, "#sample", "broken.cfg")
    browser.wait("document.querySelectorAll('#findings > .error').length === 2")
    assert browser.texts("#findings b") == ["AP201", "AP106"]
    marks = "return [...document.querySelectorAll('mark')].map(one => one.textContent)"
    assert browser.run(marks) == ["PresentationContext3", "PresentationContext4 = EnhancedCTImageStorage\\Plain"]
    assert browser.texts(".profile h3") == ["Profile CT: 1 presentation context, a request of 242 bytes"]
    assert browser.barriers(axe) == []
    # Why, by the keyboard.
    browser.run("document.querySelector('[aria-label=\"Why AP201?\"]').focus()")
    browser.press("\ue007")
    browser.wait("document.querySelector('.why')")
    assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    browser.resize(360, 780, dark=True)
    assert browser.barriers(axe) == []
    assert browser.run("return document.documentElement.scrollWidth") == 360
    browser.resize(1280, 900)
    # The fix of one finding, which changes what is loaded; then all that are safe.
    browser.click(".actions button")
    browser.wait("document.querySelectorAll('#findings > .error').length === 1")
    browser.click("#fix")
    browser.wait("document.querySelector('.profile h3')?.textContent.includes('3 presentation contexts')")
    assert "PresentationContext3 = EnhancedCTImageStorage" in browser.run(
        "return document.querySelector('#text').value"
    )
    # Another release, in which a name is not known yet.
    browser.run(
        "const it = document.querySelector('#text'); it.value = it.value.replace('MRImage', 'Inventory');"
        "it.dispatchEvent(new Event('input'))"
    )
    browser.run(CHOOSE, "#release", "3.6.0")
    browser.wait("document.querySelector('#contexts .problem')")
    # Nothing but its own files was asked for, and nothing else may be.
    asked = [one for one in browser.requests() if not one.startswith(("chrome:", "data:"))]
    assert {one.startswith(address) for one in asked} == {True}
    assert browser.complaints() == []
    refused = browser.run(
        """return new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
            fetch("http://127.0.0.1:9/").catch(() => {});
        });"""
    )
    assert refused == "connect-src"
    browser.complaints()
    browser.open("about:blank")
