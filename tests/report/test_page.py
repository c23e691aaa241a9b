"""A report in a browser: what its controls do, by pointer and by keyboard; without its script; on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from browser import DOWN, ENTER, SPACE, TAB, UP
from matrices import SMALL, hostile, large

from asprofile.report.html import page
from asprofile.report.matrix import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from browser import Browser

    from asprofile.report.matrix import Matrix

    Show = Callable[..., Browser]

pytestmark = [pytest.mark.any_python, pytest.mark.browser]

CT, ENHANCED = "CT Image Storage", "Enhanced CT Image Storage"
US, UNKNOWN = "Ultrasound Image Storage", "Unknown SOP class"
IMPLICIT, EXPLICIT, JPEG = "Implicit VR Little Endian", "Explicit VR Little Endian", "JPEG Baseline (Process 1)"

SYMBOL = "return getComputedStyle(document.querySelector(arguments[0]), '::before').content"


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """``show(matrix, ..., width=, dark=, script=)``: a browser with the page; its console must stay empty."""

    def call(*matrices: Matrix, width: int = 1300, dark: bool = False, script: bool = True, media: str = "") -> Browser:
        file = tmp_path / "page.html"
        file.write_bytes(page(*matrices).encode())
        browser.resize(width, 900, dark=dark, script=script, media=media)
        browser.complaints()
        browser.open(file)
        return browser

    yield call
    assert browser.complaints() == []


def rows(browser: Browser) -> list[str]:
    return browser.texts(".row > th bdi")


def columns(browser: Browser) -> list[str]:
    """The short names at the heads."""
    return browser.texts("#m0 .columns th")


def count(browser: Browser) -> str:
    (found,) = browser.texts("#count")
    return found


def test_at_first_everything_is_there(show: Show) -> None:
    found = show(SMALL)
    assert rows(found) == [CT, ENHANCED, US, UNKNOWN]
    assert columns(found) == [IMPLICIT, EXPLICIT, JPEG]
    assert found.texts(".families th") == ["SOP class", "Uncompressed", "JPEG lossy"]
    assert found.texts(".group bdi") == ["CT", "Ultrasound", "Private SOP classes"]
    assert count(found) == "Shown: 4 of 4 SOP classes, 3 of 3 transfer syntaxes, 5 pairs"
    assert found.texts(".notes li") == []


@pytest.mark.parametrize(
    ("search", "sop_classes", "syntaxes"),
    [
        ("enhanced", [ENHANCED], [EXPLICIT]),
        ("ENHANCED  image", [ENHANCED], [EXPLICIT]),
        ("1.2.840.10008.5.1.4.1.1.6.1", [US], [JPEG]),
        ("private", [UNKNOWN], [IMPLICIT, EXPLICIT, JPEG]),
        # Words that no SOP class has are those of transfer syntaxes.
        ("jpeg", [CT, US], [JPEG]),
        ("1.2.840.10008.1.2.1", [CT, ENHANCED], [EXPLICIT]),
        ("ct little", [CT, ENHANCED], [IMPLICIT, EXPLICIT]),
    ],
)
def test_search(show: Show, search: str, sop_classes: list[str], syntaxes: list[str]) -> None:
    found = show(SMALL)
    found.type("#search", search)
    assert rows(found) == sop_classes
    assert columns(found) == syntaxes
    assert count(found).startswith(f"Shown: {len(sop_classes)} of 4 SOP classes, {len(syntaxes)} of 3 transfer")


def test_a_search_for_nothing_says_so_and_reset_brings_all_back(show: Show) -> None:
    found = show(SMALL)
    found.type("#search", "zzz")
    assert rows(found) == []
    assert found.texts(".nothing") == ["Nothing here matches the search and the filters."]
    assert count(found) == "Shown: 0 of 4 SOP classes, 0 of 3 transfer syntaxes, 0 pairs"
    found.click("#clear")
    assert rows(found) == [CT, ENHANCED, US, UNKNOWN]
    assert found.texts(".nothing") == []
    assert found.run("return document.querySelector('#search').value") == ""


def test_a_group_alone(show: Show) -> None:
    found = show(SMALL)
    found.type("#group", "Ultrasound")
    assert (rows(found), columns(found), found.texts(".group bdi")) == ([US], [JPEG], ["Ultrasound"])
    assert count(found) == "Shown: 1 of 4 SOP classes, 1 of 3 transfer syntaxes, 1 pair"


def test_a_family_alone(show: Show) -> None:
    found = show(SMALL)
    found.type("#family", "Uncompressed")
    assert (rows(found), columns(found)) == ([CT, ENHANCED], [IMPLICIT, EXPLICIT])
    assert found.texts(".families th") == ["SOP class", "Uncompressed"]


def test_only_what_is_accepted(show: Show) -> None:
    found = show(SMALL)
    found.click("input[value=n]")
    found.click("input[value=p]")
    assert rows(found) == [CT, US]
    assert found.texts("td.n, td.p") == []
    assert count(found) == "Shown: 2 of 4 SOP classes, 3 of 3 transfer syntaxes, 3 pairs"
    found.click("input[value=n]")
    assert found.texts("td.n") == ["5"]
    assert found.run(SYMBOL, "td.n") == '"✕"'


def test_what_gets_empty_may_stay(show: Show) -> None:
    found = show(SMALL)
    found.click("#compact")
    found.type("#group", "Ultrasound")
    assert (rows(found), columns(found)) == ([US], [IMPLICIT, EXPLICIT, JPEG])
    found.click("#clear")
    found.click("#compact")
    found.type("#family", "JPEG lossy")
    assert (rows(found), columns(found)) == ([CT, ENHANCED, US, UNKNOWN], [JPEG])


def test_notes_open_by_pointer(show: Show) -> None:
    found = show(SMALL)
    found.click("#m0 td.n")
    assert found.texts(".notes li") == [
        "Role selection: the requestor is SCU.",
        f"✓ 3 {IMPLICIT}, {EXPLICIT}. Context 3.",
        f"✕ 5 {JPEG}. Context 5: no object can use it.",
    ]
    assert found.texts("li.meant") == [f"✕ 5 {JPEG}. Context 5: no object can use it."]
    found.click(".row button")
    assert found.texts(".notes li") == []


def test_notes_open_by_keyboard(show: Show) -> None:
    found = show(SMALL)
    found.run("document.querySelector('.scroller').focus()")
    found.press(TAB, ENTER)
    assert found.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    assert len(found.texts(".notes li")) == 3
    # The next SOP class with notes is the last one; arrows stop at the ends.
    found.press(DOWN, DOWN, SPACE)
    assert found.texts(".notes li")[-1] == "Refused as a whole."
    found.press(UP, UP, ENTER)
    assert found.texts(".notes li") == ["Refused as a whole."]


def test_controls_are_reached_by_keyboard_in_their_order(show: Show) -> None:
    found = show(SMALL)
    reached = []
    for _ in range(10):
        found.press(TAB)
        reached.append(found.run("const at = document.activeElement; return at.id || at.value || at.className"))
    assert reached == ["skip", "theme", "search", "group", "family", "notes", "clear", "y", "p", "n"]
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert found.run(outline) == "solid"


def test_all_notes_open_and_close(show: Show) -> None:
    found = show(SMALL)
    found.click("#notes")
    assert len(found.texts(".notes li")) == 4
    assert found.run("return document.querySelector('#notes').getAttribute('aria-pressed')") == "true"
    found.click("#notes")
    assert found.texts(".notes li") == []


def test_the_uid_is_copied(show: Show) -> None:
    found = show(SMALL)
    found.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    found.click(".row button")
    said = found.run(
        """const status = document.querySelector("#count");
        const said = new Promise((done) => new MutationObserver(() => done(status.textContent))
            .observe(status, {childList: true}));
        document.querySelector(".notes button").click();
        return said;"""
    )
    assert said == "Copied: 1.2.840.10008.5.1.4.1.1.2"


def test_what_the_pointer_is_on_is_told(show: Show) -> None:
    found = show(SMALL)
    found.point_at("#m0 td.n")
    assert found.texts("#readout") == [f"{CT} × {JPEG} ✕ 5 Context 5: no object can use it."]
    found.point_at("h1")
    assert found.texts("#readout") == []


def test_several_tables_are_filtered_together(show: Show) -> None:
    found = show(SMALL, replace(SMALL, title="Second", rows=SMALL.rows[2:3]))
    assert count(found) == "Shown: 5 of 5 SOP classes, 3 of 3 transfer syntaxes, 6 pairs"
    found.type("#group", "CT")
    assert rows(found) == [CT, ENHANCED]
    assert len(found.texts(".nothing")) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_light_and_dark_follow_the_system_and_the_button(show: Show, dark: bool) -> None:
    found = show(SMALL, dark=dark)
    ground = "return getComputedStyle(document.body).backgroundColor"
    before = found.run(ground)
    assert (sum(map(int, before[4:-1].split(","))) < 200) is dark
    pressed = "return document.querySelector('#theme').getAttribute('aria-pressed')"
    assert found.run(pressed) == str(dark).lower()
    found.click("#theme")
    assert found.run(pressed) == str(not dark).lower()
    assert (sum(map(int, found.run(ground)[4:-1].split(","))) < 200) is not dark


def test_without_its_script_everything_is_there(show: Show) -> None:
    found = show(SMALL, script=False)
    assert rows(found) == [CT, ENHANCED, US, UNKNOWN]
    assert len(found.texts(".footnotes li li")) == 4
    assert found.texts(".row a") == ["note 1", "note 2"]
    assert found.texts(".filters, #count, #theme, input, button, .nothing") == []
    assert len(found.texts(".legend .swatch")) == 4


def test_it_loads_nothing(show: Show) -> None:
    found = show(SMALL)
    found.requests()
    found = show(hostile())
    (only,) = found.requests()
    assert only.startswith("file:")
    assert only.endswith("/page.html")


def test_it_may_load_nothing(show: Show) -> None:
    found = show(SMALL)
    refused = found.run(
        """return new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
            const picture = new Image();
            picture.src = "http://127.0.0.1:9/picture.png";
            document.body.append(picture);
        });"""
    )
    assert refused == "img-src"
    (complaint,) = found.complaints()
    assert "Content Security Policy" in complaint


def test_hostile_text_runs_nothing(show: Show) -> None:
    """``alert`` would leave a dialogue, and every command after it would fail."""
    found = show(hostile())
    assert found.run("return document.scripts.length") == 1
    assert len(rows(found)) == 1


@pytest.mark.parametrize("width", [375, 1300])
def test_only_the_table_is_wider_than_the_window(show: Show, width: int) -> None:
    some = large()
    found = show(replace(some, rows=some.rows[:30]), width=width)
    assert found.run("return document.documentElement.scrollWidth") == width
    assert found.run("const it = document.querySelector('.scroller'); return it.scrollWidth > it.clientWidth")


def test_heads_stay_in_sight(show: Show) -> None:
    some = large()
    found = show(replace(some, rows=some.rows[:60]))
    place = found.run(
        """const it = document.querySelector(".scroller");
        it.scrollTo(1000, 1500);
        const of = (selector) => document.querySelector(selector).getBoundingClientRect();
        return [of("thead").top - of(".scroller").top, of(".row > th").left - of(".scroller").left];"""
    )
    assert [round(distance) for distance in place] == [1, 1]


def test_on_paper_there_are_no_controls_and_no_colours(show: Show) -> None:
    found = show(SMALL, media="print", dark=True)
    assert found.texts(".filters, #count, #theme, input, .notes button") == []
    assert found.texts("#m0 td")[0] == "3"
    assert found.run(SYMBOL, "#m0 td") == '"✓"'
    grounds = found.run(
        "return [...document.querySelectorAll('body, td')].map(one => getComputedStyle(one).backgroundColor)"
    )
    assert set(grounds) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert found.run("return getComputedStyle(document.querySelector('thead')).display") == "table-header-group"


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_nothing_keeps_anybody_out(show: Show, axe: str, width: int, dark: bool) -> None:
    """The pages of ``probe --all``, of a profile (the same table), and of several profiles; with notes open, too."""
    some = large()
    answer = Answer("3 of 4 SOP classes accepted", 3, 4, ("Type `asprofile lint a.cfg`.",))
    found = show(replace(some, rows=some.rows[:8], answer=answer), width=width, dark=dark)
    assert found.barriers(axe) == []
    found = show(SMALL, replace(SMALL, title="Second"), width=width, dark=dark)
    found.click(".row button")
    assert found.barriers(axe) == []


# As ``beforeprint`` does: the events do not come in a page that is only shown as for paper.
PRINTING = "dispatchEvent(new Event(arguments[0]));"


def test_a_wide_table_is_printed_in_parts_of_whole_families(show: Show) -> None:
    some = large()
    found = show(replace(some, rows=some.rows[:30]), width=1050, media="print")
    assert found.texts(".part") == []
    found.run(PRINTING, "beforeprint")
    assert found.texts(".scroller table") == []
    heads = found.run("""return [...document.querySelectorAll(".part")].map(
        part => [...part.querySelectorAll(".columns th")].map(cell => cell.textContent))""")
    assert len(heads) == 3
    assert [one for part in heads for one in part] == [column.short for column in some.columns]
    families = [{column.family for column in some.columns if column.short in part} for part in heads]
    assert sum(map(len, families)) == len(set().union(*families)), "no family is in two parts"
    width = "return Math.max(...[...document.querySelectorAll('.part')].map(one => one.getBoundingClientRect().width))"
    assert found.run(width) <= 1040, "a page is 275 mm wide"
    cells = """return [...document.querySelectorAll(".part .row")].every(
        row => row.cells.length === row.closest("table").querySelectorAll(".columns th").length + 1)"""
    assert found.run(cells)
    found.run(PRINTING, "afterprint")
    assert found.run("return document.querySelectorAll('.part, .parted').length") == 0


def test_notes_are_open_on_paper(show: Show) -> None:
    found = show(SMALL)
    assert found.texts(".footnotes li li, .row a") == []
    found.resize(1050, 900, media="print")
    found.run(PRINTING, "beforeprint")
    assert len(found.texts(".footnotes li li")) == 4
    assert found.texts(".row a") == ["note 1", "note 2"]
    found.run(PRINTING, "afterprint")
    assert found.texts(".footnotes li li, .row a") == []


def test_it_is_printed(show: Show) -> None:
    assert show(SMALL).pdf().startswith(b"%PDF")


def test_a_telephone_shows_the_answer_and_the_table(show: Show) -> None:
    advice = ("Ask the peer's administrator to enable those that you need.",)
    some = large()
    answer = Answer("3 of 4 SOP classes accepted", 3, 4, advice)
    found = show(replace(some, rows=some.rows[:30], answer=answer), width=360)
    assert found.run("return document.querySelector('.tools').open") is False
    assert found.run("return document.querySelector('.scroller').getBoundingClientRect().top") < 300
    found.click(".tools summary")
    found.type("#search", "jpeg-ls")
    assert set(columns(found)) == {"JPEG-LS Lossless", "JPEG-LS Lossy"}


def test_columns_are_as_wide_as_what_is_in_them(show: Show) -> None:
    some = large()
    found = show(replace(some, rows=some.rows[:30]))
    widths = found.run("return [...document.querySelectorAll('.columns th')].map(one => Math.round(one.offsetWidth))")
    assert max(widths) <= 36


@pytest.mark.parametrize("width", [375, 800])
def test_a_long_answer_is_beside_the_button(show: Show, width: int) -> None:
    found = show(
        replace(SMALL, answer=Answer("The acceptor does not know the calling AE title of this scanner")), width=width
    )
    places = """const range = document.createRange();
        range.selectNodeContents(document.querySelector(".answer"));
        const button = document.querySelector("#theme").getBoundingClientRect();
        return [...range.getClientRects()].every(it => it.right <= button.left || it.top >= button.bottom);"""
    assert found.run(places)
