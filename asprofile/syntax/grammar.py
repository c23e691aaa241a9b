"""The grammar as a lark parser, compiled once and kept for later runs in the user's cache directory.

Compiling takes some 15 ms, much of the run time of a command on one file; reading what came of it takes about one. A
cache is a convenience: one that is missing, unwritable, stale, corrupt or someone else's means compiling, never an
error. Nothing is known here of what the parser's reductions do. The one module of this layer that looks at the
environment and writes a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import lark

from asprofile import __version__
from asprofile.resources import directory

_DIGEST_SIZE = hashlib.sha256().digest_size


def compiled(transformer: object) -> lark.Lark:
    """The parser for ``grammars/asconfig.lark``; it calls ``transformer``'s methods as it reduces."""
    text = (directory("grammars") / "asconfig.lark").read_text("ascii")
    try:
        kept = _cache_file(text)
    except RuntimeError:  # no home directory
        return _compile(text, transformer)
    found = _load(kept, transformer)
    if found is None:
        found = _compile(text, transformer)
        _save(kept, found)
    return found


def _compile(text: str, transformer: object) -> lark.Lark:
    return lark.Lark(
        text,
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=False,
        keep_all_tokens=True,
        transformer=transformer,
    )


def _cache_file(text: str) -> Path:
    """One name for each state of everything that the content depends on, so that no version reads what another
    wrote.
    """
    state = (__version__, lark.__version__, sys.implementation.cache_tag, sys.version, text)
    name = hashlib.sha256(repr(state).encode()).hexdigest()[:32]
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    base = Path(os.environ.get(variable, ""))
    # A relative path is to be ignored (XDG Base Directory Specification).
    return (base if base.is_absolute() else Path.home() / ".cache") / "asprofile" / f"grammar-{name}"


def _load(file: Path, transformer: object) -> lark.Lark | None:
    """The parser as kept; None if there is none, or none to trust."""
    try:
        with file.open("rb") as opened:
            content = opened.read() if _is_ours(os.fstat(opened.fileno())) else b""
        digest, body = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        if hashlib.sha256(body).digest() != digest:
            return None
        table = _PlainData(io.BytesIO(body)).load()
        parser: lark.Lark = lark.Lark._load_from_dict(  # type: ignore[no-untyped-call]
            table["data"], table["memo"], transformer=transformer
        )
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, there is a way without
        return None
    return parser


def _is_ours(status: os.stat_result) -> bool:
    """Whether only this user could have written the file. (On Windows the directory's own permissions see to that.)"""
    return os.name == "nt" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


class _PlainData(pickle.Unpickler):
    """Loads numbers, strings and containers of them; lark's tables are no more than that. No pickle can make it run
    code.
    """

    def find_class(self, module_name: str, global_name: str) -> Any:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} in a table of plain data")


def _save(file: Path, parser: lark.Lark) -> None:
    """Keep the parser; written aside and moved, so that no other process ever sees half a file."""
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        buffer = io.BytesIO()
        parser.save(buffer, exclude_options=("transformer",))
        body = buffer.getvalue()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(hashlib.sha256(body).digest() + body)
        aside.replace(file)
    except Exception:  # noqa: BLE001 - not kept, then
        with contextlib.suppress(OSError):
            aside.unlink()
