"""``asprofile recipes``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asprofile.generate.recipes import recipes

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


def test_the_list(run: Run) -> None:
    result = run("recipes")
    assert (result.status, result.err) == (0, "")
    head, *lines = result.out.splitlines()
    assert head.split("  ")[0] == "Recipe"
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [one.name for one in recipes()]
    assert any(re.match(r"mpeg4 +87 +16  For operating theatres,", line) for line in lines)


def test_one(run: Run) -> None:
    result = run("recipes", "retrieve-get")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("retrieve-get: For workstations that fetch studies")
    assert "\n29 contexts in profile RetrieveGet\n" in result.out
    assert "\nWhat may be fetched: the requestor is the SCP (role SCP)\n    in uncompressed\n    CTImageStorage\n" in (
        result.out
    )


def test_optional_parts_and_private_classes(run: Run) -> None:
    out = run("recipes", "private-siemens").out
    assert "\n    1.3.12.2.1107.5.9.1  Siemens CSA Non-Image Storage\n" in out
    assert "\nImages (optional)\n    in uncompressed, jpeg-lossless\n" in out


def test_json(run: Run, schema: Callable[[str], Any]) -> None:
    found = run("recipes", "--json").json
    schema("recipes")(found)
    assert [one["name"] for one in found["recipes"]] == [one.name for one in recipes()]
    assert run("recipes", "ct", "--format", "json").json["recipes"] == [
        one for one in found["recipes"] if one["name"] == "ct"
    ]


def test_the_number_of_contexts_is_that_of_the_profile(run: Run) -> None:
    for one in run("recipes", "--json").json["recipes"][:12]:
        out = run("generate", one["name"]).out
        assert f"# Contexts: {one['contexts']}\n" in out


def test_an_unknown_recipe(run: Run) -> None:
    result = run("recipes", "mamography")
    assert (result.status, result.out) == (2, "")
    assert result.err == "asprofile: no recipe 'mamography'; did you mean mammography?\n"
