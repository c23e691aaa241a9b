"""The rules, one file each: ``apNNN_name.py`` with a ``RULE``. A new file here is a new rule; nothing else lists
them.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from asprofile.lint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    # Not with ``pkgutil``, which imports more than all rules together to answer.
    files = os.listdir(__path__[0])  # noqa: PTH208
    names = sorted({file.partition(".")[0] for file in files if file.startswith("ap")})
    return tuple(import_module(f"{__name__}.{name}").RULE for name in names)


@cache
def by_code() -> dict[str, Rule]:
    """Code (upper case) -> rule."""
    return {rule.code: rule for rule in all_rules()}
