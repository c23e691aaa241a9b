from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.lint.fixes.ignores import ignores
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.syntax import Entry, Header, parse
from asprofile.text import Source, apply_edits

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SAMPLES = sorted((Path(__file__).parents[3] / "sample_profiles").glob("*.cfg"))


def silenced(data: bytes, settings: LintOptions | None = None) -> bytes:
    return apply_edits(data, ignores(lint(Source(data), settings), settings))


def read(data: bytes) -> list[tuple[object, ...]]:
    """What DCMTK reads of the headers and entries."""
    found: list[tuple[object, ...]] = []
    for item in parse(data):
        if isinstance(item, Entry):
            found.append((item.key, item.value))
        elif isinstance(item, Header):
            found.append((item.name, item.level))
    return found


def check(data: bytes, settings: LintOptions | None = None) -> None:
    after = silenced(data, settings)
    assert read(after) == read(data)
    left = [finding for finding in lint(Source(after), settings).findings if finding.code != "AP001"]
    if not data.startswith(BYTE_ORDER_MARK):
        assert left == []
    assert silenced(after, settings) == after


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_finding_can_be_silenced_and_nothing_else_changes(rule: Rule) -> None:
    for example in rule.examples:
        check(example.file(example.bad), LintOptions(release=example.release, role=example.role))


def test_one_comment_an_item_on_the_line_above() -> None:
    data = b"[[TransferSyntaxes]]\r\n[A]\r\nTransferSyntax2 = x\r\n TransferSyntax3 = y\r\n[[PresentationContexts]]\r\n"
    assert silenced(data, LintOptions(select=("AP201",))) == (
        b"[[TransferSyntaxes]]\r\n"
        b"[A]\r\n"
        b"# asprofile: ignore[AP201]\r\n"
        b"TransferSyntax2 = x\r\n TransferSyntax3 = y\r\n[[PresentationContexts]]\r\n"
    )


def test_codes_of_one_item_share_a_comment() -> None:
    data = b"[[TransferSyntaxes]]\n[A]\nTransferSyntax1 = LittleEndianImplicit\nTransferSyntax1 = 1.2.840.10008.1.2.\n"
    after = silenced(data, LintOptions(select=("AP2", "AP3")))
    comments = [line for line in after.splitlines() if line.startswith(b"#")]
    assert all(comment.startswith(b"# asprofile: ignore") for comment in comments)
    assert len(comments) == len(set(comments))


def test_an_item_behind_another_on_its_line_needs_a_comment_for_the_file() -> None:
    data = b"[[TransferSyntaxes]] [A] TransferSyntax2 = x\n"
    assert silenced(data, LintOptions(select=("AP201",))) == b"# asprofile: ignore-file[AP201]\n" + data


def test_what_is_about_the_file_goes_to_the_top() -> None:
    assert silenced(b"", LintOptions(select=("AP1",))).startswith(b"# asprofile: ignore-file[AP1")


def test_an_unused_suppression_is_left_to_the_reader() -> None:
    data = b"# asprofile: ignore-file[AP201] old\n"
    assert silenced(data, LintOptions(select=("AP001", "AP201"))) == data


def test_nothing_goes_in_front_of_a_byte_order_mark() -> None:
    data = BYTE_ORDER_MARK + b"[[TransferSyntaxes]]\n[A]\nTransferSyntax2 = x\n"
    assert silenced(data).startswith(BYTE_ORDER_MARK)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_clean_files_stay_as_they_are(sample: Path) -> None:
    data = sample.read_bytes()
    if not lint(Source(data)).findings:
        assert silenced(data) == data


PIECES = st.sampled_from(
    [
        *(b"[[TransferSyntaxes]]", b"[[PresentationContexts]]", b"[A]", b"[", b"]", b"TransferSyntax1 = x", b"=", b" "),
        *(b"TransferSyntax3 = 1.2.840.10008.1.2", b"PresentationContext1 = CTImageStorage\\A", b"# c", BYTE_ORDER_MARK),
        *(b"\n", b"\r", b"\r\n", b"\n\n", b"\xff", b"\t", b"\0"),
    ]
)


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_any_file(data: bytes) -> None:
    check(data)
