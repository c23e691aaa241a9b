"""What loads, what does not and why, and where: held against the tables of DCMTK's reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading_cases import LOADS, PC, PR, TS, Load

import asprofile
from asprofile.errors import AsprofileError, LoadError, UnknownRelease
from asprofile.model.config import Config
from asprofile.model.document import read
from asprofile.model.loader import Loading, load
from asprofile.names.releases import RELEASES, at_least

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"

FULL = (
    b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax1 = LittleEndianImplicit\nTransferSyntax2 = 1.2.840.10008.1.2.1\n"
    b"[[PresentationContexts]]\n[C1]\n"
    b"PresentationContext1 = CTImageStorage\\U1\nPresentationContext2 = MRImageStorage\\u 1\n"
    b"[[SCPSCURoleSelection]]\n[R1]\nRole1 = MRImageStorage\\both\n"
    b"[[ExtendedNegotiation]]\n[E1]\nExtendedNegotiation1 = CTImageStorage\\00fF\n"
    b"[[Profiles]]\n[Every thing]\nPresentationContexts = C1\nSCPSCURoleSelection = R1\nExtendedNegotiation = E1\n"
    b"[Plain]\nPresentationContexts = C1\n"
)


def condition(data: bytes, release: str, role: asprofile.model.AssociationRole) -> int:
    try:
        load(data, release, role)
    except LoadError as error:
        return error.code
    return 0


@pytest.mark.parametrize("case", LOADS, ids=lambda case: case.what)
def test_conditions(case: Load) -> None:
    acceptor = case.code if case.acceptor is None else case.acceptor
    for release in RELEASES:
        if at_least(release, case.since) and at_least(case.until, release):
            assert (release, condition(case.data, release, "requestor")) == (release, case.code)
            assert (release, condition(case.data, release, "acceptor")) == (release, acceptor)


def test_every_condition_that_loading_can_have_is_in_the_table() -> None:
    expected = {0, 7, 1050, 1051, 1052, 1054, 1055, *range(1057, 1062), *range(1024, 1034), 1036, 1038, 1039, 1041}
    assert {case.code for case in LOADS} == expected


# -- what a loaded file is


def full() -> Config:
    return load(FULL)


def test_a_profile_is_resolved() -> None:
    profile = full().profiles["EVERYTHING"]
    assert [(c.id, c.abstract_syntax, c.transfer_syntaxes, c.role) for c in profile.contexts] == [
        (1, CT, (IMPLICIT, EXPLICIT), "default"),
        (3, MR, (IMPLICIT, EXPLICIT), "both"),
    ]
    assert [(item.sop_class, item.data) for item in profile.extended] == [(CT, b"\x00\xff")]
    assert profile.refusal is None
    lists = profile.context_list, profile.role_list, profile.extended_list
    assert [found.label for found in lists if found] == ["C1", "R1", "E1"]


def test_a_profile_without_roles_and_extended_negotiation() -> None:
    profile = full().profiles["PLAIN"]
    assert (profile.role_list, profile.extended_list, profile.extended) == (None, None, ())
    assert {context.role for context in profile.contexts} == {"default"}


def test_lists_and_profiles_are_in_file_order() -> None:
    config = full()
    assert list(config.profiles) == ["EVERYTHING", "PLAIN"]
    assert list(config.transfer_syntax_lists) == ["U1"]
    assert config.transfer_syntax_lists["U1"].uids == (IMPLICIT, EXPLICIT)


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        full().profiles["X"] = full().profiles["PLAIN"]  # type: ignore[index]


def text(span: tuple[int, int]) -> bytes:
    return FULL[slice(*span)]


def test_spans_lead_to_the_text_of_each_field() -> None:
    config = full()
    assert [text(item.span) for item in config.transfer_syntax_lists["U1"].items] == [
        b"LittleEndianImplicit",
        b"1.2.840.10008.1.2.1",
    ]
    assert text(config.transfer_syntax_lists["U1"].spans[0]) == b"[U1]"
    contexts = config.context_lists["C1"].items
    assert [text(item.abstract_syntax_span) for item in contexts] == [b"CTImageStorage", b"MRImageStorage"]
    assert [text(item.label_span) for item in contexts] == [b"U1", b"u 1"]
    assert text(contexts[1].span) == b"PresentationContext2 = MRImageStorage\\u 1\n"
    (role,) = config.role_lists["R1"].items
    assert (text(role.sop_class_span), text(role.role_span)) == (b"MRImageStorage", b"both")
    (extended,) = config.extended_lists["E1"].items
    assert (text(extended.sop_class_span), text(extended.data_span)) == (b"CTImageStorage", b"00fF")
    assert [text(profile.span) for profile in config.profiles.values()] == [b"[Every thing]", b"[Plain]"]


def test_spans_of_a_value_on_several_lines_with_comments() -> None:
    data = FULL.replace(b"MRImageStorage\\u 1", b"MRImageStorage\\\r\n# the list\r\n\tu\r\n  1 ")
    item = load(data).context_lists["C1"].items[1]
    assert data[slice(*item.abstract_syntax_span)] == b"MRImageStorage"
    assert item.label == "U1"
    assert data[slice(*item.label_span)] == b"\r\n# the list\r\n\tu\r\n  1 "


def test_sections_of_one_name_are_one_list() -> None:
    data = TS + b"[u.1]\nTransferSyntax1 = 1.2.3\n" + PC + PR
    found = load(data).transfer_syntax_lists["U1"]
    assert found.uids == (IMPLICIT, "1.2.3")
    assert [data[slice(*span)] for span in found.spans] == [b"[U1]", b"[u.1]"]


def test_machine_dependent_names_are_those_of_a_little_endian_machine() -> None:
    data = (
        TS.replace(b"LittleEndianImplicit", b"LocalEndianExplicit\nTransferSyntax2 = =OppositeEndianExplicit") + PC + PR
    )
    assert load(data).transfer_syntax_lists["U1"].uids == (EXPLICIT, BIG_ENDIAN)


# -- errors


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        (b"LittleEndianImplicit", b"Wrong", 1024, b"Wrong"),
        (b"CTImageStorage\\U1", b"Wrong\\U1", 1025, b"Wrong"),
        (b"CTImageStorage\\U1", b"CTImageStorage\\U9", 1031, b"U9"),
        (b"CTImageStorage\\U1", b"CTImageStorage", 1052, b"CTImageStorage"),
        (b"CTImageStorage\\U1", b"\\U1", 7, b""),
        (b"\\both", b"\\Wrong", 1055, b"Wrong"),
        (b"\\00fF", b"\\00fFg", 1059, b"00fFg"),
        (b"SCPSCURoleSelection = R1", b"SCPSCURoleSelection = R9", 1036, b"R9"),
        (b"[Plain]\nPresentationContexts = C1\n", b"[Plain]\n", 1061, b"[Plain]"),
        (b"[Plain]", b"[EVERYTHING]", 1030, b"[EVERYTHING]"),
    ],
)
def test_an_error_says_what_and_where(old: bytes, new: bytes, code: int, at: bytes) -> None:
    data = FULL.replace(old, new, 1)
    with pytest.raises(LoadError) as caught:
        load(data)
    error = caught.value
    assert (error.code, data[slice(*error.span)]) == (code, at)
    assert str(error) == error.message
    assert error.message


def test_an_undefined_name_is_quoted_with_the_release() -> None:
    with pytest.raises(LoadError, match=r"`Wrong` is neither a UID nor a name that DCMTK 3\.6\.5 knows"):
        load(FULL.replace(b"LittleEndianImplicit", b"Wrong"), "3.6.5")


def test_loading_goes_on_behind_the_first_problem() -> None:
    data = FULL.replace(b"LittleEndianImplicit", b"Wrong").replace(b"\\both", b"\\none")
    loading = Loading(read(data), "3.7.0", "requestor")
    assert [problem.code for problem in loading.problems] == [1024, 1055]
    assert list(loading.config.profiles) == ["EVERYTHING", "PLAIN"]


def test_two_lists_that_do_not_agree_are_one_problem_for_all_profiles() -> None:
    more = b"[Other]\nPresentationContexts = C1\nSCPSCURoleSelection = R1\n"
    data = FULL.replace(b"MRImageStorage\\both", b"1.2.3\\both") + more
    loading = Loading(read(data), "3.7.0", "requestor")
    assert [(problem.code, problem.subject) for problem in loading.problems] == [(1038, "1.2.3")]


# -- using a profile


def long_list(count: int) -> bytes:
    return TS + b"".join(b"TransferSyntax%d = 1.2.%d\n" % (n, n) for n in range(2, count + 1)) + PC + PR


@pytest.mark.parametrize(
    ("release", "count", "code"),
    [("3.6.0", 128, None), ("3.6.0", 129, 1067), ("3.6.7", 129, 1067), ("3.6.8", 129, None), ("3.7.0", 500, None)],
)
def test_long_transfer_syntax_lists_fail_when_used(release: str, count: int, code: int | None) -> None:
    refusal = load(long_list(count), release).profiles["P1"].refusal
    assert (refusal.code if refusal else None) == code


def test_an_acceptor_may_have_a_sop_class_once() -> None:
    data = FULL.replace(b"MRImageStorage\\u 1", b"CTImageStorage\\U1").replace(b"MRImageStorage", b"CTImageStorage")
    assert load(data).profiles["PLAIN"].refusal is None
    refusal = load(data, role="acceptor").profiles["PLAIN"].refusal
    assert refusal is not None
    assert (refusal.code, refusal.subject) == (0, CT)
    assert refusal.span.start == data.index(b"CTImageStorage\\U1\n[[SCP")


def test_an_acceptor_may_have_more_than_128_contexts() -> None:
    contexts = b"".join(b"PresentationContext%d = 1.2.%d\\U1\n" % (n, n) for n in range(2, 213))
    profile = load(TS + PC + contexts + PR, "3.6.8", "acceptor").profiles["P1"]
    assert len(profile.contexts) == 212
    assert profile.refusal is None


# -- arguments


def test_a_path(tmp_path: Path) -> None:
    file = tmp_path / "a.cfg"
    file.write_bytes(FULL)
    assert load(file) == load(str(file)) == load(FULL)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.cfg")


def test_an_unknown_role() -> None:
    with pytest.raises(AsprofileError, match="'requestor' or 'acceptor', not 'scp'"):
        load(FULL, role="scp")  # type: ignore[arg-type]


def test_an_unknown_release() -> None:
    with pytest.raises(UnknownRelease, match=r"3\.6\.1"):
        load(FULL, "3.6.1")
