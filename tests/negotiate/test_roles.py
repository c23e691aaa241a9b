"""Roles that were asked for and not granted: every proposal against every answer."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from factories import CT, IMPLICIT, profile

from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, ContextResult, RoleItem, propose
from asprofile.negotiate.roles import role_failure

if TYPE_CHECKING:
    from asprofile.model.words import Role

COMMITMENT = "1.2.840.10008.1.20.1"
ROLES: dict[Role, tuple[bool, bool]] = {"scu": (True, False), "scp": (False, True), "both": (True, True)}


@pytest.mark.parametrize("sop_class", [CT, COMMITMENT])
@pytest.mark.parametrize(("proposed", "granted"), list(product(ROLES, [None, *product([False, True], repeat=2)])))
def test_what_is_missing(proposed: Role, granted: tuple[bool, bool] | None, sop_class: str) -> None:
    request = propose(profile((sop_class, (IMPLICIT,)), roles={sop_class: proposed}))
    roles = () if granted is None else (RoleItem(sop_class, *granted),)
    negotiation = negotiated(request, AssociateAccept("A", "B", (ContextResult(1, 0, IMPLICIT),), roles))
    text = role_failure(negotiation, negotiation.contexts[0])
    wanted, has = ROLES[proposed], granted or (True, False)
    missing = [name for name, one, other in zip(("SCU", "SCP"), wanted, has, strict=True) if one and not other]
    assert bool(text) == bool(missing)
    if missing:
        assert text.startswith(f"role {' and '.join(missing)} was asked for and not granted")
        assert ("does not mention roles" in text) == (granted is None)
        assert ("C-GET brings nothing" in text) == (sop_class == CT and "SCP" in missing)


def test_none_where_nothing_is_asked_for_or_nothing_accepted() -> None:
    request = propose(profile((CT, (IMPLICIT,))))
    negotiation = negotiated(request, AssociateAccept("A", "B", (ContextResult(1, 0, IMPLICIT),)))
    assert role_failure(negotiation, negotiation.contexts[0]) == ""
    request = propose(profile((CT, (IMPLICIT,)), roles={CT: "scp"}))
    negotiation = negotiated(request, AssociateAccept("A", "B", (ContextResult(1, 3, IMPLICIT),)))
    assert role_failure(negotiation, negotiation.contexts[0]) == ""
