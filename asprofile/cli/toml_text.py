"""Values as TOML has them."""

from __future__ import annotations

import json
from pathlib import PurePath


def toml(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    text = value.as_posix() if isinstance(value, PurePath) else str(value)
    # A basic string of TOML; JSON escapes the same, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
