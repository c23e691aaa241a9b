"""What pynetdicom sends and accepts with a profile, beside DCMTK's programs with the same profile.

The bytes on the wire are compared: of the real storescu and getscu where they are installed, of our own encoder, which
other tests hold against them, for very many profiles.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pynetdicom._config
import pytest
from assembled import Assembled
from exchanges import ACCEPTOR, FIND, REQUESTOR, exchanges
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, write_ct
from hypothesis import given, settings
from programs import free_tcp_port, need
from pydicom import dcmread
from pynetdicom import AE, build_context, build_role
from pynetdicom.pdu import A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    MaximumLengthNotification,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)
from pynetdicom.presentation import negotiate_as_acceptor
from storescu_peer import Peer, _items
from storescu_real import real

import asprofile
from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, Extended, profiles
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import AssociateRequest, ProposedContext, RoleItem, propose
from asprofile.net import wire
from asprofile.pynetdicom import (
    extended_negotiation,
    from_ae,
    load_profile,
    requested_contexts,
    supported_contexts,
    text_from_ae,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from programs import Programs, Server

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "pynetdicom.md"
SAMPLES = sorted((ROOT / "sample_profiles").glob("*.cfg"))

# pydicom warns of odd UIDs, which are here on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:.*VR UI:UserWarning")


def in_a_file(exchange: Exchange) -> asprofile.Profile:
    """The first profile as DCMTK would load it, of a file made here: ours are linted, which takes longer."""
    profile = exchange.profiles[0]
    lists = list(dict.fromkeys(one.transfer_syntaxes for one in profile.contexts))
    text = "[[TransferSyntaxes]]\n"
    for number, uids in enumerate(lists):
        text += _section(f"L{number}", "TransferSyntax", uids)
    entries = [f"{one.abstract_syntax}\\L{lists.index(one.transfer_syntaxes)}" for one in profile.contexts]
    text += "[[PresentationContexts]]\n" + _section("C", "PresentationContext", entries)
    text += "[[SCPSCURoleSelection]]\n"
    text += _section("R", "Role", [f"{uid}\\{role}" for uid, role in profile.roles.items()])
    text += "[[ExtendedNegotiation]]\n"
    text += _section("E", "ExtendedNegotiation", [f"{one.sop_class}\\{one.data.hex()}" for one in profile.extended])
    text += "[[Profiles]]\n[P]\nPresentationContexts = C\n"
    text += "SCPSCURoleSelection = R\n" if profile.roles else ""
    text += "ExtendedNegotiation = E\n" if profile.extended else ""
    return asprofile.load(text.encode(), role=exchange.role).use("P")


def _section(label: str, key: str, values: Iterable[str]) -> str:
    lines = [f"{key}{number} = {value}\n" for number, value in enumerate(values, start=1)]
    return f"[{label}]\n{''.join(lines)}"


def of_negotiation(request: bytes) -> dict[str, list[bytes]]:
    """The items of an A-ASSOCIATE-RQ that a profile decides, as they are on the wire, each kind in its order.

    But for the third byte of a presentation context, which is reserved (PS3.8 Table 9-13): DCMTK sends FFH.
    """
    items = _items(request[74:])
    user = next(content for kind, content in items if kind == 0x50)
    return {
        "contexts": [content[:2] + content[3:] for kind, content in items if kind == 0x20],
        "roles": [content for kind, content in _items(user) if kind == 0x54],
        "extended": [content for kind, content in _items(user) if kind == 0x56],
    }


def encoded(profile: asprofile.Profile) -> bytes:
    """The request that pynetdicom makes, without a network."""
    primitive = A_ASSOCIATE()
    primitive.application_context_name = "1.2.840.10008.3.1.1.1"
    primitive.calling_ae_title, primitive.called_ae_title = "A", "B"
    contexts = requested_contexts(profile)
    for place, context in enumerate(contexts):
        context.context_id = 2 * place + 1
    primitive.presentation_context_definition_list = contexts
    length, implementation = MaximumLengthNotification(), ImplementationClassUIDNotification()
    implementation.implementation_class_uid = "1.2.3"
    primitive.user_information = [length, implementation, *extended_negotiation(profile)]
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(primitive)
    return bytes(pdu.encode())


def sent(profile: asprofile.Profile, contexts: list[Any] | None = None) -> bytes:
    """The request that pynetdicom sends."""
    with Peer("reject") as peer:
        found = requested_contexts(profile) if contexts is None else contexts
        association = AE().associate("127.0.0.1", peer.port, contexts=found, ext_neg=extended_negotiation(profile))
        # Whether pynetdicom hears of the rejection before the connection is closed is chance.
        assert not association.is_established
        return peer.next().request


# --- The request ------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(exchanges(most=1))
def test_the_request_is_ours(exchange: Exchange) -> None:
    """Which tests of the drop-in hold against storescu."""
    profile = in_a_file(Exchange("requestor", exchange.profiles) if exchange.role == "acceptor" else exchange)
    assert of_negotiation(encoded(profile)) == of_negotiation(wire.encode(propose(profile)))


def loadable() -> Iterator[tuple[int, Assembled]]:
    """Files with numbers of more than 64 characters, a SOP class in many contexts, a list that says the same twice."""
    for number in range(40):
        made = Assembled(number, acceptor=False, mistakes=False)
        with suppress(asprofile.LoadError):
            asprofile.load(made.text).use(made.profile)
            yield number, made


ODD = dict(loadable())


@pytest.mark.parametrize("number", ODD)
def test_the_request_is_ours_for_odd_files(number: int) -> None:
    profile = asprofile.load(ODD[number].text).use(ODD[number].profile)
    if any(len(item.sop_class) > 64 for item in profile.extended):
        with pytest.raises(asprofile.AsprofileError, match="must not exceed 64 characters"):
            extended_negotiation(profile)
        return
    assert of_negotiation(encoded(profile)) == of_negotiation(wire.encode(propose(profile)))


def check_storescu(path: Path, name: str, ct: Path) -> None:
    with Peer("reject") as peer:
        said = real("-xf", str(path), name, "127.0.0.1", str(peer.port), str(ct))
        assert "Rejected" in said.err, said.err
        theirs = peer.next().request
    assert of_negotiation(sent(asprofile.load(path).use(name))) == of_negotiation(theirs)


@pytest.mark.peer
def test_storescu_sends_the_same(tmp_path: Path) -> None:
    ct = write_ct(tmp_path / "ct.dcm")
    checked = 0
    for number, made in ODD.items():
        path = tmp_path / f"{number}.cfg"
        path.write_bytes(made.text)
        profile = asprofile.load(path).use(made.profile)
        if not any(len(item.sop_class) > 64 for item in profile.extended):
            check_storescu(path, made.profile, ct)
            checked += 1
    path = tmp_path / "requestor.cfg"
    path.write_text(profiles.write(REQUESTOR, ConversionTarget()).text)
    check_storescu(path, "Reader", ct)
    assert checked > 12


@pytest.mark.peer
def test_storescu_sends_the_same_with_samples(tmp_path: Path) -> None:
    ct = write_ct(tmp_path / "ct.dcm")
    for path in SAMPLES[::4]:
        try:
            config = asprofile.load(path)
        except asprofile.LoadError:
            continue
        check_storescu(path, next(iter(config.profiles)), ct)


@pytest.mark.peer
@pytest.mark.parametrize("option", ["-xi", "-xe"])
def test_getscu_sends_the_same(option: str, tmp_path: Path) -> None:
    """It takes no profile. So its own request is written as one, with roles, and sent again."""
    with Peer("reject") as peer:
        command = [need("getscu", "dcmtk"), option, "-k", "0008,0052=STUDY", "127.0.0.1", str(peer.port)]
        subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=tmp_path)
        theirs = peer.next().request
    request = wire.decode(theirs[0], theirs[6:])
    assert isinstance(request, AssociateRequest)
    roles = {item.sop_class: "scp" for item in request.roles if (item.scu, item.scp) == (False, True)}
    assert len(roles) == len(request.roles) > 50
    contexts = tuple(
        ExchangeContext(one.abstract_syntax, one.transfer_syntaxes, role=roles.get(one.abstract_syntax, "default"))
        for one in request.contexts
    )
    profile = in_a_file(Exchange("requestor", (ExchangeProfile("Get", contexts),)))
    assert of_negotiation(sent(profile)) == of_negotiation(theirs)


def test_a_list_that_says_the_same_twice() -> None:
    """storescu sends it twice; what pynetdicom itself makes of the list does not."""
    exchange = Exchange("requestor", (ExchangeProfile("P", (ExchangeContext(CT, (EXPLICIT, IMPLICIT, EXPLICIT)),)),))
    profile = in_a_file(exchange)
    assert [list(one.transfer_syntax) for one in requested_contexts(profile)] == [[EXPLICIT, IMPLICIT, EXPLICIT]]
    assert of_negotiation(sent(profile)) == of_negotiation(wire.encode(propose(profile)))
    ae = AE()
    ae.requested_contexts = requested_contexts(profile)
    assert [list(one.transfer_syntax) for one in ae.requested_contexts] == [[EXPLICIT, IMPLICIT]]
    assert of_negotiation(sent(profile, ae.requested_contexts)) != of_negotiation(wire.encode(propose(profile)))


def test_contexts_are_new_each_time() -> None:
    profile = in_a_file(REQUESTOR)
    first, second = requested_contexts(profile), requested_contexts(profile)
    first[0].add_transfer_syntax(JPEG_LOSSLESS)
    assert second == requested_contexts(profile)


# --- What cannot be said ----------------------------------------------------------------------------------------------


def many(count: int) -> asprofile.Profile:
    contexts = tuple(ExchangeContext(f"1.2.3.{number}", (IMPLICIT,)) for number in range(count))
    return in_a_file(Exchange("acceptor", (ExchangeProfile("Many", contexts),)))


def test_128_contexts_fit_and_129_do_not() -> None:
    assert len(requested_contexts(many(128))) == 128
    for function in (requested_contexts, extended_negotiation):
        with pytest.raises(asprofile.AsprofileError, match="129 presentation contexts"):
            function(many(129))
    assert len(supported_contexts(many(300))) == 300


def test_uids_that_pynetdicom_is_told_not_to_take(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = in_a_file(Exchange("requestor", (ExchangeProfile("Odd", (ExchangeContext("1.2.03.4", (IMPLICIT,)),)),)))
    assert requested_contexts(odd)[0].abstract_syntax == "1.2.03.4"
    monkeypatch.setattr(pynetdicom._config, "ENFORCE_UID_CONFORMANCE", True)
    with pytest.raises(asprofile.AsprofileError, match=r"pynetdicom does not take 1\.2\.03\.4"):
        requested_contexts(odd)
    with pytest.raises(asprofile.AsprofileError, match=r"pynetdicom does not take 1\.2\.03\.4"):
        supported_contexts(odd)


@pytest.mark.parametrize("function", [requested_contexts, extended_negotiation, supported_contexts])
def test_what_is_no_profile(function: Callable[[Any], Any]) -> None:
    for wrong in ("ct.cfg", asprofile.load(SAMPLES[0], role="acceptor"), None):
        with pytest.raises(asprofile.AsprofileError, match="give a profile, not"):
            function(wrong)


# --- Finding a profile ------------------------------------------------------------------------------------------------


def test_a_profile_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = profiles.write(REQUESTOR, ConversionTarget()).text
    for path in ("my.cfg", "with:colon.cfg"):
        Path(path).write_text(text)
        assert load_profile(f"{path}:reader") == load_profile(path) == load_profile(f"{path}:")
        assert load_profile(f"{path}:reader") == asprofile.load(path).use("Reader")
    assert load_profile("Default").name == "DEFAULT"
    assert load_profile("AcceptorAll", role="acceptor").name == "ACCEPTORALL"
    with pytest.raises(asprofile.ProfileNotFound, match="did you mean READER"):
        load_profile("my.cfg:Raeder")
    with pytest.raises(asprofile.ProfileNotFound, match=r"did you mean .*DEFAULT"):
        load_profile("Defualt")
    for missing in ("none.cfg:X", "C:\\none.cfg"):
        with pytest.raises(FileNotFoundError):
            load_profile(missing)
    two = Exchange("requestor", (*REQUESTOR.profiles, ExchangeProfile("Other", (ExchangeContext(CT, (IMPLICIT,)),))))
    Path("two.cfg").write_text(profiles.write(two, ConversionTarget()).text)
    with pytest.raises(asprofile.ProfileNotFound, match="2 profiles: READER, OTHER; say which"):
        load_profile("two.cfg")
    Path("broken.cfg").write_text("[[Profiles]]\n")
    with pytest.raises(asprofile.LoadError):
        load_profile("broken.cfg:X")


def test_every_sample_is_found_by_its_names() -> None:
    for path in SAMPLES[::5]:
        config = asprofile.load(path, role="acceptor")
        for name, profile in config.profiles.items():
            if profile.refusal is None:
                assert load_profile(name, role="acceptor") == profile
            else:
                with pytest.raises(asprofile.LoadError):
                    load_profile(name, role="acceptor")
    with pytest.raises(asprofile.LoadError, match="128"):
        load_profile("AcceptorAll")


# --- The acceptor -----------------------------------------------------------------------------------------------------

OFFERS = {None: None, "scu": (True, False), "scp": (False, True), "both": (True, True)}
SAID = ("default", "scu", "scp", "both")

# (offered, of the profile): what pynetdicom does where DCMTK does something else. The guide says so.
DIFFERENT = {
    (None, "scp"): "accepted, and DCMTK rejects",
    ("scu", "scp"): "rejected, and DCMTK accepts without a role",
    ("scp", "scu"): "rejected, and DCMTK accepts without a role",
}


@pytest.mark.parametrize(("offer", "said"), list(product(OFFERS, SAID)))
def test_roles_are_decided_as_dcmtk_does(offer: str | None, said: Any) -> None:
    profile = in_a_file(
        Exchange("acceptor", (ExchangeProfile("A", (ExchangeContext(CT, (EXPLICIT, IMPLICIT), role=said),)),))
    )
    roles = (RoleItem(CT, *OFFERS[offer]),) if offer else ()
    request = AssociateRequest("B", "A", (ProposedContext(1, CT, (IMPLICIT, EXPLICIT)),), roles)
    theirs = answer(request, profile)
    proposed = build_context(CT, [IMPLICIT, EXPLICIT])
    proposed.context_id = 1
    (result,), answered = negotiate_as_acceptor(
        [proposed], supported_contexts(profile), {proposed.abstract_syntax: OFFERS[offer]} if offer else None
    )
    same_result = (result.result == 0) == theirs.results[0].accepted
    same_roles = [(one.scu_role, one.scp_role) for one in answered] == [(one.scu, one.scp) for one in theirs.roles]
    assert (same_result and same_roles) == ((offer, said) not in DIFFERENT)
    if result.result == 0:
        assert result.transfer_syntax == [EXPLICIT], "the acceptor's own order"


@settings(max_examples=50)
@given(exchanges(most=1), exchanges(most=1))
def test_transfer_syntaxes_are_chosen_as_dcmtk_does(asked: Exchange, said: Exchange) -> None:
    requestor = in_a_file(Exchange("requestor", tuple(one.with_roles({}) for one in asked.profiles)))
    acceptor = ExchangeProfile("A", tuple({one.abstract_syntax: one for one in said.profiles[0].contexts}.values()))
    profile = in_a_file(Exchange("acceptor", (acceptor.with_roles({}),)))
    proposed = requested_contexts(requestor)
    for place, context in enumerate(proposed):
        context.context_id = 2 * place + 1
    results, _ = negotiate_as_acceptor(proposed, supported_contexts(profile))
    expected = answer(propose(requestor), profile).results
    assert [(one.context_id, one.result) for one in results] == [(one.id, one.result) for one in expected]
    assert [str(one.transfer_syntax[0]) for one in results if one.result == 0] == [
        one.transfer_syntax for one in expected if one.accepted
    ]


def test_a_sop_class_twice() -> None:
    contexts = (
        ExchangeContext(CT, (JPEG_LOSSLESS,)),
        ExchangeContext(MR, (IMPLICIT,)),
        ExchangeContext(CT, (EXPLICIT, JPEG_LOSSLESS)),
    )
    profile = in_a_file(Exchange("requestor", (ExchangeProfile("P", contexts),)))
    with pytest.raises(asprofile.AsprofileError, match="several contexts of CT Image Storage"):
        supported_contexts(profile)
    merged = supported_contexts(profile, merge=True)
    assert [(str(one.abstract_syntax), list(one.transfer_syntax)) for one in merged] == [
        (CT, [JPEG_LOSSLESS, EXPLICIT]),
        (MR, [IMPLICIT]),
    ]


def test_what_the_setters_of_pynetdicom_lose() -> None:
    """The guide warns of it; when pynetdicom no longer does, the warning goes."""
    found = supported_contexts(in_a_file(ACCEPTOR))
    assert [(one.scu_role, one.scp_role) for one in found][2:] == [(True, True), (True, False)]
    ae = AE()
    ae.supported_contexts = found
    assert {(one.scu_role, one.scp_role) for one in ae.supported_contexts} == {(None, None)}
    ae.supported_contexts = [build_context(FIND)]
    assert len(ae.supported_contexts) == len(found) + 1


# --- From an AE -------------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(exchanges(most=1))
def test_there_and_back(exchange: Exchange) -> None:
    profile = in_a_file(exchange)
    ae = AE()
    if exchange.role == "requestor":
        ae.requested_contexts.extend(requested_contexts(profile))
        back = from_ae(ae, extended_negotiation(profile))
        assert requested_contexts(back) == requested_contexts(profile)
        assert of_negotiation(encoded(back)) == of_negotiation(encoded(profile))
    else:
        contexts = supported_contexts(profile)
        for one in contexts:
            ae.add_supported_context(one.abstract_syntax, one.transfer_syntax, one.scu_role, one.scp_role)
        back = from_ae(ae)
        order = {str(one.abstract_syntax): one for one in contexts}
        assert {str(one.abstract_syntax): one for one in supported_contexts(back)} == order
    assert back.name == "DEFAULT"


def test_the_text_is_a_file_that_lints_clean_of_errors() -> None:
    ae = AE()
    ae.requested_contexts = [build_context(CT, [EXPLICIT]), build_context(CT, [IMPLICIT])]
    text = text_from_ae(ae, name="Scanner")
    assert "Converted from a pynetdicom AE" in text
    assert asprofile.load(text.encode()).use("scanner").contexts[0].abstract_syntax == CT


def extended(uid: str, data: bytes | None) -> SOPClassExtendedNegotiation:
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid, item.service_class_application_information = uid, data
    return item


REFUSED = {
    "identity": ([UserIdentityNegotiation()], "no place for UserIdentityNegotiation"),
    "foreign role": ([build_role(MR, scp_role=True)], "role selection of a SOP class that is in no context: MR"),
    "foreign data": ([extended(MR, b"\1")], "extended negotiation of a SOP class that is in no context"),
    "no role": ([build_role(CT)], "neither role"),
    "two roles": ([build_role(CT, scp_role=True), build_role(CT, scu_role=True)], "two role selection items"),
    "two data": ([extended(CT, b"\1"), extended(CT, b"\2")], "two extended negotiation items"),
    "no data": ([extended(CT, None)], r"extended negotiation|no profile"),
    "too much data": ([extended(CT, bytes(1024))], r"extended negotiation|no profile"),
    "something else": (["x"], "no place for str"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_profile_cannot_say(case: str) -> None:
    items, message = REFUSED[case]
    ae = AE()
    ae.add_requested_context(CT)
    with pytest.raises(asprofile.AsprofileError, match=message):
        from_ae(ae, items)


def test_which_contexts_of_an_ae() -> None:
    ae = AE()
    with pytest.raises(asprofile.AsprofileError, match="no requested contexts"):
        from_ae(ae)
    ae.add_supported_context(CT, scu_role=True, scp_role=False)
    assert [one.role for one in from_ae(ae).contexts] == ["scu"]
    ae.add_requested_context(MR)
    with pytest.raises(asprofile.AsprofileError, match="role='requestor' or role='acceptor'"):
        from_ae(ae)
    assert [one.abstract_syntax for one in from_ae(ae, role="requestor").contexts] == [MR]
    assert [one.abstract_syntax for one in from_ae(ae, role="acceptor").contexts] == [CT]
    with pytest.raises(asprofile.AsprofileError, match="an acceptor has its roles in its contexts"):
        from_ae(ae, [build_role(CT, scu_role=True)], role="acceptor")
    with pytest.raises(asprofile.AsprofileError, match="'requestor' or 'acceptor', not 'scu'"):
        from_ae(ae, role="scu")  # type: ignore[arg-type]
    ae.add_supported_context(MR, scu_role=False, scp_role=False)
    with pytest.raises(asprofile.AsprofileError, match="scu_role=False and scp_role=False of MR"):
        from_ae(ae, role="acceptor")
    assert asprofile.load(text_from_ae(ae, role="requestor").encode()).use("Default").contexts


def test_a_name_that_no_profile_has() -> None:
    ae = AE()
    ae.add_requested_context(CT)
    with pytest.raises(asprofile.AsprofileError, match="the profile's name"):
        from_ae(ae, name="a name")


def test_an_acceptors_extended_negotiation() -> None:
    profile = in_a_file(
        Exchange("acceptor", (ExchangeProfile("A", (ExchangeContext(CT, (IMPLICIT,)),), (Extended(CT, b"\1"),)),))
    )
    assert [(item.sop_class, item.data) for item in profile.extended] == [(CT, b"\1")]


# --- The programs of the guide ----------------------------------------------------------------------------------------


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A directory with the files of the page."""
    found = re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE.read_text("utf-8"), re.M | re.S)
    directory = tmp_path / "guide"
    directory.mkdir()
    for name, text in found:
        (directory / name).write_text(text, "utf-8")
    assert {name for name, _ in found} == {"store.py", "get.py", "accept.py", "ct.cfg", "get.cfg", "acceptor.cfg"}
    return directory


def script(guide: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=guide, capture_output=True, text=True, timeout=120, check=False, env=surroundings()
    )


def surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.peer
def test_the_guide_stores_to_storescp(guide: Path, storescp: Callable[..., Server], tmp_path: Path) -> None:
    server = storescp("+xa", "-v")
    files = [
        write_ct(tmp_path / f"{number}.dcm", f"1.2.3.{number}", transfer_syntax=syntax)
        for number, syntax in enumerate((EXPLICIT, IMPLICIT, JPEG_LOSSLESS), start=1)
    ]
    done = script(guide, "store.py", "ct.cfg:Scanner", "127.0.0.1", server.port, *files)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [word for file in files for word in (f"{file}:", "0000")]
    stored = sorted(server.directory.iterdir())
    assert [dcmread(path) for path in stored] == [dcmread(path) for path in files]
    refused = write_ct(tmp_path / "mr.dcm", "1.2.4", sop_class=MR)
    assert script(guide, "store.py", "ct.cfg:Scanner", "127.0.0.1", server.port, refused).returncode == 1


QRSCP = """\
NetworkTCPPort  = {port}
MaxPDUSize      = 16384
MaxAssociations = 4
HostTable BEGIN
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE  {store}  RW  (200, 1024mb)  ANY
AETable END
"""


@pytest.mark.peer
def test_the_guide_gets_from_dcmqrscp(guide: Path, programs: Programs, tmp_path: Path) -> None:
    """storescu puts them there, C-GET brings them back."""
    port, store, inbox = free_tcp_port(), tmp_path / "store", tmp_path / "inbox"
    store.mkdir()
    inbox.mkdir()
    (tmp_path / "qr.cfg").write_text(QRSCP.format(port=port, store=store))
    program = need("dcmqrscp", "dcmtk")
    programs.start([program, "-c", str(tmp_path / "qr.cfg")], port, store)
    files = [
        write_ct(tmp_path / "ct.dcm", "1.2.3.1"),
        write_ct(tmp_path / "mr.dcm", "1.2.3.2", sop_class=MR, transfer_syntax=IMPLICIT),
    ]
    assert real("-aec", "ARCHIVE", "127.0.0.1", str(port), *map(str, files)).status == 0
    done = script(guide, "get.py", "get.cfg:Reader", "127.0.0.1", port, "ARCHIVE", "1.2.3.1", inbox)
    assert (done.returncode, done.stdout) == (0, "0000\n"), done.stderr
    assert {path.stem for path in inbox.iterdir()} == {"1.2.3.1", "1.2.3.2"}
    for path in files:
        mine, back = dcmread(path), dcmread(inbox / f"{dcmread(path).SOPInstanceUID}.dcm")
        assert back == mine


@pytest.mark.peer
def test_the_guide_accepts_from_storescu(guide: Path, programs: Programs, tmp_path: Path) -> None:
    port, inbox = free_tcp_port(), tmp_path / "inbox"
    inbox.mkdir()
    programs.start(
        [sys.executable, str(guide / "accept.py"), str(guide / "acceptor.cfg"), str(port), str(inbox)], port, inbox
    )
    ct = write_ct(tmp_path / "ct.dcm", "1.2.3.1", transfer_syntax=EXPLICIT)
    said = real("-v", "-xf", str(guide / "ct.cfg"), "Scanner", "127.0.0.1", str(port), str(ct))
    assert said.status == 0, said.err
    assert dcmread(inbox / "1.2.3.1.dcm") == dcmread(ct)
