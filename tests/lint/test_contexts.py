"""What the rules of groups 4 and 5 say of lists by direction, and what they leave to other rules."""

from __future__ import annotations

from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions, lint
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.names.fit import judge
from asprofile.text import Source

LISTS = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[RLE]
TransferSyntax1 = RLELossless
[Any]
TransferSyntax1 = JPEGBaseline
TransferSyntax2 = JPEGLSLossless
TransferSyntax3 = JPEG2000LosslessOnly
TransferSyntax4 = RLELossless
TransferSyntax5 = LittleEndianExplicit
TransferSyntax6 = LittleEndianImplicit
"""


def file(contexts: str, lists: str = LISTS) -> Source:
    profile = "[[Profiles]]\n[Default]\nPresentationContexts = Contexts\n"
    return Source(f"{lists}[[PresentationContexts]]\n[Contexts]\n{contexts}{profile}".encode())


def codes(source: Source, *select: str) -> list[str]:
    return [finding.code for finding in lint(source, LintOptions(select=select)).findings]


CT_BASELINE = (
    "PresentationContext1 = CTImageStorage\\JPEGBaseline\nPresentationContext2 = CTImageStorage\\Uncompressed\n"
)


def test_a_list_with_something_of_everything_is_an_acceptors() -> None:
    source = file("PresentationContext1 = CTImageStorage\\Any\nPresentationContext2 = BasicTextSRStorage\\Any\n")
    negotiations = Subject(source, "3.7.0", None).negotiations
    assert [found.label for found in negotiations.accepted] == ["CONTEXTS"]
    assert codes(source, "AP5") == []
    assert [found.label for found in Subject(source, "3.7.0", "requestor").negotiations.proposed] == ["CONTEXTS"]


def test_the_role_given_silences_what_is_for_requestors() -> None:
    mixed = LISTS.replace("[RLE]\n", "TransferSyntax2 = LittleEndianImplicit\n[RLE]\n")
    source = file("PresentationContext1 = CTImageStorage\\JPEGBaseline\n", mixed)
    sides: tuple[tuple[AssociationRole | None, list[str]], ...]
    sides = (("requestor", ["warning"]), ("acceptor", []), (None, ["info"]))
    for role, severities in sides:
        found = lint(source, LintOptions(select=("AP502",), role=role)).findings
        assert [finding.severity for finding in found] == severities


def test_a_context_of_no_use_at_all_is_said_to_either_side() -> None:
    source = file("PresentationContext1 = CTImageStorage\\JPEGBaseline\n")
    roles: tuple[AssociationRole | None, ...] = ("requestor", "acceptor", None)
    for role in roles:
        found = lint(source, LintOptions(select=("AP502",), role=role)).findings
        assert [finding.severity for finding in found] == ["warning"]


def test_a_pair_is_reported_once_however_many_lists_have_it() -> None:
    contexts = f"{CT_BASELINE}[Others]\n{CT_BASELINE}"
    assert codes(file(contexts), "AP502") == ["AP502"]


def test_several_unfit_transfer_syntaxes_of_one_list_make_one_finding() -> None:
    lists = LISTS.replace("[RLE]\n", "TransferSyntax2 = MPEG2MainProfile@MainLevel\n[RLE]\n")
    [finding] = lint(file(CT_BASELINE, lists), LintOptions(select=("AP502",))).findings
    assert "JPEG Baseline (Process 1) codes 8" in finding.message
    assert finding.message.endswith("; nor does MPEG2 Main Profile / Main Level fit")


def test_a_context_with_useful_transfer_syntaxes_beside_is_not_called_useless() -> None:
    lists = LISTS.replace("[RLE]\n", "TransferSyntax2 = LittleEndianImplicit\n[RLE]\n")
    [finding] = lint(file(CT_BASELINE, lists), LintOptions(select=("AP502",))).findings
    assert finding.message.endswith("no object can use it")
    assert finding.fix is None


def test_nothing_is_called_missing_where_an_entry_is_not_read() -> None:
    contexts = "PresentationContext1 = CTImageStorage\\Explicit\n"
    explicit = "[Explicit]\nTransferSyntax1 = LittleEndianExplicit\n"
    assert codes(file(contexts, LISTS + explicit), "AP509") == ["AP509"]
    behind_a_gap = explicit + "TransferSyntax3 = LittleEndianImplicit\n"
    assert codes(file(contexts, LISTS + behind_a_gap), "AP509") == []
    no_uid = explicit + "TransferSyntax2 = ImplicitVRLittleEndian\n"
    assert codes(file(contexts, LISTS + no_uid), "AP509") == []
    lost_context = contexts + "PresentationContext3 = CTImageStorage\\Uncompressed\n"
    assert codes(file(lost_context, LISTS + explicit), "AP509") == []


def test_what_a_comment_silences_is_not_taken_out_by_the_fix_of_another_finding() -> None:
    contexts = (
        "# asprofile: ignore[AP502] our scanner does that\n"
        f"{CT_BASELINE}"
        "PresentationContext3 = MRImageStorage\\JPEGBaseline\n"
        "PresentationContext4 = MRImageStorage\\Uncompressed\n"
    )
    fixed = fix(file(contexts), LintOptions(select=("AP502",)), unsafe=True)
    assert b"CTImageStorage\\JPEGBaseline" in fixed.data
    assert b"MRImageStorage\\JPEGBaseline" not in fixed.data
    assert b"PresentationContext3 = MRImageStorage\\Uncompressed" in fixed.data


def test_a_useless_context_that_is_the_only_one_of_its_class_gets_an_uncompressed_list() -> None:
    contexts = (
        "PresentationContext1 = BasicTextSRStorage\\RLE\nPresentationContext2 = BasicTextSRStorage\\JPEGBaseline\n"
    )
    fixed = fix(file(contexts), LintOptions(select=("AP501",)), unsafe=True)
    assert b"PresentationContext1 = BasicTextSRStorage\\Uncompressed\n[[Profiles]]" in fixed.data


def test_unverified_facts_lead_to_no_warning() -> None:
    ct_for_processing, jpeg_baseline = "1.2.840.10008.5.1.4.1.1.2.3", "1.2.840.10008.1.2.4.50"
    known = judge(ct_for_processing, jpeg_baseline)
    assert known is not None
    assert (known.outcome, known.unsure, known.useless) == ("impossible", True, False)
    report = lint(file(f"PresentationContext1 = {ct_for_processing}\\JPEGBaseline\n"), LintOptions(select=("AP5",)))
    assert {finding.severity for finding in report.findings} <= {"info"}
