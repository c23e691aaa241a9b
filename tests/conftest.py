"""Fixtures that several packages' tests share: real DICOM peers from Debian packages, on 127.0.0.1."""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

# Tests are imported by file (importlib mode), so that the helpers beside this file need a place on the path.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1] / "scripts"))

import without_posix

if os.environ.get("WITHOUT_POSIX"):
    without_posix.take_out()

from browser import Browser
from npm_packages import AXE, NotFetched, fetch
from postgres_server import PostgresServer
from programs import Programs, Server, free_tcp_port, need
from tls_files import TlsFiles, make_tls_files

from asprofile.program import CI_SERVICES

# Nobody's own settings count. Programs that a test starts may write theirs here; not into the tree.
_SETTINGS = mkdtemp(prefix="no-settings-")
atexit.register(rmtree, _SETTINGS, ignore_errors=True)
os.environ["XDG_CONFIG_HOME"] = _SETTINGS

# Some releases of Python 3.11 give a SystemError when garbage is collected while a module of tests is compiled, and
# what is collected compiles something itself (CPython gh-106905).
gc.disable()


# Two processes share the files of tests: whoever took one of these as its last would keep the other waiting.
LEFT_TO_ANOTHER_RUN = os.environ.get("TESTS_OF_ANY_PYTHON") == "elsewhere"
"""Whether another run on this checkout has the tests that are marked ``any_python``."""
LONG_ONES_FIRST = (
    "cli/test_injected_faults.py",
    "cli/test_many_of_one.py",
    "test_docs.py",
    "test_integrations.py",
    "cli/test_injected_faults_storescu.py",
    "negotiate/test_simulate_peer.py",
    "lint/test_rules_linear.py",
    "convert/test_formats.py",
    "convert/test_peers.py",
    "storescp/test_peers.py",
    "net/test_wire.py",
    "lint/test_completeness.py",
    "cli/test_special_files.py",
    "test_wheel.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    order = {here / name: place for place, name in enumerate(LONG_ONES_FIRST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))
    if LEFT_TO_ANOTHER_RUN:
        left = pytest.mark.skip(reason="left to the run with another Python")
        for item in items:
            if item.get_closest_marker("any_python"):
                item.add_marker(left)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        needed = without_posix.needed(call.excinfo.value, Path(call.excinfo.traceback[-1].path))
        if needed:
            report.outcome, report.longrepr = "skipped", (str(item.path), item.location[1] or 0, f"Skipped: {needed}")
    return report


def pytest_collection_finish() -> None:
    # What has been collected stays for as long as the tests run: nobody looks for garbage in it.
    gc.collect()
    gc.freeze()
    gc.enable()


# Into the log of a CI service the product writes otherwise; the tests of that set the variable themselves.
for name in CI_SERVICES:
    os.environ.pop(name, None)

# Who runs the tests in the background may have signals ignored, and what is ignored stays so in each program started.
signal.signal(signal.SIGINT, signal.default_int_handler)
for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_DFL)

# The same examples in every run, and no time limits: machines are slow at times. HYPOTHESIS_PROFILE=explore
# looks further.
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture
def free_port() -> int:
    """A TCP port on which nothing listens."""
    return free_tcp_port()


@pytest.fixture
def programs() -> Iterator[Programs]:
    running = Programs()
    yield running
    running.stop()


@pytest.fixture
def storescp(programs: Programs, tmp_path: Path) -> Callable[..., Server]:
    """``storescp(*options, config=, profile=)``: DCMTK's storescp, bit preserving."""
    program = need("storescp", "dcmtk")

    def start(*options: str, config: Path | str | None = None, profile: str | None = None) -> Server:
        port = free_tcp_port()
        directory = tmp_path / f"storescp-{port}"
        directory.mkdir()
        chosen = ["-xf", str(config), str(profile)] if config is not None else []
        programs.start([program, "+B", "-od", str(directory), *options, *chosen, str(port)], port, directory)
        return Server(port, directory)

    return start


@pytest.fixture
def dcmrecv(programs: Programs, tmp_path: Path) -> Callable[..., Server]:
    """``dcmrecv(*options, config=, profile=)``: DCMTK's dcmrecv, bit preserving."""
    program = need("dcmrecv", "dcmtk")

    def start(*options: str, config: Path | str | None = None, profile: str | None = None) -> Server:
        port = free_tcp_port()
        directory = tmp_path / f"dcmrecv-{port}"
        directory.mkdir()
        chosen = ["-xf", str(config), str(profile)] if config is not None else []
        programs.start([program, "+B", "-od", str(directory), *options, *chosen, str(port)], port, directory)
        return Server(port, directory)

    return start


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of PostgreSQL; ``fresh()`` is the URL of a new database."""
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Orthanc with an empty store and without authentication; its REST interface is on 127.0.0.1 too."""
    yield from _run_orthanc(tmp_path_factory.mktemp("orthanc"), {})


@pytest.fixture(scope="session")
def orthanc_with_tls(tmp_path_factory: pytest.TempPathFactory, tls_files: TlsFiles) -> Iterator[Server]:
    """The same, but its DICOM port speaks TLS and wants a certificate of its peers."""
    more = {
        "DicomTlsEnabled": True,
        "DicomTlsPrivateKey": str(tls_files.server.key),
        "DicomTlsCertificate": str(tls_files.server.certificate),
        "DicomTlsTrustedCertificates": str(tls_files.authority.certificate),
        "DicomTlsRemoteCertificateRequired": True,
    }
    yield from _run_orthanc(tmp_path_factory.mktemp("orthanc-tls"), more)


@pytest.fixture
def orthanc_with(tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """``orthanc_with(text)``: Orthanc that reads these options too, as a file beside its configuration."""
    with ExitStack() as running:

        def start(text: str) -> Server:
            directory = tmp_path / "orthanc"
            (directory / "configuration").mkdir(parents=True)
            (directory / "configuration" / "more.json").write_text(text)
            return running.enter_context(contextmanager(_run_orthanc)(directory, {}))

        yield start


def _run_orthanc(directory: Path, more: dict[str, Any]) -> Iterator[Server]:
    """Orthanc with these settings, and with those of the files in ``configuration`` below the directory, if any."""
    program = need("Orthanc", "orthanc")
    server = Server(free_tcp_port(), directory, free_tcp_port())
    settings: dict[str, Any] = {
        "Name": "test",
        "StorageDirectory": str(directory / "storage"),
        "IndexDirectory": str(directory / "index"),
        "StorageCompression": False,
        "Plugins": [],
        "HttpPort": server.http_port,
        "DicomPort": server.port,
        "DicomAet": "ORTHANC",
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "SslEnabled": False,
        **more,
    }
    several = directory / "configuration"
    configuration = (several if several.is_dir() else directory) / "orthanc.json"
    configuration.write_text(json.dumps(settings))
    running = Programs()
    try:
        running.start([program, str(several if several.is_dir() else configuration)], server.http_port, directory)
        running.await_port(server.port)
        yield server
    finally:
        running.stop(kill=True)


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    """Two certification authorities, and parties with good and bad certificates."""
    need("openssl", "openssl")
    return make_tls_files(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; ``resize`` it before use, as a test before may have left it in any state."""
    chromium, driver = need("chromium", "chromium"), need("chromedriver", "chromium-driver")
    port, directory = free_tcp_port(), tmp_path_factory.mktemp("browser")
    running = Programs()
    try:
        running.start([driver, f"--port={port}"], port, directory)
        found = Browser(port, chromium, directory / "profile")
        try:
            yield found
        finally:
            found.close()
    finally:
        running.stop()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, to be run in a page by ``Browser.barriers``; skips where npm cannot get it."""
    try:
        return (fetch(AXE, tmp_path_factory.mktemp("axe")) / "axe.min.js").read_text("utf-8")
    except NotFetched as error:
        pytest.skip(str(error))
