"""A headless Chromium for tests of pages: chromedriver's HTTP interface (W3C WebDriver), with what is needed of it.

A page is a file, nothing waits: an event's handlers have run when the command that caused it returns.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, DOWN, UP, TAB, SPACE = "\ue007", "\ue015", "\ue013", "\ue004", " "

_SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip


class Browser:
    """One window. ``profile`` is a directory of its own that the browser may fill."""

    def __init__(self, driver_port: int, chromium: str, profile: Path) -> None:
        # The proxies of the environment are for others.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._root = f"http://127.0.0.1:{driver_port}/session"
        options = {
            "binary": chromium,
            "args": [*_SWITCHES, f"--user-data-dir={profile}"],
        }
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._call("POST", "", {"capabilities": {"alwaysMatch": capabilities}})
        self._root += f"/{made['sessionId']}"

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def close(self) -> None:
        self._call("DELETE", "")

    def open(self, page: Path | str) -> None:
        """A file, or an address."""
        self._call("POST", "/url", {"url": page if isinstance(page, str) else page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of a function returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, condition: str, seconds: float = 120) -> None:
        """Until the JavaScript expression is true: for what a worker does."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({condition})"):
            assert time.monotonic() < end, f"never: {condition}; the page says {self.texts('[role=status]')}"
            time.sleep(0.05)

    def barriers(self, axe: str) -> list[str]:
        """What axe-core finds in the page, by any of its rules."""
        self.devtools("Runtime.evaluate", expression=axe)
        return list(
            self.run(
                """return axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations.map(
                (one) => `${one.id}: ${one.nodes.length} such as ${one.nodes[0].html.slice(0, 200)}`));"""
            )
        )

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def click(self, selector: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/click", {})

    def type(self, selector: str, keys: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/value", {"text": keys})

    def press(self, *keys: str) -> None:
        """Keys for whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def point_at(self, selector: str) -> None:
        origin = {_ELEMENT: self._element(selector)}
        move = {"type": "pointerMove", "origin": origin, "x": 0, "y": 0, "duration": 0}
        self._call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def _element(self, selector: str) -> str:
        return str(self._call("POST", "/element", {"using": "css selector", "value": selector})[_ELEMENT])

    def texts(self, selector: str) -> list[str]:
        """The text of each element that is shown."""
        script = """return [...document.querySelectorAll(arguments[0])]
            .filter(one => one.checkVisibility({visibilityProperty: true})).map(one => one.textContent)"""
        return list(self.run(script, selector))

    def complaints(self) -> list[str]:
        """What is on the console."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """The address of everything that was asked for."""
        entries = self._call("POST", "/se/log", {"type": "performance"})
        events = [json.loads(entry["message"])["message"] for entry in entries]
        sent = (event for event in events if event["method"] == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in sent]

    def resize(self, width: int, height: int, *, dark: bool = False, script: bool = True, media: str = "") -> None:
        """The size of the page in CSS pixels, and what it is shown as."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        self.devtools("Emulation.setEmulatedMedia", media=media, features=features)
        self.devtools("Emulation.setScriptExecutionDisabled", value=not script)

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def pdf(self) -> bytes:
        printed = self.devtools("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])
