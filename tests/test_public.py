"""The names that others may build on: which there are, how they are called, what is said of them, what they do."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from library_folder import ARCHIVE, archive, write_files

import asprofile

FUNCTIONS = {
    "add": "source, profile, sop, *, ts, separate, label, role_selection, extended, role, beside, shared, drop, "
    "release",
    "convert": "source, to, *, profile, from_format, into, combine, split, name, role, release, ae, device, base_dn, "
    "file, on_note, settings",
    "diff": "first, second, *, release, role, settings",
    "echo": "peer, *, count, called, calling, tls, identity, connect_timeout, acse_timeout, dimse_timeout, on_echo",
    "fix": "source, *, release, role, select, ignore, unsafe_fixes",
    "format": "source, *, renumber",
    "generate": "recipes, *, profile, sop, ts, from_files, where, from_log, log_accepted, association, from_peer, "
    "from_probe, name, role, release, required_only, combine, split, file, ask, on_note, settings",
    "lint": "source, *, release, role, select, ignore",
    "load": "source, release, role",
    "merge": "source, *others, clash, release",
    "plan": "profile, paths, *, release, recurse, where, on_item, settings",
    "probe": "peer, profile, *, release, everything, services, sop, ts, pairs, order, rate, retries, called, "
    "calling, tls, identity, connect_timeout, acse_timeout, on_answer, on_retry, control, settings",
    "read": "source",
    "receive": "profile, into, *, address, accept_all, release, only_from, tls, options, on_event, keep_events, grace, "
    "settings",
    "releases": "source, profile",
    "remove": "source, profile, sop, *, ts, shared, prune, release",
    "rename": "source, old, new, *, kind, release",
    "renumber": "source, *, release",
    "send": "peer, paths, *, profile, release, propose_default, options, conversion, recurse, pattern, where, "
    "dicomdir, bare, repeat, only, called, calling, tls, identity, on_start, on_event, control, keep_results, settings",
    "simulate": "scu, scp, paths, *, release, acceptor, on_negotiated, on_item, settings",
    "where": "*expressions",
}
EXCEPTIONS = [
    "AsprofileError",
    "AssociationError",
    "ConfigurationError",
    "ConversionError",
    "EditError",
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
    "Control",
    "ConversionOptions",
    "Converted",
    "Destination",
    "Difference",
    "Document",
    "Echoed",
    "Edited",
    "Ended",
    "ExtendedNegotiation",
    "Finding",
    "Finished",
    "Fixed",
    "Generated",
    "LintReport",
    "NotStored",
    "ObjectResult",
    "Outcome",
    "Peer",
    "PlanReport",
    "PresentationContext",
    "ProbeOutcome",
    "Profile",
    "Progress",
    "ReceiveOptions",
    "Received",
    "Receiving",
    "ReleasesReport",
    "RequestRejected",
    "Retrying",
    "SendOptions",
    "SendReport",
    "Sent",
    "SimulationReport",
    "Skipped",
    "Source",
    "Span",
    "StoreOptions",
    "TlsOptions",
    "UserIdentity",
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


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "asprofile" / "__init__.py").read_text("utf-8"))
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in branch.body if isinstance(node, ast.ImportFrom) and node.module != "collections.abc"]
    seen = {alias.asname or alias.name: f"{one.module}:{alias.name}" for one in imports for alias in one.names}
    known = {name: where if ":" in where else f"{where}:{name}" for name, where in asprofile._PUBLIC.items()}
    assert seen == known


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
