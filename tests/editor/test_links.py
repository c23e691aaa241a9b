"""Where UIDs, names and codes lead."""

from __future__ import annotations

from asprofile.editor.links import links
from asprofile.editor.opened import OpenFile
from asprofile.text import Source


def found(text: str) -> dict[str, str]:
    data = text.encode()
    return {data[slice(*link.span)].decode(): link.target for link in links(OpenFile(Source(data)))}


def test_uids_names_and_codes(plain: str) -> None:
    text = "# asprofile: ignore-file[AP602, AP2, XY1] why\n" + plain
    targets = found(text)
    assert targets["CTImageStorage"].endswith("/part04/sect_B.5.html")
    assert targets["1.2.840.10008.5.1.4.1.1.7"].endswith("/part04/sect_B.5.html")
    assert targets["JPEGBaseline"].endswith("/part06/chapter_A.html")
    assert targets["VerificationSOPClass"].endswith("/part06/chapter_A.html")
    assert targets["AP602"].endswith("/rules/ap602/")
    assert targets["AP2"].endswith("/rules/")
    assert "XY1" not in targets


def test_what_is_not_known_leads_nowhere(plain: str) -> None:
    text = plain.replace("CTImageStorage", "1.3.46.670589.2.3.1.1").replace("JPEGBaseline", "NoSuchThing")
    assert not {"1.3.46.670589.2.3.1.1", "NoSuchThing"} & found(text).keys()
