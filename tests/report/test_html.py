"""A report as a page: what is in the file. What it does in a browser: ``test_page``."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path

import pytest
from matrices import EXPLICIT, HOSTILE, SMALL, hostile, large

import asprofile
from asprofile.api.asking import every_class, every_syntax
from asprofile.negotiate.probing import Acceptance, PairAnswer, Preference
from asprofile.report.acceptance import acceptance_matrix
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Cell, Column, Matrix, Row
from asprofile.report.paths import shareable
from asprofile.report.profile import profile_matrix
from asprofile.resources import directory, text_of

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


@pytest.mark.parametrize("text", [page(SMALL), page(SMALL, SMALL, title="Two")], ids=["one", "two"])
def test_who_does_not_see_it_is_told_what_is_what(text: str) -> None:
    """Heads of a table have a scope, headings go down by one level, and what can be chosen has a label."""
    assert re.findall(r"<th(?! scope=)[ >]", text) == []
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for control in re.finditer(r"<(?:input|select)\b", text):
        before = text[: control.start()]
        assert before.rindex("<label") > before.rfind("</label>"), "it is inside its label"
    assert re.findall(r"<(?:nav|form)\b(?![^>]* aria-label=)", text) == []


def test_a_page_allows_nothing_but_itself() -> None:
    text = page(SMALL)
    found = Strict(text)
    style, script = (
        text_of("report/look.css") + text_of("report/page.css"),
        text_of("report/page.js") + text_of("report/paper.js"),
    )
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


def test_what_is_said_of_several_sop_classes_is_one_note() -> None:
    first, *others = SMALL.rows
    same = replace(SMALL, rows=(first, replace(first, uid="1.2.3", name="Twin"), *others))
    text = page(same)
    assert text.count("Context 3.") == 1
    assert text.count("<a href=#m0n1>note 1</a>") == 2
    assert "<summary>2 notes</summary>" in text


def test_many_transfer_syntaxes_of_one_remark_are_counted() -> None:
    across = tuple(Column(f"1.2.{number}", f"Syntax {number}", "F") for number in range(9))
    row = Row("1.2", "Class", "G", tuple(Cell(column.uid, "no", "", "Refused.") for column in across))
    assert "<b>Syntax 0, Syntax 1, Syntax 2 and 6 more.</b> Refused." in page(Matrix("M", (), (), across, (row,)))


def test_a_column_without_anything_is_left_out_and_named() -> None:
    text = page(SMALL)
    table = text[text.index("<table") : text.index("</table>")]
    assert "RLE" not in table
    assert "4 transfer syntaxes with name and UID, 1 of them without a column because nothing is in it" in text
    assert "<bdi>RLE Lossless</bdi> <code>1.2.840.10008.1.2.5</code> <small>(no column)</small>" in text


def test_a_mark_without_a_state_is_shown() -> None:
    row = replace(SMALL.rows[0], cells=(Cell(EXPLICIT, "none", "?", "Not known."),))
    assert '<tr class="row e">' in page(replace(SMALL, rows=(row,)))
    assert "</th><td>?</tr>" in page(replace(SMALL, rows=(row,)))


def test_every_row_has_a_cell_for_each_column() -> None:
    rows = re.findall(r'<tr class="row \w">.*?</tr>', page(SMALL))
    assert len(rows) == 4
    assert {row.count("<td") for row in rows} == {3}


def test_a_sop_class_of_which_all_is_refused_has_one_cell() -> None:
    cells = tuple(Cell(column.uid, "no") for column in SMALL.columns)
    refused = replace(SMALL.rows[0], cells=cells, notes=("Refused altogether.",))
    text = page(replace(SMALL, rows=(refused, SMALL.rows[2])))
    assert '<tr class="row n whole">' in text
    assert text.count("<td colspan=4></tr>") == 1


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
    assert len(page(matrix).encode()) < 200_000


def test_the_page_of_a_peer_that_accepts_everything_is_a_small_file() -> None:
    """All that ``probe --all`` asks for, with an order of preference."""
    syntaxes, classes = every_syntax(), every_class(services=False)
    answers = tuple(PairAnswer(one, syntax, 0) for one in classes for syntax in syntaxes)
    order = tuple(Preference(one, syntaxes, (), ()) for one in classes)
    matrix = acceptance_matrix(Acceptance(answers, len(answers), preferences=order), "What a peer accepts")
    assert len(matrix.rows) >= 280
    text = page(matrix)
    assert len(text.encode()) < 300_000
    # What makes it so: a name once, no title at each cell, no class at the usual cell.
    assert text.count("Explicit VR Little Endian, ") <= 2 * len(matrix.rows)
    assert " title=" not in text


def test_the_page_of_a_profile_that_has_everything_is_a_small_file() -> None:
    """The largest sample, with what restricts each pair: said once for all that it is true of."""
    config = asprofile.load(directory("sample_profiles") / "acceptor_all.cfg", role="acceptor")
    matrix = profile_matrix(config.profiles["ACCEPTORALL"], "acceptor")
    assert len(matrix.rows) >= 269
    text = page(matrix)
    assert len(text.encode()) < 200_000
    assert text.count("<li id=m0n") < 60


def test_the_answer_comes_first() -> None:
    advice = ("Ask the administrator of <b>.", "Type `asprofile lint 'a&b.cfg'`.")
    text = page(replace(SMALL, answer=Answer("3 of 4 SOP classes accepted", 3, 4, advice)))
    Strict(text)
    head = text[text.index("<header>") : text.index("</header>")]
    assert '<p class="answer">3 of 4 SOP classes accepted</p>' in head
    assert '<rect width="75" height="1"></rect>' in head
    assert "<li>Ask the administrator of &lt;b&gt;.</li>" in head
    assert "<li>Type <code>asprofile lint &#x27;a&amp;b.cfg&#x27;</code>.</li>" in head
    assert text.index("</table>") < text.index('<dl class="facts">')


def test_an_answer_without_a_share_has_no_bar() -> None:
    text = page(replace(SMALL, answer=Answer("Accepts 4 SOP classes")))
    assert "<svg" not in text
    assert '<ul class="advice">' not in text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a.cfg", "a.cfg"), ("profiles/a.cfg", "profiles/a.cfg"), ("-", "-"), ("/home/jo/a.cfg", "a.cfg"),
        ("C:\\Users\\jo\\a.cfg", "a.cfg"), ("C:/Users/jo/a.cfg", "a.cfg"), ("\\\\host\\share\\a.cfg", "a.cfg"),
        ("../jo/a.cfg", "a.cfg"), ("~/a.cfg", "a.cfg"), ("profiles\\a.cfg", "profiles\\a.cfg"), ("<stdin>", "<stdin>"),
    ],
)  # fmt: skip
def test_a_page_tells_no_absolute_path(path: str, shown: str) -> None:
    assert shareable(path) == shown


# --- Colours ----------------------------------------------------------------------------------------------------------


def colours() -> dict[str, dict[str, str]]:
    """The variables of the style sheet: of light, of dark by the system, and of dark by the button."""
    style = text_of("report/look.css") + text_of("report/page.css")
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
    pairs = [*product(("ink", "muted", "accent"), grounds), ("band-ink", "band")]
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
    assert contrast(shade["done"], shade["surface"]) >= 3
    assert min(contrast(shade["accent"], shade[ground]) for ground in ("page", "surface", "raised")) >= 3


def test_the_style_sheet_uses_only_the_colours_that_are_checked() -> None:
    style = text_of("report/look.css") + text_of("report/page.css")
    screen = style[style.index("* { box-sizing") : style.index("@media print")]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) == set()
