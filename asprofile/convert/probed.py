"""What ``asprofile probe --json`` printed of a peer, as a profile: what the peer accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asprofile.convert import json_text
from asprofile.convert.exchange import (
    ConversionSource,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
)
from asprofile.convert.tree import Node, member
from asprofile.convert.words import listed, named, quoted
from asprofile.names.fit import judge

_CLASS = "a SOP class"
_LONGEST_UID = 64


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the peer takes of a SOP class, the preferred transfer syntax first. ``asked``: whether it was asked what it
    prefers; ``first_proposed``: whether it takes the first of the proposal.
    """

    uid: str
    syntaxes: tuple[str, ...]
    extended: bytes
    asked: bool
    first_proposed: bool


def is_probe(node: Node) -> bool:
    """Whether an object of JSON is what ``probe`` prints, of pairs or of a profile."""
    return node.kind == "object" and {"peer", "called_ae", "pairs"} <= {key.text for key in node.keys}


def read(source: ConversionSource) -> Reading:
    """For an acceptor each SOP class once, with the transfer syntaxes that the peer takes, as it prefers them where it
    was asked; for a requestor a context for each pair that an object can be sent with.
    """
    root = json_text.parse(source.text)
    members = root.members("the result of probe")
    pairs = member(members, "pairs", root, "the result of probe")
    if pairs.kind != "object":
        pairs.wrong("it is the probe of a profile; of pairs is needed, as `asprofile probe PEER --all --json` makes it")
    of_pairs = pairs.members("pairs")
    taken = [_taken(one) for one in member(of_pairs, "sop_classes", pairs, "pairs").items("sop_classes")]
    taken = [one for one in taken if one.syntaxes]
    role = source.role or "requestor"
    if role == "acceptor":
        contexts = [ExchangeContext(one.uid, one.syntaxes) for one in taken]
        extended = tuple(Extended(one.uid, one.extended) for one in taken if one.extended)
    else:
        all_of_them = ((one.uid, syntax) for one in taken for syntax in one.syntaxes)
        contexts = [ExchangeContext(uid, (syntax,)) for uid, syntax in all_of_them if not judge(uid, syntax).useless]
        extended = ()
    if not contexts:
        pairs.wrong("the peer accepted nothing of what it was asked that could be sent")
    complete = of_pairs.get("complete")
    notes = [f"what the peer {quoted(members['peer'].text)} accepted of what it was asked; roles were not asked for"]
    if complete is not None and complete.text == "false":
        notes.append("the peer did not answer all that it was asked: what is not here may be accepted")
    notes += _of_order(taken) if role == "acceptor" else ()
    return Reading(Exchange(role, (ExchangeProfile(source.name, tuple(contexts), extended),)), (), tuple(notes))


def _taken(node: Node) -> _Taken:
    members = node.members(_CLASS)
    sop_class = member(members, "sop_class", node, _CLASS)
    uid = _uid(member(sop_class.members(_CLASS), "uid", sop_class, _CLASS))
    syntaxes = [_uid(one) for one in member(members, "accepted", node, _CLASS).items("accepted")]
    preference = members.get("preference")
    said = preference.members("preference") if preference is not None and preference.kind == "object" else {}
    ranked, proposed = ([_uid(one) for one in said[key].items(key)] if key in said else [] for key in _ORDER)
    known = [one for one in (*ranked, *proposed) if one in syntaxes]
    order = tuple(dict.fromkeys((*known, *syntaxes)))
    return _Taken(uid, order, _data(members.get("extended_negotiation")), bool(said), bool(proposed))


_ORDER = ("ranked", "as_proposed")


def _uid(node: Node) -> str:
    text = node.string("a UID")
    if not text or set(text) - set("0123456789.") or len(text) > _LONGEST_UID:
        node.wrong(f"{quoted(text)} is no UID")
    return text


def _data(node: Node | None) -> bytes:
    if node is None or node.kind == "null":
        return b""
    try:
        return bytes.fromhex(node.string("extended_negotiation"))
    except ValueError:
        node.wrong(f"{quoted(node.text)} is not hexadecimal")


def _of_order(taken: list[_Taken]) -> Iterator[str]:
    several = [one for one in taken if len(one.syntaxes) > 1]
    proposed = [one.uid for one in several if one.first_proposed]
    if proposed:
        yield f"of {listed(map(named, proposed))} the peer takes the first that is proposed, which no profile can say"
    if any(not one.asked for one in several):
        yield "which transfer syntax the peer prefers is not known of all SOP classes"
