"""Programs that are not here, as their public source has them: which transfer syntax, which role, which SOP class."""

from __future__ import annotations

from typing import Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile

from asprofile.negotiate.acceptors import acceptors
from asprofile.negotiate.acceptors.acceptor import Accepting
from asprofile.negotiate.request import AssociateRequest, ProposedContext, RoleItem

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
STORAGE_SERVICE = "1.2.840.10008.4.2"
BOTH = profile((CT, (IMPLICIT, EXPLICIT)), (MR, (JPEG_LOSSLESS,)), roles={CT: "both"})


def answered(program: str, *contexts: tuple[str, tuple[str, ...]], roles: Any = (), related: Any = None) -> Any:
    """Result and transfer syntax of each context, and the roles."""
    proposed = tuple(ProposedContext(2 * place + 1, *context) for place, context in enumerate(contexts))
    request = AssociateRequest("A", "B", proposed, roles=tuple(RoleItem(*role) for role in roles))
    found = acceptors()[program].answer(request, Accepting(BOTH, "3.7.0", related=related or {}))
    results = [(one.result, one.transfer_syntax if one.accepted else "") for one in found.results]
    return results, [(role.sop_class, role.scu, role.scp) for role in found.roles]


@pytest.mark.parametrize("program", ["dcm4che", "conquest", "orthanc"])
def test_the_first_of_the_proposal_is_taken(program: str) -> None:
    assert answered(program, (CT, (EXPLICIT, IMPLICIT)), (CT, (IMPLICIT, EXPLICIT)))[0] == [
        (0, EXPLICIT),
        (0, IMPLICIT),
    ]


@pytest.mark.parametrize("program", ["dcmtk", "pynetdicom"])
def test_the_first_of_the_acceptor_is_taken(program: str) -> None:
    assert answered(program, (CT, (EXPLICIT, IMPLICIT)))[0] == [(0, IMPLICIT)]


def test_conquest_has_one_list_of_transfer_syntaxes_for_all() -> None:
    found, roles = answered("conquest", (CT, (JPEG_LOSSLESS,)), (VERIFICATION, (IMPLICIT,)), roles=[(CT, False, True)])
    assert found == [(0, JPEG_LOSSLESS), (3, "")]
    assert roles == [(CT, False, True)]


def test_orthanc_refuses_a_transfer_syntax_as_if_it_were_the_class() -> None:
    assert answered("orthanc", (CT, (JPEG_LOSSLESS,)), (VERIFICATION, (JPEG_LOSSLESS,)))[0] == [(3, ""), (4, "")]


def test_dcm4che_grants_the_roles_of_its_capabilities() -> None:
    wanted = [(CT, True, True), (MR, False, True)]
    found, roles = answered("dcm4che", (CT, (IMPLICIT,)), (MR, (JPEG_LOSSLESS,)), roles=wanted)
    assert found == [(0, IMPLICIT), (3, "")]
    assert roles == [(CT, True, True), (MR, False, False)]


def test_dcm4che_takes_what_a_related_general_sop_class_has() -> None:
    context = (ENHANCED_CT, (EXPLICIT,))
    assert answered("dcm4che", context)[0] == [(3, "")]
    related = {ENHANCED_CT: (CT, STORAGE_SERVICE)}
    assert answered("dcm4che", context, related=related)[0] == [(0, EXPLICIT)]
    assert answered("conquest", context, related=related)[0] == [(3, "")]


def test_every_program_says_what_it_chooses_and_whether_that_is_proven() -> None:
    assert {name for name, one in acceptors().items() if one.proven} == {"dcmtk", "orthanc-1.10", "pynetdicom"}
    assert all(name == one.name and one.title and one.chooses for name, one in acceptors().items())
