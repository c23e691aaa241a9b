"""What the commands say of who loads a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

# A receiver as many hospitals have one: each class once, with all that it takes.
RECEIVER = """\
[[TransferSyntaxes]]
[Any]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Any
PresentationContext2 = MRImageStorage\\Any
PresentationContext3 = RTStructureSetStorage\\Any
PresentationContext4 = UltrasoundImageStorage\\Any
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""
WHY = {
    "storescp_mr.cfg": "the file's name",
    "a.cfg": "its header comment",
    "b.cfg": "the name of the list GenericStorageSCP",
}
TEXTS = {
    "storescp_mr.cfg": RECEIVER,
    "a.cfg": "# Purpose: configuration for storescp, receives from the MR\n" + RECEIVER,
    "b.cfg": RECEIVER.replace("Contexts]\n", "GenericStorageSCP]\n").replace("= Contexts", "= GenericStorageSCP"),
}


@pytest.mark.parametrize("name", WHY)
def test_a_receiver_is_judged_as_one(run: Run, name: str) -> None:
    Path(name).write_text(TEXTS[name])
    result = run("lint", name)
    assert result.status == 0
    assert f"{name}: judged as an acceptor's: {WHY[name]}; --role requestor for the other\n" in result.err
    assert run("lint", "--role", "requestor", name).status == 1
    assert "judged" not in run("lint", "--role", "acceptor", name).err
    assert "judged" not in run("lint", "-q", name).err


def test_where_it_is_open_what_is_for_one_side_says_so(run: Run) -> None:
    Path("x.cfg").write_text(RECEIVER)
    result = run("lint", "--format", "concise", "x.cfg")
    assert result.status == 0
    assert "info: AP501 for storescu: RT Structure Set Storage" in result.out
    assert "x.cfg: an acceptor or a requestor may load it" in result.err


def test_clean_files_are_spoken_of_when_asked(run: Run, clean: str) -> None:
    Path("storescu.cfg").write_text(clean)
    assert run("lint", "storescu.cfg").err == "1 file checked, nothing found\n"
    assert "storescu.cfg: judged as a requestor's: the file's name" in run("lint", "-v", "storescu.cfg").err
    assert run("lint", "-v", "-q", "storescu.cfg").status == 2


def test_json_has_it_of_every_file(run: Run, clean: str) -> None:
    Path("storescu.cfg").write_text(clean)
    Path("x.cfg").write_text(RECEIVER)
    found = run("lint", "--format", "json", "storescu.cfg", "x.cfg").json
    assert found["files"] == [
        {
            "path": "storescu.cfg",
            "role": "requestor",
            "inferred": True,
            "reason": "the file's name",
            "lists": {"CONTEXTS": "requestor"},
        },
        {
            "path": "x.cfg",
            "role": None,
            "inferred": True,
            "reason": "nothing in it shows which",
            "lists": {"CONTEXTS": None},
        },
    ]
    assert {one["only_for"] for one in found["findings"]} >= {"requestor"}
    given = run("lint", "--format", "json", "--role", "acceptor", "x.cfg").json
    assert given["files"][0] == {"path": "x.cfg", "role": "acceptor", "inferred": False, "reason": None, "lists": {}}


def test_the_other_formats_that_have_a_place_for_it(run: Run) -> None:
    Path("storescp.cfg").write_text(RECEIVER)
    log = run("lint", "--format", "sarif", "storescp.cfg").json
    [said] = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("judged as an acceptor's: the file's name")
    assert "judged as an acceptor&apos;s" in run("lint", "--format", "junit", "storescp.cfg").out.replace(
        "&#x27;", "&apos;"
    ).replace("acceptor's", "acceptor&apos;s")


def test_show_says_it(run: Run) -> None:
    Path("storescp.cfg").write_text(RECEIVER)
    assert "judged as an acceptor's: the file's name; --role requestor for the other" in run("show", "storescp.cfg").out
    shown = run("show", "--format", "json", "storescp.cfg").json
    assert (shown["role"], shown["role_reason"]) == ("acceptor", "the file's name")
