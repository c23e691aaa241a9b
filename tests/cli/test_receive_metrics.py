"""``asprofile receive --metrics``: a real scrape of a real process."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, write_ct
from prometheus_client.parser import text_string_to_metric_families
from running_receiver import LIMIT, Running

from asprofile.negotiate.request import propose
from asprofile.objects.scan import scan
from asprofile.send.engine import send
from asprofile.send.peer import Peer

if TYPE_CHECKING:
    from conftest import Result

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has no signals for others")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Running]]:
    monkeypatch.chdir(tmp_path)
    running: list[Running] = []

    def begin(*arguments: str) -> Running:
        running.append(Running(*arguments))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.communicate()


def scraped(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=LIMIT) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = answer.read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name + "".join(sample.labels.values()): sample.value for sample in samples}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_one_view_of_all(start: Callable[..., Running], tmp_path: Path, processes: str) -> None:
    objects = [write_ct(tmp_path / f"{number}.dcm", f"1.2.3.{number}") for number in range(3)]
    running = start("--processes", processes, "--metrics", "0")
    url = str(running.begun["metrics"])
    assert url.startswith("http://127.0.0.1:") and url.endswith("/metrics")
    # Some that never ask are in nobody's way.
    address = ("127.0.0.1", int(url.split(":")[2].split("/")[0]))
    with contextlib.ExitStack() as idle:
        for _ in range(40):
            idle.enter_context(socket.create_connection(address, timeout=LIMIT))
        for _ in range(2):
            request = propose(CT_PROFILE, calling_ae="ME", called_ae="YOU")
            assert send(request, scan(objects), Peer("127.0.0.1", running.port)).all_stored
            running.until("end")
        found = scraped(url)
    name = "asprofile_receive_"
    assert found[f"{name}objects_stored_totalnew"] == found[f"{name}objects_stored_totalsame"] == 3
    assert found[f"{name}associations_accepted_total"] == found[f"{name}connections_ended_totalreleased"] == 2
    assert found[f"{name}bytes_total"] == sum(one["bytes"] for one in running.events if one["event"] == "stored")
    assert found[f"{name}object_seconds_count"] == 6
    assert (found[f"{name}associations_open"], found[f"{name}associations_limit"]) == (0, 64)
    running.process.send_signal(signal.SIGTERM)
    assert running.end()[0] == 0
    with pytest.raises(OSError):
        socket.create_connection(address, timeout=LIMIT)


def test_a_port_that_is_taken(run: Callable[..., Result], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("receive", "127.0.0.1:0", "--into", str(tmp_path / "a"), "--metrics", str(port))
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"asprofile: --metrics: cannot listen on 127.0.0.1:{port}: address already in use")


@pytest.mark.parametrize("text", ["x", "A@1", "99999", "-1", ""])
def test_no_address(run: Callable[..., Result], tmp_path: Path, text: str) -> None:
    result = run("receive", "127.0.0.1:0", "--into", str(tmp_path / "a"), "--metrics", text)
    assert (result.status, result.out) == (2, "")
    assert (
        result.err == f"asprofile: --metrics: {text!r} is no address: write [HOST:]PORT, an IPv6 address in brackets\n"
    )


def test_without_the_package(run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    result = run("receive", "127.0.0.1:0", "--into", str(tmp_path / "a"), "--metrics", "0")
    assert result.status == 2
    assert result.err.endswith("not installed: pip install 'dicom-asprofile[metrics]'\n")
