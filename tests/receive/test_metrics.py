"""What a receiver counts, as Prometheus itself reads it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import AssociateRequest
from asprofile.receive import metrics as metrics_module
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationRequested,
    NotStored,
    ProcessEnded,
    Received,
    ReceiveEvent,
    RequestRejected,
)
from asprofile.receive.metrics import ReceiveMetrics

WHO = ("127.0.0.1:1", "ME", "YOU")
OBJECT = ("1.2", "1.2.3", "1.2.840.10008.1.2", "ME", "YOU", 100)


def counted(metrics: ReceiveMetrics) -> dict[str, float]:
    """Each sample by its name and what is in braces."""
    found = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
            found[sample.name.removeprefix("asprofile_receive_") + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


def ended(number: int, ending: str) -> AssociationEnded:
    return AssociationEnded(number, *WHO, ending, "", 0, 0, 0, 0.0)  # type: ignore[arg-type]


def request() -> AssociateRequest:
    return AssociateRequest("ME", "YOU", ())


EVENTS: list[ReceiveEvent] = [
    AssociationRequested(1, *WHO, request()),
    AssociationAccepted(1, *WHO, 1, 1),
    Received("/a", *OBJECT, seconds=0.02),
    Received("/a", *OBJECT, placing="same", seconds=400.0),
    NotStored(*OBJECT, status=0xA700, reason="full"),
    NotStored(*OBJECT, status=0, reason="lost"),
    AssociationRequested(2, *WHO, request()),
    RequestRejected(2, *WHO, 1, 1, 7, 'it called the AE title \n"X\\, which is not ours'),
    ended(2, "rejected"),
    AssociationRequested(3, *WHO, request()),
    AssociationAccepted(3, *WHO, 1, 1),
    ProcessEnded(77, "ended by signal 9", 1),
    ended(3, "failed"),
]


def test_everything_is_counted(tmp_path: Path) -> None:
    metrics = ReceiveMetrics(str(tmp_path), limit=64, min_free=1000)
    for event in EVENTS:
        metrics.take(event)
    found = counted(metrics)
    assert found["objects_stored_total{placing=new}"] == found["objects_stored_total{placing=same}"] == 1
    assert found["objects_stored_total{placing=replaced}"] == 0
    assert found["objects_not_stored_total{status=A700}"] == found["objects_not_stored_total{status=incomplete}"] == 1
    assert (found["bytes_total"], found["requests_total"], found["associations_accepted_total"]) == (200, 3, 2)
    assert (found["associations_open"], found["associations_limit"], found["processes_ended_total"]) == (1, 64, 1)
    assert {name for name, value in found.items() if name.startswith("rejections_total") and value} == {
        "rejections_total{reason=called AE title}"
    }
    assert found["connections_ended_total{state=rejected}"] == found["connections_ended_total{state=failed}"] == 1
    assert found["connections_ended_total{state=released}"] == 0
    assert found["object_seconds_bucket{le=0.01}"] == 0
    assert found["object_seconds_bucket{le=0.025}"] == found["object_seconds_bucket{le=300.0}"] == 1
    assert found["object_seconds_bucket{le=+Inf}"] == found["object_seconds_count"] == 2
    assert found["object_seconds_sum"] == 400.02
    assert found["disk_min_free_bytes"] == 1000 < found["disk_free_bytes"]
    assert 0 < found["start_timestamp_seconds"] <= found["last_stored_timestamp_seconds"]


def test_every_event_is_counted_somewhere(tmp_path: Path) -> None:
    """Each kind of event changes a number, but for the clock and the disk."""
    kinds = {type(event) for event in EVENTS}
    assert {kind.__name__ for kind in kinds} == {kind.__name__ for kind in ReceiveEvent.__args__}
    for kind in kinds:
        metrics = ReceiveMetrics(str(tmp_path), limit=64, min_free=0)
        before = {name: value for name, value in counted(metrics).items() if name != "disk_free_bytes"}
        metrics.take(next(event for event in EVENTS if type(event) is kind))
        assert {name: value for name, value in counted(metrics).items() if name != "disk_free_bytes"} != before


def test_before_anything_came_every_state_is_there_with_zero(tmp_path: Path) -> None:
    """A counter that begins with 1 is one that alerts on rates miss."""
    found = counted(ReceiveMetrics(str(tmp_path), limit=1, min_free=0))
    assert found["connections_ended_total{state=lost}"] == found["objects_stored_total{placing=beside}"] == 0
    assert found["last_stored_timestamp_seconds"] == 0


def test_every_rejection_of_ours_has_a_reason() -> None:
    """One that is new in the code, and not in the table, would be counted as another."""
    for name in ("acceptor", "policy"):
        source = Path(metrics_module.__file__).with_name(f"{name}.py").read_text("utf-8")
        given = re.findall(r"= AssociateReject\((\d), (\d), (\d)\)", source)
        assert given
        assert {tuple(map(int, one)) for one in given} <= set(metrics_module._REASONS)


def test_the_text_does_not_grow_with_who_calls(tmp_path: Path) -> None:
    metrics = ReceiveMetrics(str(tmp_path), limit=1, min_free=0)
    sizes = []
    for turn in range(2):
        for number in range(200):
            who = (f"10.0.0.{number}:{turn}", f"AE{number}-{turn}", f"X{number}-{turn}")
            metrics.take(RequestRejected(number, *who, 1, 1, 7, f"it called {who}"))
            metrics.take(Received("/a", "1.2", f"1.2.{number}.{turn}", "1.2", who[1], who[2], 1, placing="new"))
        sizes.append(len(counted(metrics)))
    assert sizes[0] == sizes[1]


def test_a_disk_that_is_gone(tmp_path: Path) -> None:
    found = counted(ReceiveMetrics(str(tmp_path / "gone"), limit=1, min_free=0))
    assert "disk_free_bytes" not in found
    assert found["bytes_total"] == 0


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match=r"^metrics: .* pip install 'dicom-asprofile\[metrics\]'$"):
        ReceiveMetrics(str(tmp_path), limit=1, min_free=0)


def test_the_documentation_names_each_and_no_other(tmp_path: Path) -> None:
    """In its table, and in the alerts that people copy."""
    text = (Path(__file__).parents[2] / "docs" / "receiving.md").read_text("utf-8")
    named = set(re.findall(r"asprofile_receive_\w+", text))
    metrics = ReceiveMetrics(str(tmp_path), limit=1, min_free=0)
    families = text_string_to_metric_families(metrics.text().decode())
    assert named == {family.name + ("_total" if family.type == "counter" else "") for family in families}
