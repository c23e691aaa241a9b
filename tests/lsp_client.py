"""An editor: a client of one process of ``asprofile lsp``, over standard input and output."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asprofile

if TYPE_CHECKING:
    from collections.abc import Callable

# Long enough for a slow machine; nothing waits for it but a failure.
TIMEOUT = 60


class Client:
    """A client of one server process. What the server sends unasked is kept until somebody waits for it."""

    def __init__(self, directory: Path) -> None:
        environment = dict(os.environ, PYTHONPATH=str(Path(asprofile.__file__).parents[1]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asprofile", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=directory,
            env=environment,
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.kept: list[dict[str, Any]] = []
        self._id = 0
        self._is_reading = True
        self._versions: dict[str, int] = {}
        self.complaints = b""
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    # -- messages

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while header := stdout.readline():
            length = int(header.removeprefix(b"Content-Length: "))
            while stdout.readline().strip():
                pass
            self._messages.put(json.loads(stdout.read(length)))
            if not self._is_reading:
                return
        self._messages.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.complaints = self.process.stderr.read()

    def write(self, body: bytes, header: bytes | None = None) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write((header if header is not None else b"Content-Length: %d\r\n\r\n" % len(body)) + body)
        stdin.flush()

    def notify(self, method: str, params: object = None) -> None:
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def ask(self, method: str, params: object = None) -> dict[str, Any]:
        """The whole answer to a request, with its ``result`` or ``error``."""
        return self.answer(self.ask_later(method, params))

    def ask_later(self, method: str, params: object = None) -> int:
        """The number by which ``answer`` waits for the answer."""
        self._id += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}).encode())
        return self._id

    def answer(self, number: int) -> dict[str, Any]:
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def request(self, method: str, params: object = None) -> Any:
        answer = self.ask(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for message in self.kept:
            if wanted(message):
                self.kept.remove(message)
                return message
        while True:
            message = self._messages.get(timeout=TIMEOUT)
            assert message is not None, "the server has ended"
            if wanted(message):
                return message
            self.kept.append(message)

    # -- what an editor does

    def start(self, root: str | None = None, options: object = None, **capabilities: object) -> dict[str, Any]:
        parameters = {"processId": None, "rootUri": root, "capabilities": capabilities}
        if options is not None:
            parameters["initializationOptions"] = options
        result: dict[str, Any] = self.request("initialize", parameters)
        self.notify("initialized", {})
        self.capabilities: dict[str, Any] = result["capabilities"]
        return result

    def open(self, uri: str, text: str, language: str = "ini") -> list[dict[str, Any]]:
        """Open a document; its diagnostics."""
        self.open_silently(uri, text, language)
        return self.diagnostics(uri)

    def open_silently(self, uri: str, text: str, language: str = "ini") -> None:
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, text: str) -> None:
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """Those of the present version."""
        message = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == self._versions[uri]
            )
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def at(self, method: str, uri: str, line: int, character: int, **more: object) -> dict[str, Any]:
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position, **more})

    def about(self, method: str, uri: str, **more: object) -> Any:
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **more})

    def published(self, uri: str) -> list[dict[str, Any]]:
        """The next diagnostics of a document of any version."""
        message = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
            )
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def actions(self, uri: str, diagnostic: dict[str, Any], only: list[str] | None = None) -> list[dict[str, Any]]:
        context: dict[str, object] = {"diagnostics": [diagnostic]}
        if only is not None:
            context["only"] = only
        parameters = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": context}
        found: list[dict[str, Any]] = self.request("textDocument/codeAction", parameters)
        return found

    def stop_reading(self) -> None:
        """Close this end of the server's output; a last answer wakes up who reads there."""
        self._is_reading = False
        self.request("textDocument/hover", {"textDocument": {"uri": "x:"}, "position": {"line": 0, "character": 0}})
        self._threads[0].join(TIMEOUT)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def end(self) -> int:
        """Shut down and exit; the exit status."""
        assert self.request("shutdown") is None
        self.notify("exit")
        return self.process.wait(TIMEOUT)

    def close(self) -> None:
        """End of input; the process must end by itself."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(TIMEOUT)
        for thread in self._threads:
            thread.join(TIMEOUT)
        assert b"Traceback" not in self.complaints

    def dispose(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
