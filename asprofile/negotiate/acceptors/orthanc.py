"""Orthanc: which contexts it accepts, and with what.

Of Storage SOP classes it takes what its configuration allows, in whatever role is proposed; services of its own with
uncompressed transfer syntaxes, whatever the configuration says. A Storage SOP class of which no transfer syntax is
taken is refused with 3, abstract syntax not supported, and not with 4. Of several transfer syntaxes the first of the
request is taken since 1.11.2, before that the first of Orthanc's own order, in which Explicit VR Little Endian leads.
Source: OrthancFramework, ``CommandDispatcher.cpp`` (1.9.0 to 1.12.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.names import symbols
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    RLE_LOSSLESS,
    STORAGE_COMMITMENT,
    VERIFICATION,
)
from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram, accept
from asprofile.negotiate.request import ContextResult, RoleItem
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, ACCEPTED, TRANSFER_SYNTAXES_NOT_SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ProposedContext

_NATIVE: Final = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
_JPEG: Final = tuple(
    f"1.2.840.10008.1.2.4.{number}" for number in (*range(50, 67), 70, 80, 81, *range(90, 96), *range(100, 109))
)
_ORDER: Final = (
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    *_JPEG,
    RLE_LOSSLESS,
)
"""In which Orthanc before 1.11.2 prefers them."""

SERVICES: Final = frozenset(
    (
        VERIFICATION,
        STORAGE_COMMITMENT,
        *(f"1.2.840.10008.5.1.4.1.2.{model}.{service}" for model in (1, 2) for service in (1, 2, 3)),
    )
)
"""Patient and Study Root: FIND, MOVE, GET."""


def answer(request: AssociateRequest, accepting: Accepting, *, as_proposed: bool) -> AssociateAccept:
    """``as_proposed``: the order of the request counts, and not Orthanc's own."""
    stored: dict[str, tuple[str, ...]] = {}
    for entry in accepting.profile.contexts:
        if entry.abstract_syntax not in SERVICES:
            stored.setdefault(entry.abstract_syntax, entry.transfer_syntaxes)
    taken = tuple(dict.fromkeys(uid for syntaxes in stored.values() for uid in syntaxes))
    offered = {item.sop_class: item for item in reversed(request.roles)}
    results: list[ContextResult] = []
    roles: list[RoleItem] = []
    for context in request.contexts:
        uid = context.abstract_syntax
        offer = offered.get(uid)
        if uid in SERVICES:
            results.append(
                _result(context, _first(_NATIVE, context.transfer_syntaxes), TRANSFER_SYNTAXES_NOT_SUPPORTED)
            )
            if offer is not None and uid == STORAGE_COMMITMENT:
                roles.append(offer)
        elif uid in stored:
            allowed = [one for one in _ORDER if one in stored[uid]]
            order = (context.transfer_syntaxes, allowed) if as_proposed else (allowed, context.transfer_syntaxes)
            results.append(_result(context, _first(*order), ABSTRACT_SYNTAX_NOT_SUPPORTED))
            if offer is not None:
                roles.append(offer)
        elif accepting.any_class and symbols.name_of(uid, accepting.release) is None:
            allowed = [one for one in _ORDER if one in taken]
            chosen = _first(allowed, context.transfer_syntaxes)
            results.append(_result(context, chosen, TRANSFER_SYNTAXES_NOT_SUPPORTED))
        else:
            results.append(_result(context, None, ABSTRACT_SYNTAX_NOT_SUPPORTED))
    accepted = {context.abstract_syntax for context, one in zip(request.contexts, results, strict=True) if one.accepted}
    return accept(request, results, (role for role in roles if role.sop_class in accepted))


def _first(wanted: Iterable[str], there: Iterable[str]) -> str | None:
    found = frozenset(there)
    return next((uid for uid in wanted if uid in found), None)


def _result(context: ProposedContext, chosen: str | None, otherwise: int) -> ContextResult:
    if chosen is None:
        return ContextResult(context.id, otherwise, IMPLICIT_VR_LITTLE_ENDIAN)
    return ContextResult(context.id, ACCEPTED, chosen)


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    return answer(request, accepting, as_proposed=True)


ACCEPTOR = AcceptorProgram(
    "orthanc", "Orthanc 1.11.2 and later", "", "the first of the proposal that the configuration allows", _answer
)
