"""The ready-made profiles: the releases load them that they name, they lint clean, and DCMTK's own tools take them."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from conftest import Server, need
from factories import write_ct

import asprofile
from asprofile.lint.run import LintOptions, lint
from asprofile.model.config import Profile
from asprofile.model.words import AssociationRole
from asprofile.names import fit, sop_classes, symbols, transfer_syntaxes
from asprofile.names.releases import LATEST, RELEASES, at_least
from asprofile.names.well_known import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, MEDIA_STORAGE_DIRECTORY
from asprofile.resources import directory
from asprofile.text import Source

SAMPLES = sorted(directory("sample_profiles").glob("*.cfg"))
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "samples"


class Sample:
    """A file and what its header says of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_bytes().decode("ascii")
        self.header = self.text.partition("\n\n")[0]
        self.oldest = self._fact(r"DCMTK: (\S+) and later")
        self.role: AssociationRole = (
            "acceptor" if self._fact("Role: (requestor|acceptor)") == "acceptor" else "requestor"
        )
        self.contexts = int(self._fact(r"Contexts: (\d+)"))
        self.name = self._fact(r"(\w+): .+")

    def _fact(self, form: str) -> str:
        found = re.search(f"^# {form}$", self.header, re.MULTILINE)
        assert found, f"{self.path.name}: no line {form!r} in the header"
        return found[1]

    def profile(self, release: str) -> Profile:
        """The file's only profile; raises LoadError where the release does not load it."""
        config = asprofile.load(self.path, release=release, role=self.role)
        assert list(config.profiles) == [self.name.upper()]
        return config.use(self.name)


QUERYING = {"ModalityServices", "Print", "QueryRetrieve"}

each_sample = pytest.mark.parametrize("sample", [Sample(path) for path in SAMPLES], ids=[path.stem for path in SAMPLES])
each_requestor = pytest.mark.parametrize(
    "sample",
    [sample for sample in map(Sample, SAMPLES) if sample.role == "requestor"],
    ids=lambda sample: sample.path.stem,
)
each_acceptor = pytest.mark.parametrize(
    "sample",
    [sample for sample in map(Sample, SAMPLES) if sample.role == "acceptor"],
    ids=lambda sample: sample.path.stem,
)


def test_there_is_a_profile_for_each_theme() -> None:
    names = {Sample(path).name for path in SAMPLES}
    wanted = (
        "Default MPEG4 MPEG2 HEVC BreastTomosynthesis CT MR PET Ultrasound WholeSlide Ophthalmology Dental "
        "Radiotherapy Segmentation ECG PrivateSiemens PrivatePhilips PrivateGE Acceptor AcceptorAll"
    )
    assert set(wanted.split()) <= names


def test_every_name_is_unique() -> None:
    names = [name for path in SAMPLES for name in asprofile.load(path, role="acceptor").profiles]
    assert len(set(names)) == len(names)


def test_the_files_are_what_the_declarations_say() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_change_by_hand_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = _script()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "DIRECTORY", tmp_path)
    (tmp_path / "README.md").write_bytes((directory("sample_profiles") / "README.md").read_bytes())
    monkeypatch.setattr(sys, "argv", ["samples"])
    assert script.main() == 0
    (tmp_path / "mpeg4.cfg").write_text("[[TransferSyntaxes]]\n")
    (tmp_path / "other.cfg").write_text("[[TransferSyntaxes]]\n")
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["samples", "--check"])
    assert script.main() == 1
    assert capsys.readouterr().err.splitlines() == [
        "other.cfg: not declared in scripts/samples",
        "mpeg4.cfg: differs from its declaration; run scripts/samples",
    ]
    assert (tmp_path / "mpeg4.cfg").read_text() == "[[TransferSyntaxes]]\n"


@each_sample
def test_exactly_the_releases_load_it_that_its_header_names(sample: Sample) -> None:
    loading = []
    for release in RELEASES:
        try:
            sample.profile(release)
        except asprofile.LoadError:
            continue
        loading.append(release)
    assert loading == [release for release in RELEASES if at_least(release, sample.oldest)]


@each_sample
def test_it_means_the_same_in_every_release(sample: Sample) -> None:
    def contexts(release: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.abstract_syntax, one.transfer_syntaxes) for one in sample.profile(release).contexts]

    newest = contexts(LATEST)
    assert all(contexts(release) == newest for release in RELEASES if at_least(release, sample.oldest))


@each_sample
def test_it_has_as_many_contexts_as_it_says_and_as_are_allowed(sample: Sample) -> None:
    count = len(sample.profile(LATEST).contexts)
    assert count == sample.contexts
    if not (sample.role == "acceptor" and at_least(sample.oldest, "3.6.8")):
        assert count <= 128


@each_sample
def test_its_header_says_how_to_use_it(sample: Sample) -> None:
    """By a program that can: storescu and `send` only store."""
    if sample.name in QUERYING:
        assert f"asprofile probe --profile {sample.name} HOST:PORT" in sample.header
        return
    assert f"-xf {sample.path.name} {sample.name} " in sample.header
    if sample.role == "requestor":
        assert f"asprofile send --profile {sample.name} HOST:PORT" in sample.header


@each_sample
@pytest.mark.parametrize("inferred", [True, False], ids=["role inferred", "role given"])
def test_it_lints_without_errors_and_warnings(sample: Sample, inferred: bool) -> None:
    source = Source(sample.path.read_bytes(), sample.path.name)
    for release in dict.fromkeys((sample.oldest, LATEST)):
        report = lint(source, LintOptions(release=release, role=None if inferred else sample.role))
        bad = [
            f"{release}: line {source.position(finding.span.start).line}: {finding.code} {finding.message}"
            for finding in report.findings
            if finding.severity != "info"
        ]
        assert bad == []
        assert report.suppressed == 0


@each_sample
def test_every_pair_is_possible(sample: Sample) -> None:
    for context in sample.profile(LATEST).contexts:
        for uid in context.transfer_syntaxes:
            verdict = fit.judge(context.abstract_syntax, uid)
            assert not verdict.useless, verdict.reason


@each_sample
def test_its_text_is_tidy(sample: Sample) -> None:
    lines = sample.text.split("\n")
    assert lines[-1] == ""
    assert [line for line in lines if line != line.rstrip() or len(line) > 120 or "\t" in line] == []
    assert "\n\n\n" not in sample.text


@each_requestor
def test_a_compressed_transfer_syntax_has_a_context_of_its_own(sample: Sample) -> None:
    for context in sample.profile(LATEST).contexts:
        known = [transfer_syntaxes.get(uid) for uid in context.transfer_syntaxes]
        if not all(syntax is not None and syntax.encoding == "native" for syntax in known):
            assert len(known) == 1


@each_requestor
def test_what_may_be_uncompressed_is_offered_in_the_default_transfer_syntax(sample: Sample) -> None:
    contexts = sample.profile(LATEST).contexts
    for sop_class in dict.fromkeys(context.abstract_syntax for context in contexts):
        offered = {uid for one in contexts if one.abstract_syntax == sop_class for uid in one.transfer_syntaxes}
        syntaxes = [syntax for uid in offered if (syntax := transfer_syntaxes.get(uid))]
        if not all(syntax.is_video for syntax in syntaxes):
            assert IMPLICIT_VR_LITTLE_ENDIAN in offered


@each_acceptor
def test_a_receiver_has_a_sop_class_once_and_prefers_what_loses_nothing(sample: Sample) -> None:
    contexts = sample.profile(LATEST).contexts
    classes = [context.abstract_syntax for context in contexts]
    assert len(set(classes)) == len(classes)
    assert classes[0] == "1.2.840.10008.1.1"
    for context in contexts:
        assert context.transfer_syntaxes[0] == EXPLICIT_VR_LITTLE_ENDIAN
        lossless = [transfer_syntaxes.get(uid).lossless_only for uid in context.transfer_syntaxes]
        assert lossless == sorted(lossless, reverse=True)


def test_the_largest_receiver_has_every_storage_class() -> None:
    sample = Sample(directory("sample_profiles") / "acceptor_all.cfg")
    accepted = {context.abstract_syntax for context in sample.profile(LATEST).contexts}
    current = {one.uid for one in sop_classes.storage_sop_classes() if one.status == "standard"}
    assert current - accepted == {MEDIA_STORAGE_DIRECTORY}


@each_requestor
def test_the_largest_receiver_takes_whatever_the_others_propose(sample: Sample) -> None:
    receiver = Sample(directory("sample_profiles") / "acceptor_all.cfg").profile(LATEST)
    accepted = {one.abstract_syntax: one.transfer_syntaxes for one in receiver.contexts}
    for context in sample.profile(LATEST).contexts:
        if sop_classes.is_storage(context.abstract_syntax):
            assert set(context.transfer_syntaxes) <= set(accepted[context.abstract_syntax])


# --- DCMTK's own tools ------------------------------------------------------------------------------------------------


@pytest.mark.peer
@each_requestor
def test_storescu_proposes_what_we_load(sample: Sample, storescp: Callable[..., Server], tmp_path: Path) -> None:
    storescu = need("storescu", "dcmtk")
    release = _release(storescu)
    if not at_least(release, sample.oldest):
        pytest.skip(f"{sample.path.name} needs DCMTK {sample.oldest}, here is {release}")
    acceptor = Sample(directory("sample_profiles") / "acceptor.cfg")
    server = storescp(config=acceptor.path, profile=acceptor.name)
    ct = write_ct(tmp_path / "ct.dcm")
    command = [storescu, "-d", "-xf", sample.path, sample.name, "127.0.0.1", str(server.port), ct]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    log = done.stdout + done.stderr
    proposed = _contexts(log, "Proposed", release)
    loaded = sample.profile(release)
    assert proposed == {one.id: (one.abstract_syntax, one.transfer_syntaxes) for one in loaded.contexts}
    taken = {one.abstract_syntax: one.transfer_syntaxes for one in acceptor.profile(release).contexts}
    assert _contexts(log, "Accepted", release) == {
        one.id: (one.abstract_syntax, (chosen[0],))
        for one in loaded.contexts
        if (chosen := [uid for uid in taken.get(one.abstract_syntax, ()) if uid in one.transfer_syntaxes])
    }


@pytest.mark.peer
@each_acceptor
@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_receivers_start_exactly_from_the_release_on_that_is_named(
    sample: Sample,
    program: str,
    storescp: Callable[..., Server],
    dcmrecv: Callable[..., Server],
    tmp_path: Path,
    free_port: int,
) -> None:
    found = need(program, "dcmtk")
    if at_least(_release(found), sample.oldest):
        server = {"storescp": storescp, "dcmrecv": dcmrecv}[program](config=sample.path, profile=sample.name)
        default = Sample(directory("sample_profiles") / "default.cfg")
        ct = write_ct(tmp_path / "ct.dcm")
        command = [need("storescu", "dcmtk"), "-xf", default.path, default.name, "127.0.0.1", str(server.port), ct]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, len(list(server.directory.iterdir()))) == (0, 1), done.stderr
    else:
        command = [found, "-xf", sample.path, sample.name, str(free_port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
        assert done.returncode != 0
        assert re.search("cannot read config file|cannot load association configuration", done.stdout + done.stderr)


def _release(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    found = re.search(r"v(\d+\.\d+\.\d+)", done.stdout + done.stderr)
    assert found, done.stdout
    if found[1] not in RELEASES:
        pytest.skip(f"no tables for DCMTK {found[1]}")
    return found[1]


def _contexts(log: str, result: str, release: str) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The contexts with that result in storescu's debug output: by id, abstract and transfer syntaxes as UIDs."""
    context = re.compile(
        rf"^D:   Context ID: +(\d+) \({result}\)\n"
        r"D:     Abstract Syntax: (\S+)\n"
        r"(?:D:     \w+ SCP/SCU Role: .*\n)+"
        rf"D:     {result} Transfer Syntax(?:\(es\):\n((?:D:       .+\n)+)|: (\S+)\n)",
        re.MULTILINE,
    )
    found = {}
    for number, abstract_syntax, several, one in context.findall(log):
        listed = [line.removeprefix("D:").strip() for line in several.splitlines()] or [one]
        found[int(number)] = (_uid(abstract_syntax, release), tuple(_uid(name, release) for name in listed))
    return found


def _uid(dumped: str, release: str) -> str:
    if not dumped.startswith("="):
        return dumped
    found = symbols.uid_of(dumped.removeprefix("="), release)
    assert found is not None, dumped
    return found


def _script() -> ModuleType:
    """scripts/samples as a module."""
    loader = importlib.machinery.SourceFileLoader("samples_script", str(SCRIPT))
    spec = importlib.util.spec_from_loader("samples_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["samples_script"] = module
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module
