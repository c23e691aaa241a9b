"""What simple formats cannot express: the losses that several of them have in common, each as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from asprofile.convert.exchange import ConversionLoss, ConversionLossKind, ExchangeContext, ExchangeProfile
from asprofile.convert.words import listed, named
from asprofile.generate.families import by_preference


def of_roles(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    """All roles are lost."""
    if profile.roles:
        words = listed(f"{named(uid)} ({role.upper()})" for uid, role in profile.roles.items())
        yield ConversionLoss("role", f"role selection: {words}")


def of_extended(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    """All extended negotiation is lost."""
    if profile.extended:
        words = listed(f"{named(item.sop_class)} ({item.data[:8].hex()})" for item in profile.extended)
        yield ConversionLoss("extended-negotiation", f"extended negotiation: {words}")


def of_lists(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    """A SOP class has one list of transfer syntaxes, with those of all its contexts, each once."""
    counts = Counter(context.abstract_syntax for context in profile.contexts)
    several = [f"{named(uid)} ({count})" for uid, count in counts.items() if count > 1]
    if several:
        yield ConversionLoss("several-contexts", f"several contexts of one SOP class become one: {listed(several)}")
    yield from of_repeated(profile.contexts)


def of_order(profile: ExchangeProfile, prefers: str) -> Iterator[ConversionLoss]:
    """The order of the transfer syntaxes is lost; ``prefers`` says which one is taken instead."""
    ordered = [named(uid) for uid, syntaxes in profile.lists.items() if len(syntaxes) > 1]
    if ordered:
        yield ConversionLoss("order", f"the order of the transfer syntaxes, of {listed(ordered)}: {prefers}")


def with_order(
    contexts: Collection[ExchangeContext], prefers: str
) -> tuple[tuple[ExchangeContext, ...], tuple[str, ...]]:
    """The contexts of an acceptor whose transfer syntaxes have no order, in the one that an acceptor should have, and a
    note on that; none where there is nothing to order. ``prefers`` says which one is taken otherwise."""
    ordered = tuple(replace(one, transfer_syntaxes=by_preference(one.transfer_syntaxes)) for one in contexts)
    if all(len(one.transfer_syntaxes) < 2 for one in contexts):
        return ordered, ()
    return ordered, (
        f"an order of transfer syntaxes that the source does not have: {prefers}; DCMTK takes the first of its list, "
        "here uncompressed before lossless before lossy",
    )


def of_repeated(contexts: Collection[ExchangeContext]) -> Iterator[ConversionLoss]:
    """A transfer syntax is in a context once."""
    repeated = [one for one in contexts if len(set(one.transfer_syntaxes)) < len(one.transfer_syntaxes)]
    if repeated:
        words = listed(dict.fromkeys(named(one.abstract_syntax) for one in repeated))
        yield ConversionLoss("repeated", f"a transfer syntax that is twice in a context is there once: {words}")


def of_one_list(lists: dict[str, tuple[str, ...]], whose: str) -> Iterator[ConversionLoss]:
    """There is one list of transfer syntaxes for all these SOP classes, so that more is accepted."""
    together = list(dict.fromkeys(uid for syntaxes in lists.values() for uid in syntaxes))
    more = [(uid, other) for uid, syntaxes in lists.items() for other in together if other not in syntaxes]
    if more:
        words = listed((f"{named(uid)} in {named(syntax)}" for uid, syntax in more), most=2)
        yield ConversionLoss(
            "one-list", f"a list of transfer syntaxes for each SOP class: {whose} has one for all, with {words}"
        )


def left_out(uids: Collection[str], why: str, kind: ConversionLossKind = "sop-class") -> Iterator[ConversionLoss]:
    """SOP classes, or transfer syntaxes, that there is no place for."""
    if uids:
        yield ConversionLoss(kind, f"{listed(map(named, uids))}: {why}")
