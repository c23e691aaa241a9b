"""``asprofile.drift``: two probes of a peer, from memory or from files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from factories import CT

import asprofile

if TYPE_CHECKING:
    from pathlib import Path

EXPLICIT, JPEG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50"


def probed(folder: Path, *accepted: str) -> asprofile.ProbeOutcome:
    """What an acceptor says that takes CT with these transfer syntaxes."""
    lists = "".join(f"TransferSyntax{n} = {uid}\n" for n, uid in enumerate(accepted, 1))
    profile = f"""[[TransferSyntaxes]]
[T]
{lists}[[PresentationContexts]]
[C]
PresentationContext1 = {CT}\\T
[[Profiles]]
[P]
PresentationContexts = C
"""
    with asprofile.receive(profile.encode(), folder / "in") as receiving:
        return asprofile.probe(receiving.address, sop=CT, ts=(EXPLICIT, JPEG), order=False, rate=0)


def test_what_differs(tmp_path: Path) -> None:
    before, now = probed(tmp_path, EXPLICIT), probed(tmp_path, JPEG)
    files = []
    for name, one in (("before.json", before), ("now.json", now)):
        (tmp_path / name).write_text(json.dumps(one.as_json()))
        files.append(tmp_path / name)
    for first, second in ((before, now), (files[0], now), (str(files[0]), files[1])):
        found = asprofile.drift(first, second)
        assert found.drift is not None
        assert [(one.sop_class, one.transfer_syntax) for one in found.drift.lost] == [(CT, EXPLICIT)]
        assert [(one.sop_class, one.transfer_syntax) for one in found.drift.gained] == [(CT, JPEG)]
        assert (found.status, found.drift.compared) == (1, 2)
        assert found.as_json()["status"] == "differs"
    assert asprofile.drift(files[1], now).status == 0


def test_nobody_is_there_now(tmp_path: Path) -> None:
    before = probed(tmp_path, EXPLICIT)
    away = asprofile.probe("127.0.0.1:1", sop=CT, ts=EXPLICIT, order=False, retries=0, rate=0)
    assert asprofile.drift(before, away).status == 2
    with pytest.raises(asprofile.ConfigurationError, match="had no association"):
        asprofile.drift(away, before)


def test_what_is_no_probe_of_pairs(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(asprofile.AsprofileError, match=r"x\.json: not what"):
        asprofile.drift(tmp_path / "x.json", tmp_path / "x.json")
    of_profile = asprofile.probe("127.0.0.1:1", "CT", retries=0)
    with pytest.raises(asprofile.ConfigurationError, match="probe of a profile"):
        asprofile.drift(of_profile, of_profile)
