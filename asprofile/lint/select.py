"""Which rules run: codes and prefixes of codes, of which the longer one decides."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from asprofile.errors import ConfigurationError
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules

ALL = "ALL"


def selected(select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that run, in the order of the codes.

    ``select`` and ``ignore`` hold codes (AP201), prefixes (AP2) or ALL. The longest one that fits a rule decides; of
    two equally long ones ``ignore`` does. Raises ConfigurationError for one that fits no rule.
    """
    return _selected(tuple(select), tuple(ignore))


# Of a thousand files in one run, most have the same settings.
@lru_cache(maxsize=64)
def _selected(select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Rule, ...]:
    wanted, unwanted = list(map(checked, select)), list(map(checked, ignore))
    return tuple(rule for rule in all_rules() if _exactness(rule, wanted) > _exactness(rule, unwanted))


def expanded(codes: Iterable[str]) -> tuple[str, ...]:
    """The code of every rule that one of the codes or prefixes fits; raises ConfigurationError as :func:`selected`."""
    prefixes = tuple(map(checked, codes))
    return tuple(rule.code for rule in all_rules() if rule.code.startswith(prefixes))


def checked(code: str) -> str:
    """The beginning of a rule's code that the code is, empty for ALL; raises ConfigurationError as :func:`selected`."""
    if not known(code):
        hint = near(code)
        raise ConfigurationError(f"no rule {code!r}" + (f"; did you mean {' or '.join(hint)}?" if hint else ""))
    return "" if code.upper() == ALL else code.upper()


def known(code: str) -> bool:
    """Whether the code or prefix fits a rule."""
    return code.upper() == ALL or (len(code) >= 2 and any(rule.code.startswith(code.upper()) for rule in all_rules()))


def near(code: str) -> list[str]:
    """Codes that may have been meant; a rule's name is understood too."""
    from asprofile.names.suggest import nearest

    by_name = {rule.name: rule.code for rule in all_rules()}
    if code.lower() in by_name:
        return [by_name[code.lower()]]
    return nearest(code.upper(), list(by_name.values())) or [
        by_name[name] for name in nearest(code.lower(), list(by_name))
    ]


def _exactness(rule: Rule, codes: list[str]) -> int:
    """The length of the longest prefix that fits, 0 for ALL, -1 for none."""
    return max((len(code) for code in codes if rule.code.startswith(code)), default=-1)
