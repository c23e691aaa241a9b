"""The programs that accept associations, a file each, with an ``ACCEPTOR``: given the same contexts, they choose
differently. A new file here is a new program; nothing else lists them.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asprofile.negotiate.acceptors.acceptor import AcceptorProgram

_OTHERS: Final = frozenset({"__init__", "acceptor"})


@cache
def acceptors() -> dict[str, AcceptorProgram]:
    """By name, in the order of the names."""
    files = [file.removesuffix(".py") for file in os.listdir(__path__[0]) if file.endswith(".py")]  # noqa: PTH208
    found = [import_module(f"{__name__}.{file}").ACCEPTOR for file in sorted(files) if file not in _OTHERS]
    return {one.name: one for one in found}
