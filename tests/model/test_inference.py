"""Who loads a file: each kind of evidence, and which of two outweighs the other."""

from __future__ import annotations

import pytest

from asprofile.model.document import read
from asprofile.model.inference import Inference, in_words, infer, of_name
from asprofile.model.loader import Loading
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST

A: AssociationRole = "acceptor"
R: AssociationRole = "requestor"
UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2")
# Five families: uncompressed, JPEG, JPEG-LS, JPEG 2000, RLE.
EVERYTHING = (*UNCOMPRESSED, *(f"1.2.840.10008.1.2.{last}" for last in ("4.50", "4.80", "4.90", "5")))

ONCE = ("1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.2")
TWICE = (*ONCE, "1.2.840.10008.5.1.4.1.1.2")
LONG = tuple(f"1.2.{n}" for n in range(1, 130))


def profile_file(
    *lists: tuple[str, tuple[str, ...]],
    comment: str = "",
    syntaxes: tuple[str, ...] = UNCOMPRESSED,
    profiles: tuple[str, ...] = (),
) -> bytes:
    lines = [f"# {line}" for line in comment.splitlines()] + ["[[TransferSyntaxes]]", "[T]"]
    lines += [f"TransferSyntax{n} = {uid}" for n, uid in enumerate(syntaxes, start=1)] + ["[[PresentationContexts]]"]
    for name, classes in lists:
        lines += [f"[{name}]", *(f"PresentationContext{n} = {uid}\\T" for n, uid in enumerate(classes, start=1))]
    lines.append("[[Profiles]]")
    for number, (name, _) in enumerate(lists):
        lines += [f"[{profiles[number] if profiles else f'P{number}'}]", f"PresentationContexts = {name}"]
    return "\n".join([*lines, ""]).encode()


def inferred(data: bytes, path: str = "x.cfg", role: AssociationRole = "requestor") -> Inference:
    document = read(data)
    return infer(path, document, Loading(document, LATEST, role).config)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(
            (name, A)
            for name in ("storescp.cfg", "STORESCP.CFG", "storescp.cfg.bak", "storescp_mr.cfg", "storescp2.cfg")
        ),
        *((name, A) for name in ("/etc/dcmtk/storescp.cfg", "C:\\dcmtk\\etc\\StoreSCP.cfg", "./a b/my storescp.cfg")),
        *((name, A) for name in ("dcmrecv.cfg", "dcmqrprf.cfg", "dcmqrscp-profiles.txt", "wlmscpfs.cfg", "mystorescp")),
        *((name, A) for name in ("scp.cfg", "ct-scp.cfg", "scp1.cfg", "CTSCP.cfg", "SCPStorage.cfg", "scpconfig.txt")),
        *((name, A) for name in ("receiver.cfg", "CTReceiver.cfg", "inbox.cfg", "ct_acceptor.cfg", "listener.conf")),
        *(
            (name, R)
            for name in ("storescu.cfg", "storescu-seg.cfg", "StoreSCU.CFG.old", "movescu.cfg", "getscu_ct.cfg")
        ),
        *((name, R) for name in ("findscu.cfg", "echoscu.cfg", "dcmsend.cfg", "my_scu.cfg", "scu.txt", "CTStorageSCU")),
        *((name, R) for name in ("sender.cfg", "ct-sender.cfg", "requestor.cfg", "outgoing.cfg", "send_to_pacs.cfg")),
        # A program outweighs a word, and two programs say nothing.
        ("storescp_from_sender.cfg", A),
        ("storescu-to-storescp.cfg", None),
        ("send_receive.cfg", None),
        # No hit: letters that only happen to be there, folders, and names of what is neither.
        *((name, None) for name in ("scpd.cfg", "discpline.cfg", "discipline.cfg", "scuba.cfg", "muscular.cfg")),
        *((name, None) for name in ("storescp/ct.cfg", "receiver\\ct.cfg", "storescp.d/", "", "<stdin>", "-")),
        *(
            (name, None)
            for name in ("profile.cfg", "asconfig.txt", "router.cfg", "pacs.cfg", "ct.cfg", "senderism.cfg")
        ),
        ("приём_scp.cfg", A),
        ("\udcff-storescu.cfg", R),
    ],
)
def test_the_name_of_a_file(name: str, expected: AssociationRole | None) -> None:
    found = of_name(name)
    assert (found.role if found else None) == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Purpose: configuration for storescp, receives from the MR", A),
        ("Purpose: Sample configuration file for storescu", R),
        ("Role: acceptor\nFor receivers; what a sender leaves open, storescu decides", A),
        ("Role = SCU", R),
        ("Profile for storescu: what the storescp of the archive takes", R),
        ("Used by dcmrecv; the modality has storescu", A),
        ("Receives everything from the modalities", A),
        ("Sends the images of the CT to the archive", R),
        ("What the CT sends to us", None),
        ("Receiver of the archive", A),
        ("Outgoing associations", R),
        ("What a small sender needs", None),
        ("For our receivers", A),
        ("storescu and storescp", None),
        ("Association profile of the radiology department", None),
        ("scpd, discipline", None),
        ("", None),
    ],
)
def test_the_header_comment(comment: str, expected: AssociationRole | None) -> None:
    found = inferred(profile_file(("Contexts", ONCE), comment=comment))
    assert found.role == expected
    assert found.lists == {"CONTEXTS": expected}


def test_only_the_comment_in_front_counts() -> None:
    data = profile_file(("Contexts", ONCE)) + b"# for storescp\n"
    assert inferred(data.replace(b"[T]\n", b"[T]\n# Please note that the storescp prefers the first\n")).role is None


@pytest.mark.parametrize(
    ("names", "profiles", "expected"),
    [
        (("GenericStorageSCP",), ("Default",), A),
        (("StorageSCUCompressedAndUncompressed",), ("Default",), R),
        (("Contexts",), ("IncomingDefault",), A),
        (("Send",), ("Default",), R),
        (("Inbox",), ("Inbox",), A),
        (("StorageSCP",), ("StorageSCU",), None),
        (("Contexts",), ("Default",), None),
        (("StorageSCP", "Others"), ("A", "B"), A),
    ],
)
def test_names_of_lists_and_profiles(
    names: tuple[str, ...], profiles: tuple[str, ...], expected: AssociationRole | None
) -> None:
    found = inferred(profile_file(*((name, ONCE) for name in names), profiles=profiles))
    assert found.role == expected
    assert set(found.lists.values()) == {expected}


@pytest.mark.parametrize(
    ("classes", "syntaxes", "expected"),
    [
        (ONCE, UNCOMPRESSED, None),
        (TWICE, UNCOMPRESSED, R),
        (LONG[:128], UNCOMPRESSED, None),
        (LONG, UNCOMPRESSED, A),
        ((*LONG, "1.2.1"), UNCOMPRESSED, R),
        (ONCE, EVERYTHING, A),
        (TWICE, EVERYTHING, R),
    ],
)
def test_what_stands_in_a_list(
    classes: tuple[str, ...], syntaxes: tuple[str, ...], expected: AssociationRole | None
) -> None:
    data = profile_file(("Contexts", classes), syntaxes=syntaxes)
    for role in (R, A):
        assert inferred(data, role=role).role == expected


# From the heaviest down; each for an acceptor and for a requestor.
WEIGHTS: list[dict[AssociationRole, dict[str, object]]] = [
    {A: {"path": "storescp.cfg"}, R: {"path": "storescu.cfg"}},
    {A: {"comment": "for storescp"}, R: {"comment": "for storescu"}},
    {A: {"name": "StorageSCP"}, R: {"name": "StorageSCU"}},
    {R: {"classes": TWICE}},
    {A: {"syntaxes": EVERYTHING}},
]


@pytest.mark.parametrize(
    ("heavy", "light"), [(one, other) for one in range(len(WEIGHTS)) for other in range(one + 1, len(WEIGHTS))]
)
@pytest.mark.parametrize("role", [A, R])
def test_the_heavier_evidence_decides_and_the_other_is_said(heavy: int, light: int, role: AssociationRole) -> None:
    other = R if role == A else A
    if role not in WEIGHTS[heavy] or other not in WEIGHTS[light]:
        pytest.skip("there is no such evidence for this side")
    given = {"path": "x.cfg", "comment": "", "name": "Contexts", "classes": ONCE, "syntaxes": UNCOMPRESSED}
    given |= WEIGHTS[light][other] | WEIGHTS[heavy][role]
    data = profile_file(
        (str(given["name"]), given["classes"]),  # type: ignore[arg-type]
        comment=str(given["comment"]),
        syntaxes=given["syntaxes"],  # type: ignore[arg-type]
    )
    found = inferred(data, str(given["path"]))
    assert found.role == role
    if light >= 2 and heavy < 3:
        assert f"speaks for {'an acceptor' if other == A else 'a requestor'}" in found.reason


def test_names_of_both_sides_are_judged_list_by_list() -> None:
    data = profile_file(("StorageSCP", ONCE), ("StorageSCU", ONCE), ("Others", TWICE), ("More", ONCE))
    found = inferred(data)
    assert found.role is None
    assert found.lists == {"STORAGESCP": A, "STORAGESCU": R, "OTHERS": R, "MORE": None}
    assert in_words(found).startswith(
        "judged list by list: list StorageSCP as an acceptor's, lists StorageSCU and Others"
    )


def test_a_file_of_dcmqrscp_has_lists_for_what_it_sends() -> None:
    data = profile_file(("In", ONCE), ("Out", TWICE), comment="for dcmqrscp")
    assert inferred(data, "dcmqrprf.cfg").lists == {"IN": A, "OUT": R}
    assert inferred(data, "dcmqrprf.cfg").role == A
    assert inferred(data, "storescp.cfg").lists == {"IN": A, "OUT": A}


def test_what_the_report_says() -> None:
    assert in_words(inferred(profile_file(("Contexts", ONCE)), "storescp.cfg")) == (
        "judged as an acceptor's: the file's name"
    )
    assert in_words(inferred(profile_file(("Contexts", ONCE)))) == (
        "an acceptor or a requestor may load it, nothing in it shows which"
    )


def test_any_bytes_have_a_judgement() -> None:
    for data in (b"", b"\0", b"#", b"#" * 100_000, b"# storescp", bytes(range(256)), b"[[PresentationContexts]]\n[]\n"):
        in_words(inferred(data))
