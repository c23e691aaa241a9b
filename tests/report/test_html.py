"""A report as a page: what is in the file. What it does in a browser: ``test_page``."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from matrices import EXPLICIT, HOSTILE, SMALL, hostile, large

import asprofile
from asprofile.report.html import page
from asprofile.report.matrix import Cell, Column, Matrix, Row
from asprofile.resources import text_of

GOLDEN = Path(__file__).parent / "golden" / "small.html"
VOID = {"meta", "input", "col", "br"}
# End tags that HTML 5 lets a page leave out (13.1.2.4), as far as ours does, and what ends them.
ENDED_BY = {"td": {"td", "/tr"}}


class Strict(HTMLParser):
    """Every element ends where it should, no identifier is twice, and every reference leads to one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))
        assert set(self.references) <= set(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.open and tag in ENDED_BY.get(self.open[-1], ()):
            self.open.pop()
        if tag not in VOID:
            self.open.append(tag)
        self.tags.append(tag)
        assert len(attrs) == len(dict(attrs)), (tag, attrs)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
            if name == "id":
                self.ids.append(value or "")
            elif name in ("aria-labelledby", "aria-controls"):
                self.references.append(value or "")
            elif name == "href":
                assert value is not None
                assert value.startswith("#"), "nothing leads out of the page"
                self.references.append(value[1:])

    def handle_endtag(self, tag: str) -> None:
        if f"/{tag}" in ENDED_BY.get(self.open[-1], ()):
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def body_of(text: str) -> str:
    """The page without style sheet, script and their hashes, and whatever release made it."""
    text = text.replace(asprofile.__version__, "VERSION")
    text = re.sub(r"<style>.*?</style>", "<style>...</style>", text, flags=re.S)
    text = re.sub(r"<script>.*?</script>", "<script>...</script>", text, flags=re.S)
    return re.sub(r"sha256-[\w+/=]+", "sha256-...", text)


def test_a_small_page_is_as_it_was() -> None:
    assert body_of(page(SMALL)) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [page(SMALL), page(SMALL, SMALL, title="Two"), page(hostile()), page(Matrix("Empty", (), (), (), ()))],
    ids=["small", "two", "hostile", "empty"],
)
def test_pages_are_well_formed(text: str) -> None:
    found = Strict(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert [found.tags.count(tag) for tag in ("html", "head", "title", "body", "header", "main", "footer", "h1")] == [
        1
    ] * 8
    assert "en" in found.attributes["lang"]


def test_a_page_allows_nothing_but_itself() -> None:
    text = page(SMALL)
    found = Strict(text)
    style, script = text_of("report/page.css"), text_of("report/page.js")
    assert found.texts["style"] == style
    assert found.texts["script"] == script
    (policy,) = (value for value in found.attributes["content"] if value.startswith("default-src"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for name, content in (("style-src", style), ("script-src", script)):
        assert rules.pop(name) == f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
    assert set(rules.values()) == {"'none'"}
    # Nor is there anything to forbid.
    assert found.tags.count("style") == found.tags.count("script") == 1
    assert not {"src", "style", "onclick", "srcset"} & set(found.attributes)
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert not re.search(r"url\(|@import|https?:|//\w", style)
    assert not re.search(r"https?:|fetch\(|import\(|XMLHttpRequest|innerHTML|eval\(", script)


def test_hostile_text_stays_text() -> None:
    text = page(hostile(), hostile(), title=HOSTILE)
    found = Strict(text)
    assert found.tags.count("script") == 1
    assert "i" not in found.tags
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b a=&#x27;&quot;&#x27;&gt;&amp;" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", text)
    assert "␀␛[2J\N{REPLACEMENT CHARACTER}" in text
    text.encode()


def test_what_is_said_of_several_cells_is_said_once() -> None:
    text = page(SMALL)
    assert text.count("Context 3.") == 1
    assert '<li data-columns="0 1"><b class="swatch y">✓ 3</b> <b>Implicit VR Little Endian, Explicit' in text


def test_many_transfer_syntaxes_of_one_remark_are_counted() -> None:
    across = tuple(Column(f"1.2.{number}", f"Syntax {number}", "F") for number in range(9))
    row = Row("1.2", "Class", "G", tuple(Cell(column.uid, "no", "", "Refused.") for column in across))
    assert "<b>Syntax 0, Syntax 1, Syntax 2 and 6 more.</b> Refused." in page(Matrix("M", (), (), across, (row,)))


def test_a_column_without_anything_is_left_out_and_named() -> None:
    text = page(SMALL)
    table = text[text.index("<table") : text.index("</table>")]
    assert "RLE" not in table
    assert "4 transfer syntaxes with UID, 1 of them without a column because nothing is in it" in text
    assert "<bdi>RLE Lossless</bdi> <code>1.2.840.10008.1.2.5</code> <small>(no column)</small>" in text


def test_a_mark_without_a_state_is_shown() -> None:
    row = replace(SMALL.rows[0], cells=(Cell(EXPLICIT, "none", "?", "Not known."),))
    assert "<td class=e>?" in page(replace(SMALL, rows=(row,)))


def test_every_row_has_a_cell_for_each_column() -> None:
    for row in re.findall(r'<tr class="row">.*?</tr>', page(SMALL)):
        assert row.count("<td") == 3


def test_several_matrices_are_sections_of_one_page() -> None:
    second = replace(SMALL, title="What PACS accepts", rows=SMALL.rows[:1])
    text = page(SMALL, second, title="Two archives")
    found = Strict(text)
    assert found.texts["title"] == found.texts["h1"] == "Two archives"
    assert found.tags.count("h2") == found.tags.count("table") == found.tags.count("section") == 2
    assert found.tags.count("form") == 1
    assert '<a href="#m1-title"><bdi>What PACS accepts</bdi></a> <small>1 SOP class</small>' in text
    # The counts of the legend are those of both: 3 and 2 accepted.
    assert "Accepted <b>5</b>" in text


def test_a_large_matrix_is_a_small_file() -> None:
    matrix = large()
    assert (len(matrix.rows), len(matrix.columns)) == (217, 63)
    text = page(matrix)
    assert len(text.encode()) < 400_000


# --- Colours ----------------------------------------------------------------------------------------------------------


def colours() -> dict[str, dict[str, str]]:
    """The variables of the style sheet: of light, of dark by the system, and of dark by the button."""
    style = text_of("report/page.css")
    screen = style[: style.index("@media print")]
    found = re.findall(r"^ *(:root[^{]*)\{(.*?)\}", screen, re.M | re.S)
    return {selector.strip(): dict(re.findall(r"--([\w-]+): (#\w+);", text)) for selector, text in found}


LIGHT, BY_SYSTEM, BY_BUTTON = ":root", ":root:not([data-theme])", ':root[data-theme="dark"]'


def channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in range(1, len(colour), 2)]


def over(colour: str, ground: str) -> str:
    """A colour with alpha on another, as it is seen."""
    *above, alpha = channels(colour)
    mixed = (round(a * alpha / 255 + b * (1 - alpha / 255)) for a, b in zip(above, channels(ground), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [value / 255 for value in channels(colour)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_is_the_same_however_it_is_chosen() -> None:
    found = colours()
    assert list(found) == [LIGHT, BY_SYSTEM, BY_BUTTON]
    assert found[BY_SYSTEM] == found[BY_BUTTON]
    assert set(found[LIGHT]) == set(found[BY_BUTTON])


@pytest.mark.parametrize("theme", [LIGHT, BY_BUTTON])
def test_text_has_the_contrast_of_wcag_aa(theme: str) -> None:
    shade = colours()[theme]
    grounds = ("page", "surface", "raised")
    pairs = [*product(("ink", "muted", "accent"), grounds), ("band-ink", "band"), ("band-muted", "band")]
    pairs += [(f"{state}-ink", state) for state in ("yes", "partly", "no")]
    weak = {pair: ratio for pair in pairs if (ratio := contrast(shade[pair[0]], shade[pair[1]])) < 4.5}
    assert weak == {}
    pointed_at = [(f"{state}-ink", over(shade["hover"], shade[state])) for state in ("yes", "partly", "no")]
    pointed_at += [("ink", over(shade["hover"], shade["raised"]))]
    assert [pair for pair in pointed_at if contrast(shade[pair[0]], pair[1]) < 4.5] == []


@pytest.mark.parametrize("theme", [LIGHT, BY_BUTTON])
def test_controls_and_the_focus_stand_out(theme: str) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1 for what is no text."""
    shade = colours()[theme]
    assert contrast(shade["edge"], shade["surface"]) >= 3
    assert contrast(shade["band-muted"], shade["band"]) >= 3
    assert min(contrast(shade["accent"], shade[ground]) for ground in ("page", "surface", "raised")) >= 3


def test_the_style_sheet_uses_only_the_colours_that_are_checked() -> None:
    style = text_of("report/page.css")
    screen = style[style.index("* { box-sizing") : style.index("@media print")]
    # Outlines on the dark band and its lower edge, which say nothing.
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) == {"#ffffff", "#2f9bd0"}
