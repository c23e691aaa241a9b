"""AP801: extended negotiation of a Storage SOP class that has not the form of the standard."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ExtendedNegotiation
from asprofile.text import Edit

_BYTES = (
    "the level of support",
    "reserved",
    "the digital signature support level",
    "reserved",
    "element coercion",
    "reserved",
)


def check(subject: Subject) -> Iterator[Hit]:
    for _, item in extended.items(subject, "storage"):
        if not extended.is_storage(item.data):
            yield Hit(item.data_span, _message(item.data), _fix(item))


def _message(data: bytes) -> str:
    if len(data) != len(_BYTES):
        return (
            f"{len(data)} byte{'s' * (len(data) != 1)} for a Storage SOP class, which has 6: "
            "level, 00, signature level, 00, coercion, 00; peers may refuse the association"
        )
    number = next(number for number, most in enumerate(extended.STORAGE_MOST) if data[number] > most)
    most = extended.STORAGE_MOST[number]
    wanted = f"00 to {most:02}" if most else "00"
    return f"byte {number + 1} ({_BYTES[number]}) is {data[number]:02X}, and the standard allows {wanted} only"


def _fix(item: ExtendedNegotiation) -> Fix | None:
    cleared = bytes(0 if number in (1, 3, 5) else byte for number, byte in enumerate(item.data))
    if not extended.is_storage(cleared):
        return None
    return Fix("clear the reserved bytes", (Edit(item.data_span, cleared.hex().upper().encode()),), safe=False)


RULE = Rule(
    code="AP801",
    name="storage-extended-form",
    severity="error",
    summary="Extended negotiation of a Storage SOP class does not have the form that the standard defines",
    why="""\
DCMTK sends the bytes as they are and checks only the hexadecimal digits. For Storage SOP classes the standard defines
six bytes:

| byte | what | values |
| --- | --- | --- |
| 1 | level of support | 00, 01, 02: SCP of that level; 03: SCU only |
| 3 | digital signature support level | 00 none, 01 to 03 |
| 5 | element coercion | 00: does not coerce; 01: may coerce; 02: SCU only |
| 2, 4, 6 | reserved | 00 |

A storage SCU without special needs sends `030000000200`, which is the same as sending nothing; a level 2 SCP that keeps
signatures and does not coerce sends `020003000000`.
""",
    reference="PS3.4 B.3.1, Table B.3-1",
    examples=(
        Example(
            frame="extended negotiation",
            bad="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\0200030000
""",
            good="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020003000000
""",
            at="0200030000",
            fixed=False,
        ),
        Example(
            frame="extended negotiation",
            bad="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020103000000
""",
            good="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020003000000
""",
            at="020103000000",
        ),
    ),
    check=check,
)
