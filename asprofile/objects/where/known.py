"""What an expression asks of the file and the header, which are known before any element is read: ``Path``, ``Size``,
``SOPClass``, ``TransferSyntax``.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from asprofile.names import uids
from asprofile.names.by_name import by_name, every_name
from asprofile.names.releases import LATEST
from asprofile.objects.where import comparing
from asprofile.objects.where.kinds import Unfit
from asprofile.objects.where.tree import Among, Compared, Fact, Like

if TYPE_CHECKING:
    from asprofile.names.uids import SymbolKind
    from asprofile.objects.where.judged import AskedOfObjects, JudgedObject


def of_size(leaf: Compared | Among) -> AskedOfObjects:
    """Of the file, in bytes."""
    if isinstance(leaf, Compared):
        tests = [comparing.test_of("number", leaf.operator, comparing.size_of(leaf.value.text))]
    else:
        tests = [comparing.test_of("number", "=", comparing.size_of(one.text)) for one in leaf.values]
    return lambda this: any(test(this.header.size) for test in tests)


def of_path(leaf: Compared | Among | Like) -> AskedOfObjects:
    """Of the file, as it was given."""
    if isinstance(leaf, Like):
        fits = comparing.like(leaf.pattern)
        return lambda this: fits(str(this.header.path))
    if isinstance(leaf, Among):
        paths = {one.text for one in leaf.values}
        return lambda this: str(this.header.path) in paths
    test = comparing.test_of("text", leaf.operator, leaf.value.text)
    return lambda this: test(str(this.header.path))


def of_uid(name: Fact, leaf: Compared | Among | Like) -> AskedOfObjects:
    """The SOP class or the transfer syntax, by UID or name. Raises Unfit for a name that nothing has."""
    is_class = name.name == "SOPClass"

    def uid(this: JudgedObject) -> str:
        return this.header.sop_class if is_class else this.header.transfer_syntax

    if isinstance(leaf, Like):
        fits = comparing.like(leaf.pattern.casefold())

        @lru_cache(maxsize=1000)
        def known(one: str) -> bool:
            return any(fits(text.casefold()) for text in every_name(one))

        return lambda this: known(uid(this))
    if isinstance(leaf, Compared) and leaf.operator != "=":
        raise Unfit("it has no order; write =, !=, in or like")
    texts = [leaf.value.text] if isinstance(leaf, Compared) else [one.text for one in leaf.values]
    wanted = {_uid(text.strip(), "sop-class" if is_class else "transfer-syntax") for text in texts}
    return lambda this: uid(this) in wanted


def _uid(text: str, kind: SymbolKind) -> str:
    """The UID that a name means, or that is one."""
    what = "SOP class" if kind == "sop-class" else "transfer syntax"
    if text[:1].isdigit():
        if len(text) > 64 or text.strip("0123456789."):
            raise Unfit(f"{text!r} is no UID")
        return text
    found = by_name().get(text) or _regardless_of_case().get(text.casefold())
    if found is None:
        # Not needed until a name is wrong.
        from asprofile.names.suggest import suggest_symbol

        near = " or ".join(suggest_symbol(text, LATEST, kind))
        raise Unfit(f"no {what} is called {text!r}" + (f"; did you mean {near}?" if near else '; try like "*text*"'))
    if not uids.can_be(found, kind):
        raise Unfit(f"{text!r} is no {what}")
    return found


@cache
def _regardless_of_case() -> dict[str, str]:
    return {name.casefold(): uid for name, uid in by_name().items()}
