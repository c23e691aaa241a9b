"""Running rules: order, settings, suppression, and what suppresses nothing."""

from __future__ import annotations

import pytest

from asprofile.errors import ConfigurationError
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.text import Source, apply_edits, decode

SOUND = r"""[[TransferSyntaxes]]
[Unc]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = VerificationSOPClass\Unc
{entries}[[Profiles]]
[P]
PresentationContexts = C
"""
CT = "PresentationContext{number} = CTImageStorage\\Unc\n"


def run(entries: str, settings: LintOptions | None = None) -> LintReport:
    return lint(Source(SOUND.format(entries=entries).encode(), "test.cfg"), settings)


def codes(report: LintReport) -> list[str]:
    return [finding.code for finding in report.findings]


def fixed(report: LintReport) -> str:
    edits = [edit for finding in report.findings if finding.fix for edit in finding.fix.edits]
    return decode(apply_edits(report.source.data, edits))


def test_clean() -> None:
    report = run("")
    assert (report.findings, report.suppressed) == ((), 0)
    assert report.source.path == "test.cfg"


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff\xfe", b"=", b"[", b"]]", b"[[", b"#", b"\n=\n \n[\r]", bytes(range(256))]
)
def test_any_bytes_are_a_file(data: bytes) -> None:
    report = lint(Source(data))
    assert report.count("error") >= 1
    for finding in report.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(data)


def test_order_is_that_of_the_file_and_then_of_the_codes() -> None:
    report = run("PresentationContext01 = CTImageStorage\\Unc\nPresentaionContext2 = CTImageStorag\\Unc\n")
    places = [(finding.span, finding.code) for finding in report.findings]
    assert places == sorted(places)
    assert len(places) > 1


def test_severity_is_the_rules_or_the_hits() -> None:
    report = run(CT.format(number=3) + "Author = me\n")
    assert [(finding.code, finding.severity) for finding in report.findings] == [("AP201", "error"), ("AP207", "info")]
    assert (report.count("error"), report.count("warning"), report.count("info")) == (1, 0, 1)


def test_select_and_ignore() -> None:
    entries = CT.format(number=3) + "Author = me\n"
    assert codes(run(entries, LintOptions(select=("AP201",)))) == ["AP201"]
    assert codes(run(entries, LintOptions(ignore=("AP201",)))) == ["AP207"]
    with pytest.raises(ConfigurationError):
        run(entries, LintOptions(select=("AP000",)))


def test_release() -> None:
    entry = "PresentationContext2 = PhotoacousticImageStorage\\Unc\n"
    assert codes(run(entry, LintOptions(release="3.7.0", select=("AP1",)))) == []
    assert codes(run(entry, LintOptions(release="3.6.7", select=("AP1",)))) == ["AP120"]


def test_role() -> None:
    entries = CT.format(number=2) + CT.format(number=3)
    assert codes(run(entries, LintOptions(role="acceptor", select=("AP1",)))) == ["AP121"]
    assert codes(run(entries, LintOptions(role="requestor", select=("AP1",)))) == []


def test_suppressed_for_the_next_item_only() -> None:
    twice = CT.format(number=2) + "# asprofile: ignore[AP203] tried\n" + CT.format(number=2) + CT.format(number=2)
    report = run(twice.replace("CTI", "MRI", 1), LintOptions(select=("AP0", "AP2")))
    assert codes(report) == ["AP203"]
    assert report.suppressed == 1
    assert report.findings[0].span.start > report.source.data.rindex(b"tried")


def test_suppressed_by_prefix_in_the_whole_file() -> None:
    entries = CT.format(number=2) + CT.format(number=2) + "# asprofile: ignore-file[AP2] as it is\n"
    report = run(entries, LintOptions(select=("AP0", "AP2")))
    assert codes(report) == []
    assert report.suppressed == 1


def test_unused_suppression_goes() -> None:
    report = run("# asprofile: ignore[AP203, AP201] why\n" + CT.format(number=2))
    assert [(finding.code, finding.message) for finding in report.findings] == [
        ("AP001", "AP203 and AP201 silence nothing here; remove it")
    ]
    assert fixed(report) == SOUND.format(entries=CT.format(number=2))


def test_only_what_is_unused_goes() -> None:
    before = CT.format(number=2) + "# asprofile: ignore[AP202, AP203,AP207] why\n" + CT.format(number=2)
    report = run(before, LintOptions(select=("AP0", "AP2")))
    assert codes(report) == ["AP001"]
    assert fixed(report) == SOUND.format(entries=before.replace("AP202, AP203,AP207", "AP203"))


def test_what_did_not_run_is_not_unused() -> None:
    entries = "# asprofile: ignore[AP203, AP2] why\n" + CT.format(number=2)
    assert codes(run(entries, LintOptions(select=("AP0", "AP201")))) == []
    assert codes(run(entries, LintOptions(select=("AP0", "AP203")))) == ["AP001"]


def test_unused_may_be_suppressed_in_the_whole_file() -> None:
    entries = "# asprofile: ignore-file[AP001] kept\n# asprofile: ignore[AP203] for later\n" + CT.format(number=2)
    report = run(entries)
    assert (codes(report), report.suppressed) == ([], 1)


def test_unknown_code_is_unknown_and_not_unused() -> None:
    assert codes(run("# asprofile: ignore[AP999] why\n" + CT.format(number=2))) == ["AP002"]


def test_the_same_on_every_run() -> None:
    entries = CT.format(number=4) + "Author = me\nx\n" + CT.format(number=1)
    assert run(entries).findings == run(entries).findings


@pytest.mark.parametrize(
    "text",
    ["", "port = 104\n", "[[GENERAL]]\n[HOST]\nname = a\n", "log4cplus.rootLogger = INFO, console\n# x\n]\n", "x\0y\n"],
)
def test_a_file_of_another_kind_is_one_error(text: str) -> None:
    report = lint(Source(text.encode()))
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["AP102"]


def test_a_part_of_a_profile_is_told_what_is_lost() -> None:
    found = lint(Source(b"TransferSyntax1 = LittleEndianImplicit\n")).findings
    assert [finding.code for finding in found] == ["AP102", "AP205"]
