"""What ``asprofile storescu`` says of files that are broken, beside the storescu that is installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from broken_files import BIG, DEFLATED, EXPLICIT, IMPLICIT, JPEG, broken_files
from storescu_peer import Peer
from storescu_real import Said, ours, real, release

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.peer

ASKED = "3.6.7"
"""Of this release the numbers and words are known to be ours; of others it is asked what is refused, and as what."""

WRONG_LENGTH = "DCMTK goes on to the end of the item, and writes a right length; who trusts the length reads nonsense"
DROPS = "DCMTK stops reading there, and what follows is lost"
GROUP_LENGTH = "DCMTK goes by the group length, and takes the data set for the header or the header for the data set"
ZEROS = "DCMTK sends the zeros as an element (0000,0000)"
LAST_BYTE = "DCMTK sends what has all its elements, although its end is missing"

OTHERWISE = {
    **{f"{name}, item longer than its sequence": WRONG_LENGTH for name in ("explicit", "implicit", "big endian")},
    **{f"{name}, end of an item": DROPS for name in ("explicit", "implicit", "big endian")},
    "header without a transfer syntax": GROUP_LENGTH,
    "header with a group length that is too small": GROUP_LENGTH,
    "header with a group length that is too large": GROUP_LENGTH,
    "8 zeros after it": ZEROS,
    "512 zeros after it": ZEROS,
    "trailing padding and zeros": ZEROS,
    "deflated, the last 1 bytes missing": LAST_BYTE,
}
"""Where we differ from DCMTK 3.6.7, and why."""

LEFT_OUT = re.compile(r"big endian, (?!cut in|item longer|end of)|deflated, the last (?!1 |2 )")
"""What is the same in another encoding; and of what is deflated, what depends on how zlib fills DCMTK's buffers."""

ASKED_ABOUT = [name for name in broken_files() if not LEFT_OUT.match(name)]


def verdict(said: Said) -> tuple[object, ...]:
    """Exit status, whether the file is called bad, and DCMTK's number and words for why."""
    last = re.findall(r"Store SCU Failed: ([0-9a-f]{4}:[0-9a-f]{4}) (.*)", said.err)
    why = [(number, "" if number == "0001:0010" else text) for number, text in last]  # zlib has words of its own
    bad = "E: Bad DICOM file: " in said.err
    return (said.status, bad, why) if release() == ASKED else (said.status, bad)


@pytest.mark.parametrize("name", ASKED_ABOUT)
def test_a_broken_file_has_the_same_status_and_condition(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.dcm").write_bytes(broken_files()[name])
    found = []
    for program in (real, ours):
        with Peer(take=(EXPLICIT, IMPLICIT, BIG, JPEG, DEFLATED)) as peer:
            said = program("127.0.0.1", str(peer.port), str(tmp_path / "a.dcm"))
        sent = [len(data) for heard in peer.heard for data in heard.data_sets]
        found.append((verdict(said), sent))
    if name not in OTHERWISE:
        assert found[1] == found[0]
    elif release() == ASKED:
        assert found[1] != found[0], f"no more: {OTHERWISE[name]}"


def test_enough_is_asked() -> None:
    assert len(set(ASKED_ABOUT) - OTHERWISE.keys()) > 100
    assert OTHERWISE.keys() <= broken_files().keys()
