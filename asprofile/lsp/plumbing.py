"""The internals of the server: its output, its log, the handling of its own errors."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from asprofile.errors import AsprofileError
from asprofile.program import DEBUG_VARIABLE


class ClientOutput:
    """Standard output as pygls writes to it. A client that no longer reads has gone: its input will end too."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_read = True

    def write(self, data: bytes) -> None:
        if self._is_read:
            self._do(lambda: self._stream.write(data))

    def flush(self) -> None:
        if self._is_read:
            self._do(self._stream.flush)

    def close(self) -> None:
        self._do(self._stream.close)

    def _do(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            self._is_read = False


class QuietServer(LanguageServer):
    """As pygls has it, but that what a client sends wrongly is noted in its log rather than shown to people."""

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002 - pygls' signature
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"{type(error).__name__}: {error}"))


def failed(message: str) -> JsonRpcException:
    """What a client shows to people as the reason for which a request was not done."""
    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed.value)


def guarded(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The handler, but that an error is a sentence for the client, without a traceback."""

    def answer(params: Any) -> Any:
        try:
            return handler(params)
        except Exception as error:  # noqa: BLE001 - it is told, not hidden
            raise _sentence(error) from None

    return answer


def guarded_wait(handler: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    """The same of a handler that waits, while others are answered."""

    async def answer(params: Any) -> Any:
        try:
            return await handler(params)
        except Exception as error:  # noqa: BLE001 - it is told, not hidden
            raise _sentence(error) from None

    return answer


def _sentence(error: Exception) -> Exception:
    """What the client is told; the error itself where it is one, or where the user wants to see where it is from."""
    if isinstance(error, JsonRpcException):
        return error
    if isinstance(error, AsprofileError):
        return failed(str(error))
    if os.environ.get(DEBUG_VARIABLE):
        return error
    return failed(f"internal error, please report it ({type(error).__name__}: {error})")


class _OneLine(logging.Formatter):
    """One line for each record: editors keep what is written to standard error, and a traceback is of no use there."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if os.environ.get(DEBUG_VARIABLE):
            return super().format(record)
        return f"asprofile lsp: {message.splitlines()[0] if message else record.levelname}"


def log_plainly() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    for name in ("pygls", "asyncio", "concurrent.futures"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
