"""Rejections and aborts in words: every value of PS3.8 Tables 9-21 and 9-26, and those that it does not define."""

from __future__ import annotations

import pytest

from asprofile.net.wire import Abort, AssociateReject

REASONS = {
    (1, 1): "no reason given",
    (1, 2): "application context name",
    (1, 3): "calling AE title",
    (1, 7): "called AE title",
    (2, 1): "no reason given by its upper layer (ACSE)",
    (2, 2): "protocol version",
    (3, 1): "congestion",
    (3, 2): "limit of associations",
}
SOURCES = {1: "its application", 2: "its upper layer (ACSE)", 3: "its upper layer (presentation)"}
RESULTS = {1: "rejected permanently: ", 2: "rejected for the time being: "}
ABORTS = {
    0: "no reason given", 1: "unrecognized PDU", 2: "unexpected PDU", 4: "unrecognized PDU parameter",
    5: "unexpected PDU parameter", 6: "invalid PDU parameter value",
}  # fmt: skip


@pytest.mark.parametrize("source", range(6))
@pytest.mark.parametrize("result", range(4))
def test_rejections(result: int, source: int) -> None:
    texts = [AssociateReject(result, source, reason).text for reason in range(256)]
    assert len(set(texts)) == 256
    for reason, text in enumerate(texts):
        assert text.startswith(RESULTS.get(result, f"rejected with result {result} (not defined in PS3.8): "))
        known = REASONS.get((source, reason))
        if known is not None:
            assert known in text
        else:
            who = SOURCES.get(source, f"source {source} (not defined in PS3.8)")
            assert text.endswith(f": {who} gives reason {reason} (not defined in PS3.8)")


@pytest.mark.parametrize("reason", range(256))
def test_aborts(reason: int) -> None:
    assert Abort(0, reason).text == "by its application, without a reason"
    known = ABORTS.get(reason, f"reason {reason} (not defined in PS3.8)")
    assert Abort(2, reason).text == f"by its upper layer: {known}"
    for source in (1, 3, 255):
        assert Abort(source, reason).text == f"with source {source} (not defined in PS3.8), reason {reason}"
