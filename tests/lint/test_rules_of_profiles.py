"""Groups 6 to 9 beyond the examples of the rules: when they are silent, how severe, what the direction changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Severity
from asprofile.lint.run import LintOptions, lint
from asprofile.model.words import AssociationRole
from asprofile.text import Source

GROUPS = ("AP6", "AP7", "AP8", "AP9")
VERIFICATION, CT, MR = "VerificationSOPClass", "CTImageStorage", "MRImageStorage"
FIND, MOVE, GET = (f"{what}StudyRootQueryRetrieveInformationModel" for what in ("FIND", "MOVE", "GET"))
NOTIFICATION = "ModalityPerformedProcedureStepNotificationSOPClass"
COMMITMENT = "StorageCommitmentPushModelSOPClass"
PRIVATE = "1.2.3.4.5"


def profile(
    contexts: list[str], roles: list[str] | None = None, extended: list[str] | None = None, before: str = ""
) -> bytes:
    """A file with one profile; a context without a list has ``[U]``, explicit and implicit little endian."""
    lists = [
        ("PresentationContext", "[[PresentationContexts]]\n[C]\n", [c if "\\" in c else c + "\\U" for c in contexts])
    ]
    lines = [
        "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianExplicit\nTransferSyntax2 = LittleEndianImplicit\n"
    ]
    lines.append(f"[I]\nTransferSyntax1 = LittleEndianImplicit\n{before}")
    references = "PresentationContexts = C\n"
    if roles is not None:
        lists.append(("Role", "[[SCPSCURoleSelection]]\n[R]\n", roles))
        references += "SCPSCURoleSelection = R\n"
    if extended is not None:
        lists.append(("ExtendedNegotiation", "[[ExtendedNegotiation]]\n[E]\n", extended))
        references += "ExtendedNegotiation = E\n"
    for key, header, values in lists:
        lines.append(header + "".join(f"{key}{n} = {value}\n" for n, value in enumerate(values, start=1)))
    return ("".join(lines) + "[[Profiles]]\n[P]\n" + references).encode()


def findings(data: bytes, role: AssociationRole | None = None, codes: tuple[str, ...] = GROUPS) -> list[Finding]:
    return list(lint(Source(data), LintOptions(role=role, select=codes)).findings)


def found(data: bytes, role: AssociationRole | None = None) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in findings(data, role)}


@pytest.mark.parametrize(
    ("contexts", "expected"),
    [
        ([CT, MR], {}),
        ([CT, MR, CT], {"AP601": "warning"}),
        ([CT, CT + "\\I"], {"AP601": "info"}),
        ([CT + "\\I", CT], {"AP601": "info"}),
        (["DigitalXRayImageStorageForProcessing"], {"AP605": "info"}),  # it may send the other one with another file
        (["DigitalXRayImageStorageForProcessing", "DigitalXRayImageStorageForPresentation"], {}),
        (["BreastProjectionXRayImageStorageForProcessing"], {}),  # nobody has confirmed that duty
        (["EnhancedCTImageStorage"], {"AP605": "info"}),  # a duty of acceptors, one of which may load the file
        (["UltrasoundImageStorage"], {}),  # a requestor knows what it sends
        ([GET], {"AP703": "warning"}),
        ([GET, CT], {"AP703": "warning"}),
        ([FIND, MOVE, CT], {}),
        ([CT, CT + "\\I", FIND], {"AP601": "info", "AP906": "info"}),
        ([COMMITMENT], {"AP709": "info"}),
        ([FIND], {}),  # a program that only asks
        ([NOTIFICATION], {"AP705": "info"}),
        (["UnifiedProcedureStepEventSOPClass"], {"AP705": "info"}),
        (["PrinterSOPClass"], {}),
        (["VOILUTBoxSOPClass"], {}),  # nobody has confirmed how it is negotiated
        (["BasicAnnotationBoxSOPClass"], {"AP902": "warning"}),
        (["BasicColorImageBoxSOPClass"], {"AP901": "error"}),
        (["BasicFilmBoxSOPClass", "PresentationLUTSOPClass"], {"AP901": "error"}),
        (["StorageServiceClass"], {}),  # of the wrong kind of UID another group speaks
        (["DICOS_CTImageStorage"], {}),  # not among medical ones
        (["DICOS_CTImageStorage", CT], {"AP910": "info"}),
        (["RETIRED_StandaloneCurveStorage", "DRAFT_SRTextStorage"], {"AP908": "info", "AP909": "info"}),
        (["RETIRED_FINDPatientStudyOnlyQueryRetrieveInformationModel"], {"AP905": "info"}),
    ],
)
def test_contexts_of_a_requestor(contexts: list[str], expected: dict[str, Severity]) -> None:
    assert found(profile(contexts)) == expected


@pytest.mark.parametrize(
    ("contexts", "expected"),
    [
        ([VERIFICATION, CT], {}),
        ([CT], {"AP602": "info"}),
        ([VERIFICATION, "EnhancedCTImageStorage"], {"AP605": "warning", "AP606": "info"}),
        ([VERIFICATION, "EnhancedCTImageStorage", CT, "GrayscaleSoftcopyPresentationStateStorage"], {}),
        ([VERIFICATION, "UltrasoundMultiframeImageStorage"], {"AP606": "info"}),
        ([VERIFICATION, "RETIRED_StandaloneCurveStorage", "DRAFT_SRTextStorage", "DICOS_CTImageStorage"], {}),
        ([VERIFICATION, CT, FIND, MOVE], {}),
        ([VERIFICATION, NOTIFICATION], {}),
        ([VERIFICATION, GET, CT], {"AP703": "warning"}),
    ],
)
def test_contexts_of_an_acceptor(contexts: list[str], expected: dict[str, Severity]) -> None:
    assert found(profile(contexts), "acceptor") == expected


@pytest.mark.parametrize(
    ("contexts", "roles", "role", "expected"),
    [
        ([GET, CT], [CT + "\\SCP"], "requestor", {}),
        ([GET, CT], [CT + "\\BOTH"], "acceptor", {"AP602": "info"}),
        ([GET, CT], [CT + "\\SCU"], "requestor", {"AP703": "warning"}),
        ([GET, PRIVATE], [PRIVATE + "\\SCP"], "requestor", {}),  # it may be a Storage SOP class
        ([CT], [CT + "\\BOTH"], None, {"AP708": "info"}),
        ([CT], [CT + "\\BOTH"], "requestor", {"AP704": "warning"}),
        ([CT, PRIVATE], [CT + "\\BOTH"], "requestor", {}),  # a private C-GET is possible
        ([CT, CT + "\\I"], [CT + "\\BOTH"], None, {"AP601": "info", "AP701": "warning", "AP704": "warning"}),
        ([VERIFICATION, CT], [CT + "\\BOTH"], "acceptor", {}),
        ([VERIFICATION, CT], [CT + "\\SCP"], "acceptor", {"AP706": "warning"}),
        ([VERIFICATION, CT], [CT + "\\SCU"], "acceptor", {}),
        ([VERIFICATION, COMMITMENT], [COMMITMENT + "\\SCP"], "acceptor", {}),
        ([FIND], [FIND + "\\SCP"], "requestor", {"AP704": "warning"}),
        ([FIND], [FIND + "\\SCP"], None, {}),
        ([NOTIFICATION], [NOTIFICATION + "\\SCP"], "requestor", {}),
        ([NOTIFICATION, COMMITMENT], [COMMITMENT + "\\SCP"], "requestor", {"AP705": "warning"}),
        ([VERIFICATION], [VERIFICATION + "\\BOTH"], None, {"AP707": "info"}),
        ([VERIFICATION], [VERIFICATION + "\\SCU"], None, {"AP702": "info"}),
        (["MediaCreationManagementSOPClass"], ["MediaCreationManagementSOPClass\\SCP"], None, {"AP707": "info"}),
    ],
)
def test_roles(
    contexts: list[str], roles: list[str], role: AssociationRole | None, expected: dict[str, Severity]
) -> None:
    assert found(profile(contexts, roles), role) == expected


SR = "EnhancedSRStorage"
WORKLIST = "FINDModalityWorklistInformationModel"


@pytest.mark.parametrize(
    ("context", "data", "role", "expected"),
    [
        (CT, "020003000000", None, {}),
        (CT, "020003000000", "requestor", {"AP803": "warning"}),
        (CT, "020003000000", "acceptor", {"AP602": "info", "AP807": "warning"}),
        (CT, "030000000200", "requestor", {"AP806": "info"}),
        (CT, "030000000200", "acceptor", {"AP602": "info", "AP803": "warning", "AP807": "warning"}),
        (CT, "0200", None, {"AP801": "error"}),
        (CT, "000001000000", None, {"AP802": "warning"}),
        (SR, "000000000000", None, {}),  # the role does not show that the device is SCU and SCP
        (FIND, "01", None, {}),
        (FIND, "0000", None, {"AP806": "info"}),
        (FIND, "01000000000001", None, {"AP809": "info"}),
        (FIND, "00000000000000", None, {"AP806": "info"}),
        (FIND, "0000000000000000", None, {"AP804": "error"}),
        (WORKLIST, "010100", None, {}),
        (WORKLIST, "0000", None, {"AP804": "error"}),
        (VERIFICATION, "01", None, {"AP805": "warning"}),
        (COMMITMENT, "01", None, {"AP709": "info", "AP805": "error"}),
        (PRIVATE, "ABCDEF", "requestor", {}),
        ("1.2.840.10008.5.1.4.43.1", "FF", None, {}),  # Implant Templates: nobody has confirmed that they have none
        ("DisplaySystemSOPClass", "FF", None, {}),
    ],
)
def test_extended_negotiation(
    context: str, data: str, role: AssociationRole | None, expected: dict[str, Severity]
) -> None:
    assert found(profile([context], extended=[f"{context}\\{data}"]), role) == expected


@pytest.mark.parametrize(
    ("level", "keyword", "expected"),
    [("01", "BOTH", {"AP708", "AP808"}), ("01", "SCP", {"AP708"}), ("02", "BOTH", {"AP708"})],
)
def test_level_2(level: str, keyword: str, expected: set[str]) -> None:
    assert set(found(profile([SR], [f"{SR}\\{keyword}"], [f"{SR}\\{level}0000000000"]))) == expected


def test_what_is_behind_a_gap_is_not_missing() -> None:
    text = profile([GET, CT, "DigitalXRayImageStorageForProcessing", MR]).decode()
    assert set(found(text.replace("PresentationContext4", "PresentationContext5").encode())) == set()
    assert set(found(text.encode())) == {"AP605", "AP703"}


def long_list(label: str, count: int) -> str:
    return f"[{label}]\n" + "".join(f"TransferSyntax{n} = 2.25.{n + 10**38}\n" for n in range(1, count + 1))


@pytest.mark.parametrize(
    ("before", "contexts", "severity", "word"),
    [
        (long_list("L", 30), 30, None, ""),
        (long_list("L", 60), 40, "warning", "than many peers"),
        (long_list("L", 900), 30, "error", "1 MiB"),
        (long_list("L", 1400), 1, "error", "1400 transfer syntaxes"),
    ],
)
def test_large_requests(before: str, contexts: int, severity: Severity | None, word: str) -> None:
    data = profile([f"1.2.3.{n}\\L" for n in range(contexts)], before=before)
    hits = findings(data, "requestor", ("AP603",))
    assert [hit.severity for hit in hits] == ([severity] if severity else [])
    assert all(word in hit.message for hit in hits)
    assert findings(data, "acceptor", ("AP603",)) == []


def test_user_information_too_long() -> None:
    names = [f"1.2.3.{n}" for n in range(70)]
    data = profile(names, extended=[f"{name}\\{'00' * 1000}" for name in names])
    (hit,) = findings(data, "requestor", ("AP603",))
    assert (hit.severity, "65,535" in hit.message) == ("error", True)


def test_a_list_that_two_profiles_share_is_reported_once() -> None:
    data = profile([GET, CT]) + b"[Q]\nPresentationContexts = C\n"
    assert [finding.code for finding in findings(data)] == ["AP703"]


@pytest.mark.parametrize("name", ["storescu.cfg", "storescp.cfg"])
@pytest.mark.parametrize("release", ["3.6.7", "3.7.0"])
def test_nothing_to_say_of_what_dcmtk_ships_but_that_it_is_full(name: str, release: str) -> None:
    path = Path("/etc/dcmtk") / name
    if not path.exists():
        pytest.skip("DCMTK's example profiles are not installed (package dcmtk)")
    findings = lint(Source(path.read_bytes()), LintOptions(release=release, select=GROUPS)).findings
    assert {(finding.code, finding.severity) for finding in findings} <= {("AP607", "info")}
