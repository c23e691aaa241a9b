"""The rules, one file each: ``apNNN_name.py`` with a ``RULE``. A new file here is a new rule; nothing else lists
them.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

from asprofile.lint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    # Not with ``pkgutil``, which imports more than all rules together to answer.
    files = os.listdir(__path__[0])  # noqa: PTH208
    return tuple(_module(file.removesuffix(".py")).RULE for file in sorted(files) if file.startswith("ap"))


def _module(name: str) -> ModuleType:
    """What ``import`` does, but for the search: that a hundred files are where they have just been seen need not be
    found out again, which takes as long as loading them.
    """
    full = f"{__name__}.{name}"
    if full in sys.modules:
        return sys.modules[full]
    path = os.path.join(__path__[0], f"{name}.py")  # noqa: PTH118
    loader = SourceFileLoader(full, path)
    module = ModuleType(full)
    module.__file__ = path
    module.__package__ = __name__
    module.__loader__ = loader
    module.__spec__ = ModuleSpec(full, loader, origin=path)
    sys.modules[full] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[full]
        raise
    setattr(sys.modules[__name__], name, module)
    return module


@cache
def by_code() -> dict[str, Rule]:
    """Code (upper case) -> rule."""
    return {rule.code: rule for rule in all_rules()}
