"""Contexts for given objects."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR

from asprofile.errors import ProposalError
from asprofile.negotiate.fitting import fit
from asprofile.negotiate.request import ProposedContext


def test_a_context_for_each_kind_classes_together():
    (request,) = fit([(CT, EXPLICIT), (MR, IMPLICIT), (CT, JPEG_LOSSLESS), (CT, EXPLICIT)], called_ae="PACS")
    assert request.called_ae == "PACS"
    assert request.contexts == (
        ProposedContext(1, CT, (EXPLICIT,)),
        ProposedContext(3, CT, (JPEG_LOSSLESS,)),
        ProposedContext(5, MR, (IMPLICIT,)),
    )


def test_targets_stand_behind_in_a_context_of_their_own():
    def targets(_: str, transfer_syntax: str) -> tuple[str, ...]:
        return (EXPLICIT, IMPLICIT) if transfer_syntax == JPEG_LOSSLESS else ()

    (request,) = fit([(CT, JPEG_LOSSLESS), (CT, EXPLICIT)], targets)
    assert [context.transfer_syntaxes for context in request.contexts] == [
        (JPEG_LOSSLESS,),
        (EXPLICIT, IMPLICIT),
        (EXPLICIT,),
    ]


def test_the_default_transfer_syntax_once_for_each_class():
    (request,) = fit([(CT, JPEG_LOSSLESS), (MR, IMPLICIT)], with_default=True)
    assert [(context.abstract_syntax, context.transfer_syntaxes) for context in request.contexts] == [
        (CT, (JPEG_LOSSLESS,)),
        (CT, (IMPLICIT,)),
        (MR, (IMPLICIT,)),
    ]


@pytest.mark.parametrize(("classes", "expected"), [(128, [128]), (129, [128, 1]), (300, [128, 128, 44])])
def test_more_than_a_request_has_room_for(classes, expected):
    requests = fit((f"1.2.{number}", EXPLICIT) for number in range(classes))
    assert [len(request.contexts) for request in requests] == expected
    assert [context.id for context in requests[-1].contexts] == list(range(1, 2 * expected[-1], 2))


def test_the_contexts_of_a_class_stay_together():
    kinds = [(f"1.2.{number}", syntax) for number in range(50) for syntax in ("1.1", "1.2", "1.3")]
    requests = fit(kinds)
    assert [len(request.contexts) for request in requests] == [126, 24]


def test_a_class_with_more_than_that_is_split():
    requests = fit((CT, f"1.2.{number}") for number in range(200))
    assert [len(request.contexts) for request in requests] == [128, 72]


def test_nothing_to_send_is_a_request_without_contexts():
    assert [request.contexts for request in fit([])] == [()]


def test_what_cannot_be_said():
    with pytest.raises(ProposalError, match="called AE title"):
        fit([(CT, EXPLICIT)], called_ae="a title of more than sixteen characters")
