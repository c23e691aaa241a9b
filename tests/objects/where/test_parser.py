"""The text of an expression: what is read, what is refused and where, and that a tree is its text again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asprofile.errors import WhereError
from asprofile.objects.where import parse
from asprofile.objects.where.attributes import keyword_of
from asprofile.objects.where.parser import LONGEST_EXPRESSION, parsed
from asprofile.objects.where.tree import (
    DEEPEST_EXPRESSION,
    FACTS,
    All,
    Among,
    Any,
    Attribute,
    Compared,
    Fact,
    InState,
    Like,
    Not,
    Operand,
    PathStep,
    all_of,
    any_of,
    negated,
    text_of,
)

# An expression with ^ where the mark is, and what is said.
WRONG = [
    ("^", "there is no expression"),
    ("Modality = ^CT", 'put text in quotation marks: "CT"'),
    ("^Modalty = 'CT'", "no keyword of a DICOM attribute; did you mean Modality"),
    ("^PatientsName = 'x'", "did you mean PatientName"),
    ("^Sise > 5", "did you mean Size"),
    ("Modality^", "it ends where =, !=, <, <=, >, >=, in, like or is should come"),
    ("Modality =^", "it ends where a value should come"),
    ("Modality = 'CT' and^", "it ends where an attribute, such as Modality or (0008,0060) should come"),
    ("Modality = 'CT' ^Rows > 5", "here should be and, or, or the end"),
    ("Modality = 'CT' ^'MR'", "a text is where and, or, or the end should"),
    ("Modality in ^'CT'", '( with a list: ("CT", "MR")'),
    ("Modality in ^CT", 'what is looked for is in parentheses: ("CT", ...)'),
    ("Modality in (^CT)", 'put text in quotation marks: "CT"'),
    ("Modality in ('CT'^", "it ends where a comma or ) should come"),
    ("Modality in (^)", "here should be a value"),
    ("(Modality = 'CT'^", "it ends where and, or, or ) should come"),
    ("Modality = 'CT'^)", "this ) has no ("),
    ('Modality = ^"CT', 'a text that does not end: its " is missing'),
    ("Modality = ^'CT", "a text that does not end: its ' is missing"),
    ("Rows > 5 ^&& Rows < 6", "write and instead of &&"),
    ("Rows > 5 ^|| Rows < 6", "write or instead of ||"),
    ("^!Rows > 5", "write not instead of !"),
    ("Rows ^=> 5", "write >= instead of =>"),
    ("Modality ^~ 'C'", 'write like "*text*" instead of ~'),
    ("Modality ^contains 'C'", 'write like "*text*" instead of contains'),
    ("Modality = ^\u201cCT\u201d", "write straight quotation marks"),
    ("Modality is ^nul", "'nul' is no state"),
    ("Modality is^", "it ends where null, missing or empty should come"),
    ("Modality like^", 'it ends where a pattern, "*text*" should come'),
    ("Modality like ^5", "here should be a pattern"),
    ("^'CT' = Modality", "a text is where an attribute"),
    ("^Rows = 'abc'", "Rows: 'abc' is no number"),
    ("Modality = 'x' and Rows > 1^_0", "here should be and"),
    ("^StudyDate > 2020-13-01", "'2020-13-01' is no date"),
    ("^StudyDate > 20", "'20' is no date"),
    ("^StudyDate = '20200101-20201231'", "write two comparisons"),
    ("^StudyDate = '20200101-'", "write two comparisons"),
    ("Modality = ^null", "write is null, or is not null"),
    ("Modality != ^NONE", "write is null, or is not null"),
    ("Modality^\u00a0= 'CT'", "not to be seen, NO-BREAK SPACE"),
    ("Modality = 'CT'^\u2003and Rows > 1", "not to be seen, EM SPACE"),
    ("^\u202eModality = 'CT'", "not to be seen, RIGHT-TO-LEFT OVERRIDE"),
    ("Modality = ^\u200b'CT'", "not to be seen, ZERO WIDTH SPACE"),
    ("Modality^\x00 = 'CT'", "not to be seen, U+0000"),
    ("^StudyTime > 99", "'99' is no time"),
    ("^AcquisitionDateTime > '20200101+9900'", "is no date and time"),
    ("^PatientName = '=='", "nobody's name"),
    ("Rows = 1 or ^PixelData = 'x'", "PixelData: it cannot be compared (its VR is OB or OW)"),
    ("^RequestAttributesSequence = 'x'", "name something in it, such as RequestAttributesSequence.CodeValue"),
    ("^Rows.Columns = 5", "Rows is no sequence (its VR is US)"),
    ("^FrameIncrementPointer > 00181063", "tags have no order"),
    ("^SOPClass > 'CTImageStorage'", "it has no order"),
    ("^SOPClass = 'CTImageStorag'", "did you mean CTImageStorage"),
    ("^SOPClass = 'JPEGBaseline'", "'JPEGBaseline' is no SOP class"),
    ("^TransferSyntax = 'CTImageStorage'", "'CTImageStorage' is no transfer syntax"),
    ("^SOPClass = 1.2.x", "'1.2.x' is no UID"),
    ("^Size like '1*'", "it is a number of bytes"),
    ("^Size > 'large'", "'large' is no number"),
    ("^Path is null", "every object has it"),
    ("^Path.Rows = 5", "Path is no sequence"),
    ("ReferencedImageSequence.^Size = 5", "Size is nothing that a sequence has"),
    ("^Modality = ''", "write is null"),
    ("^(0028,\"ACME\",10) = 'x'", "group 0028 is not private"),
    ("^(0029,'',10) = 'x'", "a creator with a name"),
    ("(^0029,10) = 'x'", "an attribute"),
    ("Modality = ^= 'CT'", "here should be a value"),
    ("Modality = 'CT' and and ^Rows > 1", "here should be =, !="),
    ("Rows.^5 = 1", "an attribute"),
    ("^\x00", ""),
    ("Modality = 'a' ^; rm", "here should be and, or, or )"),
]


@pytest.mark.parametrize(("marked", "message"), WRONG, ids=[marked for marked, _ in WRONG])
def test_what_is_wrong_and_where(marked: str, message: str) -> None:
    place = marked.index("^")
    text = marked[:place] + marked[place + 1 :]
    with pytest.raises(WhereError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.offset == place
    lines = str(caught.value).split("\n")
    if text:
        assert len(lines) == 3
        assert lines[2].index("^") - 2 <= 53
        if place < len(text) and len(text) < 60:
            assert lines[1][lines[2].index("^")] == (text[place] if text[place].isprintable() else " ")


@pytest.mark.parametrize("marked", [marked for marked, said in WRONG if said.startswith("it ends where")])
@pytest.mark.parametrize("end", [" ", "  \t", "\n", " \r\n "])
def test_blanks_at_the_end_change_nothing(marked: str, end: str) -> None:
    text = marked.removesuffix("^")
    with pytest.raises(WhereError) as plain:
        parse(text)
    with pytest.raises(WhereError) as caught:
        parse(text + end)
    assert str(caught.value).split("\n")[0] == str(plain.value).split("\n")[0]


def test_the_place_is_shown_in_a_long_text() -> None:
    text = "Rows > 1 and " * 100 + "Modality = CT" + " and Rows > 1" * 100
    with pytest.raises(WhereError) as caught:
        parse(text)
    _, shown, mark = str(caught.value).split("\n")
    assert len(shown) < 90
    assert shown[mark.index("^") :].startswith("CT and")


# --- More than anybody writes -----------------------------------------------------------------------------------------


def test_8_mib_are_refused() -> None:
    for text in ("Rows > 1 and " * (8 << 20 >> 4), "(" * (8 << 20), '"' * (8 << 20), "x" * (8 << 20), " " * (8 << 20)):
        with pytest.raises(WhereError, match=f"it may have {LONGEST_EXPRESSION:,}|there is no expression"):
            parse(text)


def test_100_000_times_and() -> None:
    with pytest.raises(WhereError, match="it may have"):
        parse(" and ".join(["Rows>1"] * 100_000))
    tree = parse(" and ".join(["Rows>1"] * 5_000)).tree
    assert isinstance(tree, All)
    assert len(tree.tests) == 5_000


def test_10_000_parentheses() -> None:
    assert str(parse("(" * 10_000 + "Rows > 1" + ")" * 10_000)) == "Rows > 1"
    with pytest.raises(WhereError, match="it ends where"):
        parse("(" * 10_000 + "Rows > 1" + ")" * 9_999)
    with pytest.raises(WhereError, match=r"this \) has no \("):
        parse("(" * 9_999 + "Rows > 1" + ")" * 10_000)
    with pytest.raises(WhereError, match="it ends where an attribute"):
        parse("(" * 60_000)


def test_10_000_times_not() -> None:
    assert str(parse("not " * 10_000 + "Rows > 1")) == "Rows > 1"
    assert str(parse("not " * 10_001 + "Rows > 1")) == "not Rows > 1"
    assert str(parse("not(" * 10_000 + "Rows > 1" + ")" * 10_000)) == "Rows > 1"


def deep(levels: int) -> str:
    """``and`` and ``or`` in turn, each in the other."""
    text = "Rows > 1"
    for level in range(levels):
        text = f"({text} {'and' if level % 2 else 'or'} Rows > 2)"
    return text


def test_levels() -> None:
    assert parse(deep(DEEPEST_EXPRESSION)).tree == parse(str(parse(deep(DEEPEST_EXPRESSION)))).tree
    for levels in (DEEPEST_EXPRESSION + 1, 2_000):
        with pytest.raises(WhereError, match=f"more than {DEEPEST_EXPRESSION} deep"):
            parse(deep(levels))


def test_a_list_of_thousands() -> None:
    where = parse(f"InstanceNumber in ({', '.join(map(str, range(10_000)))})")
    assert isinstance(where.tree, Among)
    assert len(where.tree.values) == 10_000


# --- A tree is its text again -----------------------------------------------------------------------------------------

_TAGS = (0x00080060, 0x00080020, 0x00100010, 0x00280010, 0x60000010, 0x60020010, 0x00091001, 0x00020010, 0x12345678)
_steps = st.sampled_from(_TAGS).map(lambda tag: PathStep(tag, keyword_of(tag))) | st.builds(
    PathStep,
    st.sampled_from((0x00290010, 0x000900FF)),
    creator=st.text(st.characters(codec="ascii", exclude_characters="\"'"), min_size=1)
    .map(lambda text: text.strip())
    .filter(bool),
)
_names = st.lists(_steps, min_size=1, max_size=3).map(lambda steps: Attribute(tuple(steps))) | st.sampled_from(
    FACTS
).map(Fact)
_values = st.text(max_size=8).map(Operand) | st.from_regex(r"[-+]?\.?[0-9][0-9A-Za-z.:+\-]*", fullmatch=True).map(
    lambda text: Operand(text, is_quoted=False)
)
_leaves = (
    st.builds(Compared, _names, st.sampled_from(("=", "<", "<=", ">", ">=")), _values)
    | st.builds(Among, _names, st.lists(_values, min_size=1, max_size=3).map(tuple))
    | st.builds(Like, _names, st.text(max_size=8))
    | st.builds(InState, _names, st.sampled_from(("null", "missing", "empty")))
)
trees = st.recursive(
    _leaves,
    lambda inner: (
        inner.map(negated)
        | st.lists(inner, min_size=2, max_size=3).map(all_of)
        | st.lists(inner, min_size=2, max_size=3).map(any_of)
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(trees)
def test_a_tree_is_its_text_again(tree: Not | All | Any) -> None:
    assert parsed(text_of(tree))[0] == tree


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "Modality",
                    "Rows",
                    "(0008,0060)",
                    "00080060",
                    "(0029,'A',10)",
                    "Path",
                    "and",
                    "or",
                    "not",
                    "in",
                    "like",
                    "is",
                ),
                *(
                    "null",
                    "(",
                    ")",
                    ",",
                    ".",
                    "=",
                    "!=",
                    "<",
                    '"CT"',
                    "'",
                    '"',
                    "5",
                    "-",
                    "1.2",
                    "x",
                    "\\",
                    "\u201c",
                    "\ufeff",
                ),
            ]
        ),
        max_size=14,
    )
)
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    text = " ".join(words)
    try:
        where = parse(text)
    except WhereError as error:
        assert 0 <= error.offset <= len(text)
        assert str(error)
    else:
        assert parse(str(where)).tree == where.tree
