"""The conditions of releases that are not installed; ``test_storescu_status`` asks the one that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from storescu_real import ours

FILE = (
    "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n"
    "[[PresentationContexts]]\n[P]\nPresentationContext1 = CTImageStorage\\U\n"
    "[[Profiles]]\n[D]\nPresentationContexts = P\nExtendedNegotiation = N o\n"
)
EMPTY = FILE.replace("\\U", "\\")


@pytest.mark.parametrize(
    ("release", "text", "said"),
    [
        ("3.6.0", FILE, "extended negotation key undefined: NO"),
        ("3.6.2", FILE, "extended negotiation key undefined: NO"),
        ("3.7.0", FILE, "extended negotiation key undefined: NO"),
        ("3.6.0", EMPTY, "transfer syntax key undefined: "),
        ("3.7.0", EMPTY, "transfer syntax key undefined: "),
    ],
)
def test_words_of_other_releases(tmp_path: Path, release: str, text: str, said: str) -> None:
    (tmp_path / "a.cfg").write_text(text)
    (tmp_path / "ct.dcm").write_bytes(b"")
    run = ours("-xf", str(tmp_path / "a.cfg"), "D", "localhost", "104", str(tmp_path / "ct.dcm"), as_release=release)
    assert run.err.splitlines()[-1] == f"E: reading config file: {said}"
    assert run.status == 1
