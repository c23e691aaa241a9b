"""The words that an argument may be: recipes, rules, releases, transfer syntaxes, SOP classes; for who offers a choice.

Each with what it is, in the order of its table; nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

Vocabulary: TypeAlias = "Iterator[tuple[str, str]]"
"""A word, and what it is."""


def recipe_words() -> Vocabulary:
    """What ``generate`` takes first."""
    from asprofile.generate.recipes import recipes

    yield from ((one.name, one.whom) for one in recipes())


def rule_words() -> Iterator[tuple[str, str, str]]:
    """Codes, names and summaries of the rules."""
    from asprofile.lint.rules import all_rules

    yield from ((rule.code, rule.name, rule.summary) for rule in all_rules())


def release_words() -> Vocabulary:
    """Releases of DCMTK, the oldest first."""
    from asprofile.names.releases import RELEASES

    yield from ((one, f"DCMTK {one}") for one in RELEASES)


def transfer_syntax_words() -> Vocabulary:
    """Families of transfer syntaxes, then each by its keyword, or by its UID where it has none."""
    from asprofile.generate.families import families
    from asprofile.names import transfer_syntaxes, uids

    yield from ((name, "a family") for name in families())
    for one in transfer_syntaxes.transfer_syntaxes():
        info = uids.describe(one.uid)
        yield (info.keyword if info is not None and info.keyword else one.uid), one.name


def sop_class_words() -> Vocabulary:
    """SOP classes by their keywords."""
    from asprofile.names import registry, uids

    for uid in registry.every_uid():
        info = uids.describe(uid)
        if info is not None and info.is_abstract_syntax and info.keyword:
            yield info.keyword, info.name
