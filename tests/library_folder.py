"""The files that the examples of the library speak of: profiles, objects, and an archive that takes what is sent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import asprofile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARCHIVE = "127.0.0.1:11112"
"""Where the archive listens in the examples."""

CT = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[[PresentationContexts]]
[CT]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed

[[Profiles]]
[Scanner]
PresentationContexts = CT
"""
FILES = {
    "ct.cfg": CT,
    "mr.cfg": CT.replace("[CT]", "[MR]").replace("CTImage", "MRImage").replace("Scanner", "MR").replace("= CT", "= MR"),
    "slips.cfg": CT.replace("TransferSyntax2", "TransferSyntax3"),
}


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)


@contextmanager
def archive(folder: Path) -> Iterator[str]:
    """Objects in ``study/``, and the address of an archive that stores them."""
    from asprofile.objects.demo import make_demo_objects

    make_demo_objects(folder / "study")
    with asprofile.receive(CT.encode(), folder / "inbox") as receiving:
        yield receiving.address
