"""Which contexts to propose for given objects, when there is no profile.

Belongs here: making requests, as many as needed, from SOP classes and transfer syntaxes. Does not belong here: finding
out what there is to send (``send.survey``), which context carries which object (``choose``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, MAX_CONTEXTS
from asprofile.negotiate.request import DEFAULT_MAX_PDU, AssociateRequest, ProposedContext, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asprofile.negotiate.request import UserIdentity


def fit(
    kinds: Iterable[tuple[str, str]],
    targets: Callable[[str, str], tuple[str, ...]] | None = None,
    *,
    with_default: bool = False,
    called_ae: str = "ANY-SCP",
    calling_ae: str = "ASPROFILE",
    max_pdu: int = DEFAULT_MAX_PDU,
    user_identity: UserIdentity | None = None,
) -> tuple[AssociateRequest, ...]:
    """Requests with contexts for objects of these kinds, pairs of SOP class and transfer syntax.

    Each kind gets a context with its transfer syntax alone, so that the peer cannot prefer another one, and then one
    with the transfer syntaxes that ``targets`` says it can be converted to, if any. ``with_default`` adds Implicit VR
    Little Endian for each SOP class, which PS3.5 section 10.1 requires unless all objects are lossy; no object is sent
    in it just because of that. More than 128 contexts are spread over several requests, with the contexts of a SOP
    class in the same request, in the order of the classes. There is at least one request; without kinds it has no
    contexts and cannot be sent. Raises ProposalError as ``request.check``.
    """
    groups: list[list[tuple[str, tuple[str, ...]]]] = [[]]
    for contexts in _by_class(kinds, targets, with_default=with_default):
        if groups[-1] and len(groups[-1]) + len(contexts) > MAX_CONTEXTS:
            groups.append([])
        groups[-1] += contexts
    requests = tuple(
        AssociateRequest(
            called_ae=called_ae,
            calling_ae=calling_ae,
            contexts=tuple(ProposedContext(2 * i + 1, *context) for i, context in enumerate(group)),
            max_pdu=max_pdu,
            user_identity=user_identity,
        )
        for group in groups
    )
    for request in requests:
        check(request)
    return requests


def _by_class(
    kinds: Iterable[tuple[str, str]], targets: Callable[[str, str], tuple[str, ...]] | None, *, with_default: bool
) -> Iterable[list[tuple[str, tuple[str, ...]]]]:
    """The contexts of each SOP class, each once; a class with more contexts than fit into a request has several
    parts.
    """
    classes: dict[str, dict[tuple[str, ...], None]] = {}
    for sop_class, transfer_syntax in kinds:
        lists = classes.setdefault(sop_class, {})
        lists.setdefault((transfer_syntax,))
        others = targets(sop_class, transfer_syntax) if targets is not None else ()
        if others:
            lists.setdefault(others)
    for sop_class, lists in classes.items():
        if with_default:
            lists.setdefault((IMPLICIT_VR_LITTLE_ENDIAN,))
        contexts = [(sop_class, transfer_syntaxes) for transfer_syntaxes in lists]
        for start in range(0, len(contexts), MAX_CONTEXTS):
            yield contexts[start : start + MAX_CONTEXTS]
