"""What is said of refusals: what the peer took, what its answer can mean, and which conversion is offered."""

from __future__ import annotations

from itertools import product

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, profile

from asprofile.negotiate.advice import Adviser, Conversion, NoContext
from asprofile.negotiate.choose import choose, plan
from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, ContextResult, RoleItem, propose

HTJ2K, JPEG_XL, MPEG4 = (f"1.2.840.10008.1.2.4.{end}" for end in ("201", "110", "102"))
UNCOMPRESSED = (EXPLICIT, IMPLICIT)


def conversions(transfer_syntax):
    if transfer_syntax in UNCOMPRESSED:
        return (Conversion("--convert uncompressed", tuple(uid for uid in UNCOMPRESSED if uid != transfer_syntax)),)
    if transfer_syntax in (HTJ2K, JPEG_LOSSLESS):
        return (Conversion("--convert lossless", UNCOMPRESSED, "pip install x" if transfer_syntax == HTJ2K else ""),)
    return ()


def refusal(contexts, results, syntax, roles=(), **known):
    request = propose(profile(*((CT, syntaxes) for syntaxes in contexts), roles={CT: "both"} if roles else {}))
    items = tuple(ContextResult(2 * place + 1, *result) for place, result in enumerate(results))
    negotiation = negotiated(request, AssociateAccept("A", "B", items, roles))
    found = choose(negotiation, CT, syntax, adviser=Adviser(conversions, **known))
    assert isinstance(found, NoContext)
    return found


def test_an_unsupported_class_that_was_taken_is_a_transfer_syntax():
    found = refusal([(JPEG_LOSSLESS,), (EXPLICIT,)], [(3, ""), (0, EXPLICIT)], JPEG_LOSSLESS)
    assert "it took this SOP class with Explicit VR Little Endian, so that it means the transfer syntax" in found.reason
    assert found.way_out.startswith("send with --convert lossless: it then goes with Explicit VR Little Endian; or ")
    assert "enable storage" not in found.way_out


def test_a_codec_that_is_not_there_is_named():
    found = refusal([(HTJ2K,), (EXPLICIT,)], [(3, ""), (0, EXPLICIT)], HTJ2K)
    assert "(which needs a codec: pip install x)" in found.way_out


@pytest.mark.parametrize("syntax", [JPEG_XL, MPEG4])
def test_nothing_is_offered_that_cannot_be_decoded(syntax):
    for result, fitted in product(range(1, 5), (False, True)):
        for contexts, results in (
            ([(syntax,), UNCOMPRESSED], [(result, ""), (0, EXPLICIT)]),
            ([(syntax,)], [(result, "")]),
        ):
            found = refusal(contexts, results, syntax, fitted=fitted)
            assert "--convert" not in found.way_out
            other = "another program has to convert it" in found.way_out
            assert other == (syntax == JPEG_XL and len(contexts) == 2)


@pytest.mark.parametrize("result", range(1, 6))
@pytest.mark.parametrize("taken", [EXPLICIT, IMPLICIT, JPEG_LOSSLESS, None])
@pytest.mark.parametrize("syntax", [HTJ2K, EXPLICIT])
def test_offered_only_where_the_peer_took_what_it_makes(syntax, taken, result):
    if taken == syntax:
        return
    other = taken or IMPLICIT
    found = refusal([(syntax,), (other,)], [(result, ""), (0, taken) if taken else (result, "")], syntax)
    made = taken in conversions(syntax)[0].targets
    if made:
        assert found.conversion == conversions(syntax)[0]
    else:
        assert found.conversion is None
        assert "--convert" not in found.way_out
    assert ("it took this SOP class" in found.reason) == bool(taken)


def test_where_the_role_is_missing_nothing_can_go_converted_either():
    found = refusal([(HTJ2K,), (EXPLICIT,)], [(3, ""), (0, EXPLICIT)], HTJ2K, roles=(RoleItem(CT, False, True),))
    assert found.conversion is None


@pytest.mark.parametrize(
    ("contexts", "literal", "ambiguous"),
    [
        ([(JPEG_LOSSLESS,)], False, True),
        ([(JPEG_LOSSLESS,), (EXPLICIT,)], False, True),  # Implicit alone has to be taken by everybody
        ([(JPEG_LOSSLESS,), (IMPLICIT,)], False, False),
        ([(JPEG_LOSSLESS,)], True, False),
    ],
)
def test_where_it_is_not_known_both_are_named(contexts, literal, ambiguous):
    found = refusal(contexts, [(3, "")] * len(contexts), JPEG_LOSSLESS, literal=literal)
    assert ("the SOP class or the transfer syntax" in found.reason) == ambiguous
    assert ("or JPEG Lossless" in found.way_out) == ambiguous
    assert f"enable storage of {CT}" in found.way_out


def test_what_was_not_asked_for_may_be_tried():
    with_objects = refusal([(JPEG_LOSSLESS,)], [(3, "")], JPEG_LOSSLESS, fitted=True)
    assert with_objects.way_out.startswith("try --convert lossless: it is then proposed uncompressed, too")
    with_profile = refusal([(JPEG_LOSSLESS,)], [(3, "")], JPEG_LOSSLESS)
    assert with_profile.way_out.startswith("propose the SOP class uncompressed, too")


def test_a_profile_that_has_no_context_for_it():
    request = propose(profile((CT, (EXPLICIT,)), (MR, (HTJ2K,))))
    found = plan(request, CT, JPEG_LOSSLESS, adviser=Adviser(conversions))
    assert isinstance(found, NoContext)
    assert found.way_out.startswith("send with --convert lossless: it then goes with Explicit VR Little Endian, if the")
    none = plan(request, MR, JPEG_LOSSLESS, adviser=Adviser(conversions))
    assert isinstance(none, NoContext)
    assert none.conversion is None
    assert "convert" not in none.way_out


def test_another_transfer_syntax_was_preferred():
    found = refusal([(HTJ2K, EXPLICIT)], [(0, EXPLICIT)], HTJ2K)
    assert found.way_out.startswith("send with --convert lossless: it then goes with Explicit VR Little Endian")


def test_a_conversion_that_does_not_do():
    found = refusal([(JPEG_LOSSLESS,), (EXPLICIT,)], [(3, ""), (0, EXPLICIT)], JPEG_LOSSLESS)
    other = found.not_converted("is broken")
    assert other.way_out.startswith("enable JPEG Lossless")
    assert other.way_out.endswith("(--convert lossless does not help here: it is broken)")
    assert other.conversion is None


def test_one_option_for_all_that_was_refused():
    """That of the highest degree does what the others do; what none is for is named."""

    def by_degree(syntax):
        found = conversions(syntax)
        return tuple(Conversion(one.option, one.targets, one.installing, "ul".index(one.option[10])) for one in found)

    adviser = Adviser(by_degree)
    assert adviser.converted_all((IMPLICIT, JPEG_LOSSLESS), (EXPLICIT,)) == (
        "send with --convert lossless: it then goes with Explicit VR Little Endian"
    )
    assert adviser.converted_all((JPEG_LOSSLESS, JPEG_XL), (EXPLICIT,)).endswith(
        ", but for objects in JPEG XL Lossless"
    )
    assert "pip install x" in adviser.converted_all((JPEG_LOSSLESS, HTJ2K), (EXPLICIT,))
    assert adviser.converted_all((MPEG4,), (EXPLICIT,)) == adviser.converted_all((JPEG_LOSSLESS,), (MPEG4,)) == ""
