"""``asprofile conformance``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asprofile

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result


def test_every_form(run: Callable[..., Result], schema: Callable[[str], Any]) -> None:
    stated = asprofile.conformance()
    found = run("conformance")
    assert (found.status, found.err, found.out) == (0, "", stated.as_markdown())
    page = run("conformance", "--html").out
    assert page.count("<table>") == found.out.count("\n| ---") > 10
    assert "<code>send</code>" in page
    assert "`" not in page
    json = run("conformance", "--json").json
    schema("conformance")(json)
    assert [one["command"] for one in json["entities"]] == [one.command for one in stated.entities]
    assert json == stated.as_json()
