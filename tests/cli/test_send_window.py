"""``asprofile send`` to a peer that takes several objects at a time: what is asked for, and what is said of it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, write_ct

from asprofile.net import dimse, wire
from asprofile.receive.engine import Receiver
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_until_release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Receiver(CT_PROFILE, inbox) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> str:
    folder = tmp_path / "objects"
    folder.mkdir()
    for number in range(3):
        write_ct(folder / f"{number}.dcm", f"1.2.3.{number}")
    return str(folder)


@pytest.mark.parametrize(("options", "granted"), [([], 128), (["--window", "5"], 5), (["--window", "1"], 1)])
def test_it_is_asked_for_and_said(
    run: Run, receiver: Receiver, folder: str, tmp_path: Path, options: list[str], granted: int
) -> None:
    peer = f"127.0.0.1:{receiver.port}"
    told = run("send", *options, "--json", peer, folder)
    assert (told.status, json.loads(told.out)["summary"]["window"]) == (0, granted)
    report = tmp_path / "report.txt"
    text = run("send", *options, "-v", "--report", str(report), peer, folder).err
    says = "no object before the last is answered" if granted == 1 else f"{granted} objects at a time"
    assert f"the peer took {says}\n" in text
    assert f"window:       {granted}\n" in report.read_text()


@pytest.mark.parametrize("value", ["0", "-1", "1025", "many"])
def test_no_window(run: Run, folder: str, value: str) -> None:
    found = run("send", "--window", value, "127.0.0.1:104", folder)
    assert (found.status, "--window" in found.err) == (2, True)


def test_the_storescu_drop_in_asks_for_none(
    run: Run, receiver: Receiver, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the real one."""
    said = []
    encode = wire.encode
    monkeypatch.setattr(wire, "encode", lambda pdu: said.append(pdu) or encode(pdu))
    found = run("storescu", "+sd", "127.0.0.1", str(receiver.port), folder)
    assert found.status == 0, found.err
    assert [pdu.window for pdu in said if hasattr(pdu, "contexts")] == [None]


# --- several associations


@pytest.mark.parametrize(("options", "count"), [([], 1), (["--associations", "auto"], 1), (["--associations", "1"], 1)])
def test_one_association_to_a_peer_on_this_machine(
    run: Run, receiver: Receiver, folder: str, options: list[str], count: int
) -> None:
    told = run("send", "--window", "1", *options, "--json", f"127.0.0.1:{receiver.port}", folder)
    assert (told.status, json.loads(told.out)["summary"]["at_once"]) == (0, count)


def test_the_summary_says_how_many(run: Run, folder: str) -> None:
    """Two that each have an object before either is answered."""
    both = threading.Barrier(2)

    def script(peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        both.wait(30)
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        store_until_release(peer)

    for number in range(3, 6):
        write_ct(Path(folder) / f"{number}.dcm", f"1.2.3.{number}")
    with ScriptedPeer(script, at_once=2) as peer:
        found = run("send", "--associations", "2", f"127.0.0.1:{peer.port}", folder)
    assert found.status == 0, found.err
    assert found.err.splitlines()[-1].endswith(" s over 2 associations")


@pytest.mark.parametrize("value", ["0", "65", "some", "-2", ""])
def test_no_number_of_associations(run: Run, folder: str, value: str) -> None:
    found = run("send", "--associations", value, "127.0.0.1:104", folder)
    assert found.status == 2
    assert "is not in the range from 1 to 64, nor auto" in found.err


@pytest.mark.parametrize("value", ["3", '"auto"'])
def test_the_settings_of_a_peer(run: Run, folder: str, receiver: Receiver, value: str, tmp_path: Path) -> None:
    settings = tmp_path / "asprofile.toml"
    settings.write_text(f'[peers.here]\naddress = "127.0.0.1:{receiver.port}"\nassociations = {value}\n')
    found = run("send", "--config", str(settings), "here", folder)
    assert found.status == 0, found.err
