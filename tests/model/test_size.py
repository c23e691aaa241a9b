from __future__ import annotations

import pytest

from asprofile.model import size
from asprofile.model.config import Profile
from asprofile.model.loader import load
from asprofile.negotiate.request import encoded_size, propose

HEAD = "[[TransferSyntaxes]]\n[T]\n"
# What DCMTK says of itself, in the lengths of all its releases.
DCMTK = {"implementation_class_uid": "1.2.276.0.7230010.3.0.3.6.7", "implementation_version_name": "OFFIS_DCMTK_367"}


def profile(syntaxes: list[str], classes: list[str], more: str = "") -> Profile:
    text = HEAD + "".join(f"TransferSyntax{n} = {uid}\n" for n, uid in enumerate(syntaxes, start=1))
    text += "[[PresentationContexts]]\n[C]\n"
    text += "".join(f"PresentationContext{n} = {uid}\\T\n" for n, uid in enumerate(classes, start=1))
    return load((text + "[[Profiles]]\n[P]\nPresentationContexts = C\n" + more).encode()).use("P")


def test_the_smallest_echo_of_dcmtk() -> None:
    assert size.associate_request(profile(["LittleEndianImplicit"], ["VerificationSOPClass"])) == 211


ROLES = "SCPSCURoleSelection = R\n"
EXTENDED = "ExtendedNegotiation = E\n"
LISTS = (
    "[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\BOTH\nRole2 = MRImageStorage\\SCU\n"
    "[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\020003000000\n"
)


@pytest.mark.parametrize(
    ("classes", "more"),
    [
        (["CTImageStorage"], ""),
        (["CTImageStorage", "MRImageStorage", "CTImageStorage"], ROLES + EXTENDED + LISTS),
        (["CTImageStorage", "MRImageStorage"], ROLES + LISTS),
        (["1." + "2" * 80], ""),  # cut to 64 characters on the wire
        ([f"1.2.{number}" for number in range(128)], ""),
    ],
)
def test_it_is_the_size_of_what_negotiation_proposes(classes: list[str], more: str) -> None:
    found = profile(["LittleEndianExplicit", "1.2." + "3" * 70], classes, more)
    assert size.associate_request(found) == encoded_size(propose(found, **DCMTK))  # type: ignore[arg-type]


def test_items_count_their_header() -> None:
    # 20H: 4 and 4 of ID and reserved bytes; 30H and 40H: 4 and the UID.
    assert size.context_item("1.2.3", ["1.2", "1.2.840"]) == 8 + 4 + 5 + 4 + 3 + 4 + 7
    assert size.user_information_item(profile(["1.2"], ["1.3"])) == 62
