"""The names that others may build on: which there are, how they are called, what is said of them, what they do."""

from __future__ import annotations

import ast
import doctest
import inspect
import math
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from library_folder import ARCHIVE, archive, write_files

import asprofile
from asprofile.convert.formats import CONVERT_FORMATS
from asprofile.send.options import RANGES

FUNCTIONS = {
    "add": "source, profile, sop, *, ts, separate, label, role_selection, extended, role, beside, shared, drop, "
    "release",
    "check_migration": "journal, peer, *, profile, release, propose_default, options, conversion, expected_rate, "
    "called, calling, tls, identity, control, settings",
    "conformance": "",
    "convert": "source, to, *, profile, from_format, into, combine, split, name, role, release, ae, device, base_dn, "
    "file, on_note, settings",
    "diff": "first, second, *, release, role, from_format, settings",
    "drift": "before, now",
    "echo": "peer, *, count, called, calling, tls, identity, connect_timeout, acse_timeout, dimse_timeout, on_echo",
    "fix": "source, *, release, role, select, ignore, unsafe_fixes",
    "format": "source, *, renumber",
    "generate": "recipes, *, profile, sop, ts, from_files, where, from_log, log_accepted, association, from_peer, "
    "from_probe, name, role, release, required_only, combine, split, file, ask, on_note, from_format, settings",
    "hold_objects": "journal, where",
    "lint": "source, *, release, role, select, ignore",
    "load": "source, release, role",
    "merge": "source, *others, clash, release",
    "migrate": "journal, sources, peer, *, profile, release, propose_default, options, conversion, limits, recurse, "
    "pattern, where, bare, files_from, origins, move_to, spool, spool_size, called, calling, tls, identity, on_scan, "
    "on_listed, on_event, control, settings",
    "migration_report": "journal",
    "migration_status": "journal",
    "plan": "profile, paths, *, release, recurse, where, on_item, from_format, settings",
    "probe": "peer, profile, *, release, everything, services, sop, ts, pairs, order, rate, retries, called, "
    "calling, tls, identity, connect_timeout, acse_timeout, on_answer, on_retry, control, settings",
    "read": "source",
    "receive": "profile, into, *, address, accept_all, release, only_from, tls, options, on_event, keep_events, grace, "
    "settings",
    "release_objects": "journal",
    "releases": "source, profile",
    "remove": "source, profile, sop, *, ts, shared, prune, release",
    "rename": "source, old, new, *, kind, release",
    "renumber": "source, *, release",
    "retry_objects": "journal",
    "send": "peer, paths, *, profile, release, propose_default, options, conversion, recurse, pattern, where, "
    "dicomdir, bare, repeat, only, called, calling, tls, identity, on_start, on_event, control, keep_results, settings",
    "simulate": "scu, scp, paths, *, release, acceptor, behaves, related, on_negotiated, on_item, from_format, "
    "settings",
    "trace": "source",
    "verify_migration": "journal, peer, *, by, content, retrieve, listen, commit_timeout, again, options, conversion, "
    "called, calling, tls, identity, on_count, control",
    "watch_migration": "journal, directories, peer, *, profile, release, propose_default, options, conversion, limits, "
    "quiet_for, rescan, recurse, pattern, where, bare, called, calling, tls, identity, on_note, on_run, on_event, "
    "control, settings",
    "where": "*expressions",
}
EXCEPTIONS = [
    "AsprofileError",
    "AssociationError",
    "ConfigurationError",
    "ConversionError",
    "EditError",
    "JournalError",
    "LoadError",
    "NoRoom",
    "NotFormatted",
    "NotReceived",
    "ObjectError",
    "ProfileNotFound",
    "ProposalError",
    "UnknownRelease",
    "WhereError",
]
VALUES = [
    "AllowedCaller",
    "AssociationAccepted",
    "AssociationEnded",
    "AssociationOpened",
    "AssociationRequested",
    "Config",
    "ConformanceStatement",
    "Control",
    "ConversionOptions",
    "Converted",
    "Destination",
    "Difference",
    "Document",
    "Doubts",
    "Drifted",
    "Echoed",
    "Edited",
    "Ended",
    "ExtendedNegotiation",
    "Finding",
    "Finished",
    "Fixed",
    "Generated",
    "Hours",
    "LintReport",
    "Migrated",
    "MigrationCheck",
    "MigrationReport",
    "MigrationResult",
    "MigrationState",
    "MigrationStatus",
    "NotStored",
    "ObjectResult",
    "Outcome",
    "Peer",
    "PlanReport",
    "PresentationContext",
    "ProbeOutcome",
    "Profile",
    "Progress",
    "Rate",
    "ReceiveOptions",
    "Received",
    "Receiving",
    "ReleasesReport",
    "RequestRejected",
    "Retrying",
    "RunLimits",
    "SendOptions",
    "SendReport",
    "Sent",
    "SimulationReport",
    "Skipped",
    "Source",
    "Span",
    "StoreOptions",
    "TlsOptions",
    "TraceReport",
    "UserIdentity",
    "Verified",
]
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the examples, in the current directory."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_public_names() -> None:
    assert asprofile.__all__ == sorted([*FUNCTIONS, *EXCEPTIONS, *VALUES])


def test_dir_lists_them_and_the_public_modules() -> None:
    assert sorted(dir(asprofile)) == sorted([*asprofile.__all__, "__version__", "pynetdicom", "testing"])


@pytest.mark.parametrize("name", ["pynetdicom", "testing"])
def test_a_public_module_needs_no_import_of_its_own(name: str) -> None:
    program = f"import asprofile; print(asprofile.{name}.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == f"asprofile.{name}\n"


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "asprofile" / "__init__.py").read_text("utf-8"))
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in branch.body if isinstance(node, ast.ImportFrom) and node.module != "collections.abc"]
    assert {alias.name: one.module for one in imports for alias in one.names} == asprofile._PUBLIC


@pytest.mark.parametrize("name", asprofile.__all__)
def test_each_is_there_and_documented(name: str) -> None:
    found = getattr(asprofile, name)
    assert found.__module__.startswith("asprofile.")
    assert inspect.getdoc(found)


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match="module 'asprofile' has no attribute 'nothing'"):
        _ = asprofile.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_one_also_where_a_package_has_its_name(name: str) -> None:
    program = (
        "import asprofile, importlib, pkgutil\n"
        "for found in pkgutil.iter_modules(asprofile.__path__, 'asprofile.'):\n"
        "    if found.name.split('.')[1] in asprofile.__all__: importlib.import_module(found.name)\n"
        f"from asprofile import {name} as one\n"
        f"print(type(one).__name__, type(asprofile.{name}).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "function function\n"


@pytest.mark.parametrize(("name", "parameters"), FUNCTIONS.items())
def test_signatures(name: str, parameters: str) -> None:
    """Their names, and which can be given without: that is what a caller writes."""
    said: list[str] = []
    starred = False
    for one in inspect.signature(getattr(asprofile, name)).parameters.values():
        if one.kind is one.KEYWORD_ONLY and not starred:
            said.append("*")
            starred = True
        if one.kind is one.VAR_POSITIONAL:
            starred = True
        said.append(f"*{one.name}" if one.kind is one.VAR_POSITIONAL else one.name)
    assert ", ".join(said) == parameters


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_typed_and_has_a_line(name: str) -> None:
    function = getattr(asprofile, name)
    assert isinstance(function, FunctionType)
    text = inspect.getdoc(function) or ""
    arguments = text.partition("Args:\n")[2].partition("\n\n")[0]
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter.name
        assert f"    {parameter.name}: " in f"\n{arguments}", parameter.name
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty
    assert "Raises:\n" in text
    assert "Examples:\n    >>> " in text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_example_is_what_it_does(name: str, folder: Path) -> None:
    text = inspect.getdoc(getattr(asprofile, name)) or ""
    if "study" not in text and ARCHIVE not in text:
        run_example(name, text)
        return
    with archive(folder) as address:
        run_example(name, text.replace(ARCHIVE, address))


def run_example(name: str, text: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {"asprofile": asprofile}, name, name, 0)
    assert test.examples
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    said: list[str] = []
    assert runner.run(test, out=said.append).failed == 0, "".join(said)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exceptions_have_one_base(name: str) -> None:
    assert issubclass(getattr(asprofile, name), asprofile.AsprofileError)


def test_the_guide_has_every_name() -> None:
    """In the table of docs/library.md, or in its text in front of it."""
    guide = (ROOT / "docs" / "library.md").read_text("utf-8")
    table = "".join(line for line in guide.splitlines() if line.startswith("| `"))
    assert [name for name in asprofile.__all__ if not re.search(rf"`{name}[`(]", table)] == []


@pytest.mark.parametrize("name", ["convert.formats", "generate.words", "lint.rules", "send.engine"])
def test_a_module_of_a_package_with_the_name_of_a_function_is_imported(name: str) -> None:
    package, _, module = name.partition(".")
    program = (
        f"import asprofile.{name} as one, asprofile, sys\n"
        f"from asprofile.{package} import {module} as same\n"
        f"print(one is same is sys.modules['asprofile.{name}'], type(asprofile.{package}).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "True function\n"


# --- What they are given ----------------------------------------------------------------------------------------------

OF_A_FILE: dict[str, Any] = {
    "add": lambda given: asprofile.add(given, "Scanner", "MRImageStorage"),
    "fix": asprofile.fix,
    "format": asprofile.format,
    "lint": asprofile.lint,
    "load": asprofile.load,
    "merge": asprofile.merge,
    "read": lambda given: asprofile.read(given).data,
    "releases": asprofile.releases,
    "remove": lambda given: asprofile.remove(given, "Scanner", "CTImageStorage"),
    "rename": lambda given: asprofile.rename(given, "Scanner", "Other"),
    "renumber": asprofile.renumber,
}
OF_A_PROFILE: dict[str, Any] = {
    "diff": lambda given: asprofile.diff(given, given),
    "plan": lambda given: asprofile.plan(given, []),
    "simulate": lambda given: asprofile.simulate(given, given),
}
"""Each function that takes a file, or a profile, as ``given``."""


OF_A_FILE_IN_A_RELEASE = sorted(set(OF_A_FILE) - {"format", "read", "releases"})


NOBODY = "127.0.0.1:1"


def without_names(found: Any) -> Any:
    """What is the same however a file is given: not its name, nor that of its Source."""
    if isinstance(found, asprofile.Fixed):
        return found.data, found.applied
    if isinstance(found, asprofile.LintReport):
        return found.findings, found.suppressed, found.role
    if isinstance(found, asprofile.ReleasesReport):
        return found.verdicts
    return found


@pytest.mark.parametrize("name", OF_A_FILE)
def test_a_file_is_a_path_bytes_or_what_was_read(name: str, folder: Path) -> None:
    call, data = OF_A_FILE[name], (folder / "ct.cfg").read_bytes()
    wanted = without_names(call("ct.cfg"))
    for given in (Path("ct.cfg"), data, bytearray(data), asprofile.Source(data, "x"), asprofile.read(data)):
        assert without_names(call(given)) == wanted


@pytest.mark.parametrize("name", OF_A_PROFILE)
def test_a_profile_is_a_reference_a_file_or_a_value(name: str, folder: Path) -> None:
    call, data = OF_A_PROFILE[name], (folder / "ct.cfg").read_bytes()
    profile = asprofile.load("ct.cfg").use("Scanner")
    for given in ("ct.cfg:Scanner", "ct.cfg:", "ct.cfg", Path("ct.cfg"), data, asprofile.read(data), profile):
        assert call(given) is not None


@pytest.mark.parametrize(("name", "call"), {**OF_A_FILE, **OF_A_PROFILE}.items())
def test_what_is_no_file_is_said_to_be_none(name: str, call: Any, folder: Path) -> None:
    (folder / "folder").mkdir()
    for wrong in (None, 3, ["ct.cfg"], object()):
        with pytest.raises(TypeError, match="a path, bytes"):
            call(wrong)
    with pytest.raises((FileNotFoundError, asprofile.AsprofileError)) as missing:
        call("missing.cfg")
    assert "missing.cfg" in str(missing.value)
    with pytest.raises(OSError, match="directory"):
        call(Path("folder"))


# A number where another one is meant: each argument and each field that is a number, with what it cannot be.
NOT_WHOLE: Sequence[Any] = (-1, 1.5, True, "3", math.nan)
NO_SECONDS: Sequence[Any] = (0, -1, math.nan, True, "3")


def beyond(least: int, most: int | None) -> Sequence[int]:
    """What is just out of a range, but 0, which may have a meaning of its own."""
    return [one for one in (least - 1, None if most is None else most + 1) if one]


NUMBERS: dict[str, tuple[Any, Sequence[Any]]] = {
    "generate association": (lambda one: asprofile.generate(from_log="x.log", association=one), (0, *NOT_WHOLE)),
    "echo count": (lambda one: asprofile.echo(NOBODY, count=one), (0, *NOT_WHOLE)),
    "probe rate": (lambda one: asprofile.probe(NOBODY, rate=one), (-1, math.nan, True, "3")),
    "probe retries": (lambda one: asprofile.probe(NOBODY, "ct.cfg", retries=one), NOT_WHOLE),
    "receive grace": (
        lambda one: asprofile.receive(None, "x", grace=one),
        (-1, math.nan, True),
    ),
    **{
        f"ReceiveOptions {name}": (
            partial(
                lambda name, one: asprofile.receive(None, "x", options=asprofile.ReceiveOptions(**{name: one})), name
            ),
            wrong,
        )
        for name, wrong in {
            "port": (65536, *NOT_WHOLE),
            "max_pdu": (0, 4095, 1 << 32, *NOT_WHOLE),
            "window": (65536, *NOT_WHOLE),
            "max_associations": (0, *NOT_WHOLE),
            "max_per_host": NOT_WHOLE,
            "acse_timeout": NO_SECONDS,
            "idle_timeout": NO_SECONDS,
            "max_object_time": NO_SECONDS,
            "max_association_time": NO_SECONDS,
            "max_contexts": (0, *NOT_WHOLE),
            "max_items": (0, *NOT_WHOLE),
            "processes": (0, *NOT_WHOLE),
        }.items()
    },
    **{
        f"StoreOptions {name}": (
            partial(
                lambda name, one: asprofile.receive(
                    None, "x", options=asprofile.ReceiveOptions(store=asprofile.StoreOptions(**{name: one}))
                ),
                name,
            ),
            NOT_WHOLE,
        )
        for name in ("min_free", "max_object_size")
    },
    "verify_migration content": (
        lambda one: asprofile.verify_migration("no.journal", NOBODY, content=one),
        (0, *NOT_WHOLE),
    ),
    "verify_migration commit_timeout": (
        lambda one: asprofile.verify_migration("no.journal", NOBODY, commit_timeout=one),
        (None, *NO_SECONDS),
    ),
    "check_migration expected_rate": (
        lambda one: asprofile.check_migration("no.journal", NOBODY, expected_rate=one),
        (0, math.inf, *NO_SECONDS),
    ),
    "migrate spool_size": (
        lambda one: asprofile.migrate("no.journal", "x", NOBODY, spool_size=one),
        (0, *NOT_WHOLE),
    ),
    "watch_migration quiet_for": (
        lambda one: asprofile.watch_migration("no.journal", "x", NOBODY, quiet_for=one),
        (-1, math.nan, True, "3", None),
    ),
    "watch_migration rescan": (
        lambda one: asprofile.watch_migration("no.journal", "x", NOBODY, rescan=one),
        (0, math.inf, None, *NO_SECONDS),
    ),
    "RunLimits max_failures": (
        lambda one: asprofile.migrate("no.journal", "x", NOBODY, limits=asprofile.RunLimits(max_failures=one)),
        (0, *NOT_WHOLE),
    ),
    "Rate number": (
        lambda one: asprofile.migrate("no.journal", "x", NOBODY, limits=asprofile.RunLimits(rate=asprofile.Rate(one))),
        (0, math.inf, -1, math.nan, True, "3"),
    ),
    **{
        f"Hours {name}": (
            partial(
                lambda name, one: asprofile.migrate(
                    "no.journal",
                    "x",
                    NOBODY,
                    limits=asprofile.RunLimits(hours=asprofile.Hours(**{"first": 0, "end": 1, name: one})),
                ),
                name,
            ),
            (1440, *NOT_WHOLE),
        )
        for name in ("first", "end")
    },
    "send repeat": (lambda one: asprofile.send(NOBODY, "x", repeat=one), (0, *NOT_WHOLE)),
    **{
        f"{call.__name__} {name}": (
            partial(lambda call, name, one: call(NOBODY, **{name: one}), call, name),
            NO_SECONDS,
        )
        for call in (asprofile.echo, asprofile.probe)
        for name in inspect.signature(call).parameters
        if name.endswith("_timeout")
    },
    **{
        f"SendOptions {name}": (
            partial(lambda name, one: asprofile.send(NOBODY, "x", options=asprofile.SendOptions(**{name: one})), name),
            wrong,
        )
        for name, wrong in {
            "connect_timeout": NO_SECONDS,
            "acse_timeout": NO_SECONDS,
            "dimse_timeout": NO_SECONDS,
            "wait": (-1, math.nan, True, "3"),
            **{name: (*beyond(least, most), *NOT_WHOLE) for name, (least, most, _) in RANGES.items()},
        }.items()
    },
    **{
        f"ConversionOptions {name}": (
            partial(
                lambda name, one: asprofile.send(NOBODY, "x", conversion=asprofile.ConversionOptions(**{name: one})),
                name,
            ),
            wrong,
        )
        for name, wrong in {
            "compression_level": (10, *NOT_WHOLE),
            "max_object_size": (0, *NOT_WHOLE),
            "invent_series": (0, *NOT_WHOLE),
            "invent_study": (0, *NOT_WHOLE),
            "invent_patient": (0, *NOT_WHOLE),
        }.items()
    },
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_its_range_is_an_error_that_names_it(name: str) -> None:
    call, wrong = NUMBERS[name]
    for one in wrong:
        with pytest.raises(asprofile.ConfigurationError, match=name.split()[1]):
            call(one)


def test_every_number_has_its_range() -> None:
    """A new argument or field that is a number has a line above."""
    numbers = {
        f"{owner} {field}"
        for owner in (
            *FUNCTIONS,
            "SendOptions",
            "ConversionOptions",
            "ReceiveOptions",
            "StoreOptions",
            "RunLimits",
            "Rate",
            "Hours",
        )
        for field, annotation in inspect.get_annotations(getattr(asprofile, owner)).items()
        if field != "return"
        if re.match(r"(int|float)\b", str(annotation))
    }
    assert numbers == set(NUMBERS)


# A call of each function with texts in all places that take one.
TEXTS: dict[str, dict[str, Any]] = {
    "add": {"source": "ct.cfg", "profile": "Scanner", "sop": "MRImageStorage", "ts": "uncompressed"},
    "convert": {"source": "ct.cfg", "to": "json", "profile": "Scanner", "name": "X"},
    "diff": {"first": "ct.cfg", "second": "ct.cfg"},
    "fix": {"source": "ct.cfg", "select": "AP2", "ignore": "AP6"},
    "format": {"source": "ct.cfg"},
    "generate": {"recipes": "ct", "sop": "CTImageStorage", "ts": "uncompressed", "name": "X"},
    "lint": {"source": "ct.cfg", "select": "AP2", "ignore": "AP6"},
    "load": {"source": "ct.cfg"},
    "merge": {"source": "ct.cfg", "clash": "keep"},
    "plan": {"profile": "ct.cfg", "paths": "ct.cfg"},
    "releases": {"source": "ct.cfg", "profile": "Scanner"},
    "remove": {"source": "ct.cfg", "profile": "Scanner", "sop": "CTImageStorage"},
    "rename": {"source": "ct.cfg", "old": "Scanner", "new": "X"},
    "renumber": {"source": "ct.cfg"},
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_text_is_said_to_be_none(name: str, folder: Path) -> None:
    """Neither taken for something, nor an error from within."""
    function, usual = getattr(asprofile, name), TEXTS[name]
    options = {one: "3.7.0" for one in inspect.signature(function).parameters if one == "release"}
    for argument in {**usual, **options}:
        for wrong in (3, 1.5, True, object(), [None], [3], *(() if (name, argument) in FILES else (b"", b"x"))):
            with pytest.raises((TypeError, asprofile.ConfigurationError)) as caught:
                function(**{**usual, **options, argument: wrong})
            assert re.search(", not |no format|is one of|'error'", str(caught.value)), (argument, wrong)


FILES = {
    (name, argument)
    for name, arguments in TEXTS.items()
    for argument in arguments
    if argument in ("source", "first", "second") or (name, argument) == ("plan", "profile")
}
"""Where bytes are a file."""


@pytest.mark.parametrize("name", OF_A_FILE)
def test_a_text_is_not_taken_for_a_path(name: str, folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"text\.encode\(\)"):
        OF_A_FILE[name]((folder / "ct.cfg").read_text())


@pytest.mark.parametrize("name", [*OF_A_FILE_IN_A_RELEASE, "diff", "plan", "simulate"])
def test_a_release_that_there_is_not_is_said_to_be_none(name: str, folder: Path) -> None:
    arguments = {"rename": ["Scanner", "X"], "add": ["", "CTImageStorage"], "remove": ["", "CTImageStorage"]}
    more = arguments.get(name, [] if name in OF_A_FILE else ["ct.cfg"])
    with pytest.raises(asprofile.UnknownRelease, match=r"9\.9\.9"):
        getattr(asprofile, name)("ct.cfg", *more, release="9.9.9")


def test_a_load_error_has_code_message_and_place() -> None:
    with pytest.raises(asprofile.LoadError) as caught:
        asprofile.load(b"\n[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = No\n")
    error = caught.value
    assert isinstance(error, asprofile.AsprofileError)
    assert (error.code, error.span, error.position) == (1024, asprofile.Span(44, 46), (4, 19, 44))
    assert str(error) == error.message


@pytest.mark.parametrize("name", ["ae", "device", "base_dn"])
def test_what_a_format_has_no_place_for_is_refused(name: str, folder: Path) -> None:
    for to in (one.name for one in CONVERT_FORMATS if one.write is not None):
        given = {name: "dc=x" if name == "base_dn" else "A"}
        profile = "Scanner"
        with_it = to.startswith("dcm4chee") and (name != "base_dn" or to == "dcm4chee-ldif")
        if with_it:
            assert given[name].encode() in asprofile.convert("ct.cfg", to, profile=profile, **given).data  # type: ignore[arg-type]
            continue
        with pytest.raises(asprofile.ConfigurationError, match=f"{name} goes with .*, and not with {to}"):
            asprofile.convert("ct.cfg", to, profile=profile, **given)  # type: ignore[arg-type]


def test_errors_name_arguments_and_a_command_its_options(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(asprofile.ConfigurationError) as caught:
        asprofile.send(NOBODY, "x", conversion=asprofile.ConversionOptions(compression_level=3))
    assert str(caught.value) == "compression_level is for what is converted: give convert='uncompressed'"
    subprocess.run([sys.executable, "-m", "asprofile", "send", NOBODY, "x", "--compression-level", "3"], check=False)
    assert "--compression-level is for what is converted: give --convert uncompressed\n" in capfd.readouterr().err


def test_nothing_the_library_raises_names_an_option() -> None:
    """Where a message is for both, it names arguments as ``@{into}``, which a command shows as an option."""
    named = re.compile(r"(?<![\w`-])(?<!asprofile generate )--[a-z]")
    wrong = []
    for path in sorted((ROOT / "asprofile" / "api").glob("*.py")):
        nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Raise)]
        wrong += [f"{path.name}:{node.lineno}" for node in nodes if named.search(ast.unparse(node))]
    assert wrong == []


def test_nothing_is_printed_or_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, call in {**OF_A_FILE, **OF_A_PROFILE}.items():
        if name != "read":
            call("ct.cfg")
    with pytest.raises(asprofile.AsprofileError):
        asprofile.format(b"\0")
    assert capsys.readouterr() == ("", "")
    assert sorted(path.name for path in folder.iterdir()) == ["ct.cfg", "mr.cfg", "slips.cfg"]


# --- How soon they are there ------------------------------------------------------------------------------------------


def test_importing_the_package_imports_nothing_else() -> None:
    program = "import sys, asprofile; dir(asprofile); print([m for m in sys.modules if m.startswith('asprofile.')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n"


def test_reading_loading_and_linting_import_no_more_than_they_need() -> None:
    program = (
        "import sys, asprofile\n"
        "asprofile.read(b''), asprofile.lint(b'')\n"
        "try: asprofile.load(b'')\n"
        "except asprofile.LoadError: pass\n"
        "print(sorted({'click', 'pydicom', 'pynetdicom', 'rich', 'numpy', 'asprofile.edit.draft'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
