"""Real acceptors read what is sent although it was odd in its file, and never get what is not whole."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from made_data_sets import BIG, DEFLATED, EXPLICIT, IMPLICIT, encoded, padded, part10, rich
from programs import need

from asprofile.negotiate.fitting import fit
from asprofile.objects.scan import scan
from asprofile.send.engine import Outcome, send
from asprofile.send.peer import Peer
from asprofile.send.survey import Survey

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.peer


def write(directory: Path) -> tuple[int, int]:
    """Objects in every encoding, odd in many ways; how many can be sent, and how many not."""
    directory.mkdir()
    good = bad = 0
    for syntax in (IMPLICIT, EXPLICIT, BIG, DEFLATED):
        for number, (more, behind, cut) in enumerate(
            (
                (b"", b"", 0),
                (b"abc", b"", 0),  # an odd value
                (b"ab", bytes(9), 0),  # zeros behind the last element
                (b"ab", b"", 3),
            )
        ):
            if syntax == DEFLATED and behind:
                continue
            uid = f"1.2.3.{number}.{len(syntax)}.{good + bad}"
            elements = [one for one in rich(undefined=number == 1) if one[0] != 0x00080018]
            elements += [(0x00080018, "UI", padded(uid)), (0xFFFCFFFC, "OB", more)]
            data = encoded(sorted(elements, key=lambda one: one[0]), syntax)
            path = directory / f"{syntax}-{number}.dcm"
            path.write_bytes(part10(data[: len(data) - cut] + behind, syntax, instance=uid))
            good, bad = good + (not cut), bad + bool(cut)
    return good, bad


def sent(directory: Path, port: int) -> list[Outcome]:
    survey = Survey(lambda: scan([directory]))
    report = send(fit(survey.kinds), survey.items(), Peer("127.0.0.1", port))
    assert report.error is None
    return [result.outcome for result in report.results]


@pytest.mark.parametrize("preserving", [True, False])
def test_storescp_reads_what_is_sent(storescp, tmp_path, preserving):
    good, bad = write(tmp_path / "objects")
    server = storescp("+xa", *(() if preserving else ("-B",)))
    outcomes = sent(tmp_path / "objects", server.port)
    assert (outcomes.count(Outcome.STORED), outcomes.count(Outcome.REFUSED)) == (good, bad)
    stored = [path for path in server.directory.iterdir() if path.is_file()]
    assert len(stored) == good
    dcmdump = need("dcmdump", "dcmtk")
    done = subprocess.run([dcmdump, "-q", *stored], check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_orthanc_takes_what_is_sent(orthanc, tmp_path):
    good, bad = write(tmp_path / "objects")
    outcomes = sent(tmp_path / "objects", orthanc.port)
    assert (outcomes.count(Outcome.STORED), outcomes.count(Outcome.REFUSED)) == (good, bad)
