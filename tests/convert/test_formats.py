"""Every format: golden files, round trips, what is lost, how a file is recognised."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from exchanges import ACCEPTOR, FIND, PRIVATE, REQUESTOR, exchanges, plain
from factories import CT, EXPLICIT, IMPLICIT, VERIFICATION
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PROPERTY, profile_files

from asprofile.convert import (
    CONVERT_FORMATS,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    by_name,
    guessed,
    target_of,
)
from asprofile.convert.exchange import ConversionSource
from asprofile.convert.profiles import from_config
from asprofile.convert.profiles import write as write_profile
from asprofile.errors import AsprofileError, LoadError
from asprofile.lint.run import LintOptions, lint
from asprofile.model.document import read
from asprofile.model.loader import Loading, load
from asprofile.names.releases import LATEST, RELEASES
from asprofile.negotiate.compare import compare
from asprofile.text import Source as File

GOLDEN = Path(__file__).parent / "golden"
TARGET = ConversionTarget("other.cfg", file="FILE")
READABLE = [one.name for one in CONVERT_FORMATS if one.read is not None]


def there_and_back(exchange: Exchange, name: str) -> Exchange:
    text = by_name(name).write(exchange, TARGET).text
    return by_name(name).read(ConversionSource(text, exchange.profiles[0].name, exchange.role)).exchange


def same(one: Exchange, two: Exchange) -> bool:
    """What ``asprofile diff`` says, for all profiles."""
    pairs = zip(one.profiles, two.profiles, strict=True)
    return one.role == two.role and all(compare(first, second).equal for first, second in pairs)


# --- Golden files -----------------------------------------------------------------------------------------------------

WRITTEN = [
    ("profile", REQUESTOR, "requestor.cfg"),
    ("profile", ACCEPTOR, "acceptor.cfg"),
    ("json", REQUESTOR, "requestor.json"),
    ("yaml", REQUESTOR, "requestor.yaml"),
    ("conquest", ACCEPTOR, "dgatesop.lst"),
    ("sop-classes", ACCEPTOR, "sop-classes.properties"),
    ("store-tcs", REQUESTOR, "store-tcs.properties"),
    ("dcm4chee-json", REQUESTOR, "requestor.device.json"),
    ("dcm4chee-json", ACCEPTOR, "acceptor.device.json"),
    ("dcm4chee-ldif", ACCEPTOR, "acceptor.ldif"),
    ("orthanc", ACCEPTOR, "orthanc.json"),
    ("pynetdicom", REQUESTOR, "requestor.py.txt"),
    ("pynetdicom", ACCEPTOR, "acceptor.py.txt"),
    ("conformance", REQUESTOR, "requestor.md.txt"),
    ("conformance", ACCEPTOR, "acceptor.md.txt"),
    ("conformance-html", REQUESTOR, "requestor.html.txt"),
]


@pytest.mark.parametrize(("name", "exchange", "file"), WRITTEN, ids=[file for *_, file in WRITTEN])
def test_what_is_written(name: str, exchange: Exchange, file: str) -> None:
    assert by_name(name).write(exchange, TARGET).text == (GOLDEN / file).read_text("utf-8")


@pytest.mark.parametrize(("name", "exchange", "file"), WRITTEN, ids=[file for *_, file in WRITTEN])
def test_what_is_written_is_recognised(name: str, exchange: Exchange, file: str) -> None:
    text = (GOLDEN / file).read_text("utf-8")
    if by_name(name).read is None and name != "profile":
        assert guessed(file, text) == []
    else:
        assert [one.name for one in guessed(file, text)] == [name]
        # The look is enough, but for properties, of which only `;` tells the two kinds apart.
        by_look = [one.name for one in guessed("x", text)]
        assert by_look == (["sop-classes", "store-tcs"] if name == "sop-classes" else [name])


# --- Round trips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "yaml"])
@given(exchange=exchanges())
@PROPERTY
def test_json_and_yaml_hold_everything(name: str, exchange: Exchange) -> None:
    assert by_name(name).write(exchange, TARGET).losses == ()
    assert there_and_back(exchange, name) == exchange


@pytest.mark.parametrize("name", ["json", "yaml"])
@given(data=profile_files())
@PROPERTY
def test_files_go_to_json_and_back(name: str, data: bytes) -> None:
    for role in ("requestor", "acceptor"):
        try:
            config = load(data, LATEST, role)
        except LoadError:
            continue
        reading = from_config(config, data, config.profiles)
        if not reading.exchange.profiles:
            continue
        back = there_and_back(reading.exchange, name)
        for profile in back.profiles:
            assert compare(config.use(profile.name), profile).equal
        again = write_profile(back, TARGET).text.encode("ascii")
        loaded = load(again, LATEST, role)
        for profile in reading.exchange.profiles:
            assert compare(config.use(profile.name), loaded.use(profile.name)).equal


@given(exchange=exchanges())
@PROPERTY
def test_a_profile_file_is_as_promised(exchange: Exchange) -> None:
    """It loads the same in every release, is clean, and only names may be lost."""
    written = write_profile(exchange, TARGET)
    data = written.text.encode("ascii")
    names = list(Loading(read(data), LATEST, exchange.role).config.profiles)
    for release in RELEASES:
        config = load(data, release, exchange.role)
        for name, profile in zip(names, exchange.profiles, strict=True):
            assert compare(config.use(name), profile).equal, release
    report = lint(File(data, "x"), LintOptions(role=exchange.role))
    # Of a rule that finds an error nothing is silenced, and it is told.
    told = "".join(note for note in written.notes if note.startswith("not silenced"))
    assert all(one.code in told for one in report.findings if one.severity != "info")
    assert bool(told) == any(one.severity == "error" for one in report.findings)
    assert {loss.kind for loss in written.losses} <= {"profile-name"}


@pytest.mark.parametrize("name", ["conquest", "sop-classes", "store-tcs", "dcm4chee-json", "dcm4chee-ldif", "orthanc"])
@given(exchange=exchanges(most=1))
@PROPERTY
def test_what_comes_back_differs_only_where_a_loss_is_told(name: str, exchange: Exchange) -> None:
    """The rule of the house, for every profile: without a loss, everything is there again."""
    one = by_name(name)
    try:
        written = one.write(exchange, TARGET)
    except AsprofileError:
        return
    back = one.read(ConversionSource(written.text, exchange.profiles[0].name, exchange.role)).exchange
    names_kept = not any(loss.kind == "profile-name" for loss in written.losses)
    if names_kept:
        assert [p.name for p in back.profiles] == [p.name for p in exchange.profiles]
    kinds = {loss.kind for loss in written.losses} - {"profile-name"}
    first, second = exchange.profiles[0], back.profiles[0]
    if not kinds and name != "orthanc":
        assert same(exchange, back)
    found = compare(first, second)
    lists = {"several-contexts", "one-list", "order", "repeated", "sop-class", "transfer-syntax"}
    if name != "orthanc":
        if found.contexts:
            assert kinds & lists
        if found.only_first:
            assert "sop-class" in kinds
        if found.only_second:
            assert "one-list" in kinds
        if found.extended:
            assert kinds & {"extended-negotiation", "sop-class"}
    if found.roles:
        assert kinds & {"role", "sop-class"}


@given(exchange=exchanges(repeated=False))
@PROPERTY
def test_the_capabilities_of_an_acceptor_hold_its_order_and_roles(exchange: Exchange) -> None:
    exchange = replace(exchange, role="acceptor", profiles=exchange.profiles[:1])
    kinds = {loss.kind for loss in by_name("dcm4chee-ldif").write(exchange, TARGET).losses}
    assert kinds <= {"role", "extended-negotiation", "profile-name"}
    back = there_and_back(exchange, "dcm4chee-ldif").profiles[0]
    ours = [(one.abstract_syntax, one.transfer_syntaxes) for one in exchange.profiles[0].contexts]
    assert [(one.abstract_syntax, one.transfer_syntaxes) for one in back.contexts] == ours


# --- What is lost -----------------------------------------------------------------------------------------------------

SMALL = ExchangeProfile("Small", (ExchangeContext(VERIFICATION, (IMPLICIT,)), ExchangeContext(CT, (IMPLICIT,))))


def small(*contexts: ExchangeContext, extended: tuple[Extended, ...] = (), name: str = "Small") -> ExchangeProfile:
    return replace(SMALL, name=name, contexts=SMALL.contexts + contexts, extended=extended)


CASES = {
    "nothing": ("requestor", SMALL),
    "name": ("requestor", small(name="A-name-of-20-letters")),
    "twice": ("requestor", small(ExchangeContext(CT, (EXPLICIT,)))),
    "order": ("acceptor", small(ExchangeContext(FIND, (IMPLICIT, EXPLICIT)))),
    "order of a requestor": ("requestor", small(ExchangeContext(FIND, (IMPLICIT, EXPLICIT)))),
    "lists": ("acceptor", small(ExchangeContext("1.2.840.10008.5.1.4.1.1.4", (EXPLICIT,)))),
    "scu": ("requestor", small(ExchangeContext(FIND, (IMPLICIT,), role="scu"))),
    "scp": ("requestor", small(ExchangeContext(FIND, (IMPLICIT,), role="scp"))),
    "query options": ("requestor", small(ExchangeContext(FIND, (IMPLICIT,)), extended=(Extended(FIND, b"\1\0\1"),))),
    "storage options": ("acceptor", replace(SMALL, extended=(Extended(CT, b"\3\0\0\0\2\0"),))),
    "other options": ("acceptor", replace(SMALL, extended=(Extended(CT, b"\2"),))),
    "repeated": ("requestor", small(ExchangeContext(FIND, (IMPLICIT, IMPLICIT)))),
    "service": ("acceptor", small(ExchangeContext("1.2.840.10008.3.1.2.3.3", (IMPLICIT,)))),
    "private": ("acceptor", small(ExchangeContext(PRIVATE, (IMPLICIT,)))),
    "private syntax": (
        "acceptor",
        small(ExchangeContext(FIND, (IMPLICIT,)), ExchangeContext(PRIVATE, (IMPLICIT, "1.2.3"))),
    ),
}
EXPECTED = """
case                  conquest             sop-classes      store-tcs            dcm4chee-json        dcm4chee-ldif        orthanc              pynetdicom
nothing               -                    -                -                    -                    -                    -                    -
name                  -                    -                -                    profile-name         profile-name         -                    -
twice                 several-contexts,one-list,order several-contexts,order - several-contexts several-contexts,order several-contexts,order -
order                 one-list,order       order            -                    -                    -                    order                -
order of a requestor  one-list,order       order            -                    -                    order                order                -
lists                 one-list             -                -                    -                    -                    one-list             -
scu                   role                 role             role                 role                 role                 role                 -
scp                   role                 role             role                 -                    -                    role                 -
query options         extended-negotiation extended-negotiation extended-negotiation -                -                    extended-negotiation -
storage options       extended-negotiation extended-negotiation extended-negotiation -                -                    extended-negotiation -
other options         extended-negotiation extended-negotiation extended-negotiation extended-negotiation extended-negotiation extended-negotiation -
repeated              repeated             repeated         -                    repeated             repeated             repeated             repeated
service               -                    -                -                    -                    -                    sop-class            -
private               -                    -                -                    -                    -                    sop-class            -
private syntax        one-list,order       order            -                    -                    -                    order,transfer-syntax,sop-class -
"""  # noqa: E501
TABLE = EXPECTED.strip().splitlines()[1:]
HEAD = EXPECTED.split()[1:8]


@pytest.mark.parametrize("line", TABLE, ids=[line[:22].strip() for line in TABLE])
def test_what_is_lost(line: str) -> None:
    case, cells = line[:22].strip(), line[22:].split()
    role, profile = CASES[case]
    found = {}
    for name in HEAD:
        written = by_name(name).write(Exchange(role, (profile,)), TARGET)
        found[name] = ",".join(loss.kind for loss in written.losses) or "-"
        assert all(loss.message and "\n" not in loss.message for loss in written.losses)
    assert found == dict(zip(HEAD, cells, strict=True))


def test_every_format_has_a_way() -> None:
    assert len({one.name for one in CONVERT_FORMATS}) == len(CONVERT_FORMATS)
    assert all(one.read or one.write for one in CONVERT_FORMATS)


def test_a_format_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not exist is added: it is recognised by its text and its name, and converted to."""
    made = replace(by_name("json"), name="made-up", names=(r".*\.made",), looks_like=lambda text: text == "made up")
    monkeypatch.setattr(sys.modules[by_name.__module__], "CONVERT_FORMATS", (*CONVERT_FORMATS, made))
    assert by_name("made-up") is target_of("it.made") is made
    assert guessed("anything", "made up") == guessed("it.made", "anything") == [made]


# --- Which format a file is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("x.cfg", "profile"),
        ("asconfig.txt", "profile"),
        ("a.json", "json"),
        ("orthanc.json", "orthanc"),
        ("C:\\x\\Orthanc-1.json", "orthanc"),
        ("x.YML", "yaml"),
        ("x.yaml", "yaml"),
        ("dir/dgatesop.lst", "conquest"),
        ("storage-sop-classes.properties", "sop-classes"),
        ("store-tcs.properties", "store-tcs"),
        ("x.ldif", "dcm4chee-ldif"),
        ("send.py", "pynetdicom"),
        ("x.properties", None),
        ("x", None),
        ("", None),
    ],
)
def test_names_of_targets(file: str, expected: str | None) -> None:
    found = target_of(file)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("x", "", []),
        ("x.lst", "", ["conquest"]),
        ("x", "hello", []),
        ("x", "{}", []),
        ("x", "[1", []),
        ("x", '\ufeff{"DicomAet": "A"}', ["orthanc"]),
        ("x", '// comment\n{"UnknownSopClassAccepted": true}', ["orthanc"]),
        ("x", '[{"dicomTransferRole": "SCU"}]', ["dcm4chee-json"]),
        ("x", '{"version": 1, "role": "acceptor", "profiles": []}', ["json"]),
        ("x", "role: acceptor\nprofiles: []\n", ["yaml"]),
        ("x", "CTImageStorage=ImplicitVRLittleEndian;*\n", ["store-tcs"]),
        ("x", "CTImageStorage:*\n", ["sop-classes", "store-tcs"]),
        ("x", "CTImageStorage:*\na:\\u12\n", ["sop-classes", "store-tcs"]),
        ("sop-classes.properties", "CTImageStorage:*\n", ["sop-classes"]),
        ("log4j.properties", "rootLogger.level=INFO\n", []),
        ("x", "CT 1.2.3 sop\n", ["conquest"]),
        ("x", "dn: cn=a\nobjectclass: dicomTransferCapability\n", ["dcm4chee-ldif"]),
        ("x", "[[Profiles]]\n", ["profile"]),
    ],
)
def test_looks(file: str, text: str, expected: list[str]) -> None:
    assert [one.name for one in guessed(file, text)] == expected


# --- What is wrong in a file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n",
        "\ufeff",
        "garbage",
        "{" * 5000,
        "[" * 5000,
        "- " * 5000,
        '{"a":' * 3000,
        "\\\n" * 100,
        "a:\\u12",
        "dn:: !!!",
        " x",
        "\udcff\udcfe",
        "&a [*a]",
        "a: &a [1]\nb: *a\nprofiles: *a\nversion: 1\nrole: acceptor",
        '{"version": 1, "role": "acceptor", "profiles": [[]]}',
        '{"AcceptedTransferSyntaxes": [1]}',
        '{"dicomTransferCapability": [{}]}',
        "[]",
        "null",
    ],
    ids=lambda text: repr(text)[:20],
)
def test_hostile_text_is_an_error_of_ours(name: str, text: str) -> None:
    with pytest.raises(AsprofileError) as error:
        by_name(name).read(ConversionSource(text, "x"))
    assert str(error.value)


@pytest.mark.parametrize("file", sorted(path.name for path in GOLDEN.iterdir() if not path.name.endswith(".txt")))
@given(data=st.data())
@settings(max_examples=40)
def test_spoilt_files_are_read_or_refused(file: str, data: st.DataObject) -> None:
    """Whatever happens to a file: a profile file that loads, or an error of ours with a place in it."""
    text = (GOLDEN / file).read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from((0, 1, 2, 20, 200))))
        put = data.draw(st.sampled_from(("", "\n", " ", "\0", '"', "\\", "[", "}", "9", "*", text[start:end] * 2)))
        text = text[:start] + put + text[end:]
    for one in guessed(file, text):
        if one.read is None:
            continue
        try:
            reading = one.read(ConversionSource(text, "x"))
        except AsprofileError as error:
            assert str(error)
            continue
        for target in (one for one in CONVERT_FORMATS if one.write is not None):
            whole = reading.exchange
            if not target.several:
                whole = replace(whole, profiles=whole.profiles[:1])
            try:
                assert target.write(whole, TARGET).text
            except AsprofileError as error:
                assert str(error)


@pytest.mark.parametrize("name", [one for one in READABLE if one != "dcm4chee-ldif"])
def test_a_long_word_is_not_repeated(name: str) -> None:
    long = "x" * 1_000_000
    texts = {
        "json": f'{{"{long}": 1}}',
        "yaml": f"version: 1\n{long[:100_000]}: 1\n",
        "conquest": f"CT {long} sop",
        "orthanc": f'{{"AcceptedTransferSyntaxes": "{long}"}}',
        "dcm4chee-json": f'{{"dicomTransferRole": "{long}", "dicomSOPClass": "1.2"}}',
    }
    with pytest.raises(AsprofileError) as error:
        by_name(name).read(ConversionSource(texts.get(name, f"{long}:{long}"), "x"))
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("name", READABLE)
def test_what_is_empty_does_not_come_to_be_a_profile(name: str) -> None:
    empty = Exchange("requestor", ())
    with pytest.raises(AsprofileError, match="no profile"):
        write_profile(empty, TARGET)


@pytest.mark.parametrize(
    ("exchange", "message"),
    [
        (Exchange("requestor", (ExchangeProfile("X", ()),)), "has no presentation contexts"),
        (Exchange("requestor", (ExchangeProfile("X", (ExchangeContext(CT, ()),)),)), "without transfer syntaxes"),
        (Exchange("acceptor", (small(ExchangeContext(CT, (EXPLICIT,))),)), "CT Image Storage is here twice"),
        (Exchange("requestor", (replace(SMALL, extended=(Extended(FIND, b"1"),)),)), "in no context"),
        (
            Exchange("requestor", (replace(SMALL, contexts=SMALL.contexts * 65),)),
            "Choose: split makes 2 ",
        ),
    ],
)
def test_what_no_profile_file_can_hold(exchange: Exchange, message: str) -> None:
    with pytest.raises(AsprofileError, match=message):
        write_profile(exchange, TARGET)


def test_a_large_acceptor_is_for_newer_releases() -> None:
    contexts = tuple(ExchangeContext(f"1.2.3.{number}", (IMPLICIT,)) for number in range(130))
    text = write_profile(Exchange("acceptor", (ExchangeProfile("Large", contexts),)), TARGET).text
    assert "# DCMTK: 3.6.8 and later" in text


def test_labels_and_names_stay_where_they_can() -> None:
    assert plain(REQUESTOR) != REQUESTOR
    data = (GOLDEN / "requestor.cfg").read_bytes()
    reading = from_config(load(data, LATEST, "requestor"), data, ["READER"])
    assert reading.exchange == REQUESTOR
    assert reading.losses == ()


def test_a_profile_that_dcmtk_would_not_use_is_left_out() -> None:
    text = (GOLDEN / "requestor.cfg").read_text() + "\n[Once]\nPresentationContexts = Once\n"
    once = "[[PresentationContexts]]\n\n[Once]\nPresentationContext1 = CTImageStorage\\JPEG\n"
    data = text.replace("[[PresentationContexts]]\n", once).encode()
    config = load(data, LATEST, "acceptor")
    reading = from_config(config, data, config.profiles)
    assert [one.name for one in reading.exchange.profiles] == ["Once"]
    (loss,) = reading.losses
    assert loss.message.startswith("profile READER is left out: DCMTK would not use it: profile READER has 1.2.840.100")
