"""The house rules that a reader of one file cannot see: layers, one owner for each dependency, a quick start, one
name for one type.

Read from the source, so that an import in a function or under TYPE_CHECKING counts like any other where it says so.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from package_source import PACKAGE, ROOT, forget, nodes_of, tree_of

import asprofile

# What each layer may import, besides itself and what is below all. Nobody imports what is not in its line.
BELOW_ALL = {
    "__version__",
    "errors",
    "linediff",
    "printing",
    "program",
    "regular",
    "resources",
    "text",
    "value",
}
LAYERS = {
    "errors": {"printing", "program", "text"},
    "linediff": set(),
    "printing": set(),
    "program": set(),
    "regular": set(),
    "resources": set(),
    "text": {"value"},
    "value": set(),
    "names": set(),
    "syntax": set(),
    "model": {"names", "syntax"},
    "edit": {"names", "syntax", "model"},
    "lint": {"names", "syntax", "model", "edit"},
    "logs": {"names", "model"},
    "trace": {"names", "model", "negotiate", "net", "logs"},
    "generate": {"names", "model", "lint", "edit", "negotiate", "logs"},
    "convert": {"names", "syntax", "model", "edit", "generate", "logs"},
    "negotiate": {"names", "model"},
    "objects": {"names"},
    "net": {"names", "negotiate"},
    "send": {"names", "model", "negotiate", "objects", "net"},
    "receive": {"names", "negotiate", "objects", "net"},
    "migrate": {"names", "net", "negotiate", "objects", "send", "receive"},
    "report": {"names", "model", "negotiate", "send"},
    "dcmtk_cli": {"names", "syntax", "model", "negotiate", "net"},
    "storescu": {"names", "model", "negotiate", "objects", "net", "send", "dcmtk_cli"},
    "storescp": {"names", "model", "negotiate", "objects", "net", "send", "receive", "dcmtk_cli"},
    "editor": {"names", "syntax", "model", "lint", "edit", "negotiate"},
    "lsp": {"lint", "edit", "editor", "settings", "api"},
    "settings": {"names", "model", "lint"},
    "api": {
        "names", "syntax", "model", "lint", "edit", "generate", "convert", "negotiate", "settings", "objects", "net",
        "send", "receive", "report", "migrate", "trace", "logs", "dcmtk_cli", "storescu", "storescp",
    },
    "render": {"names", "model", "lint", "negotiate", "net", "trace", "send", "receive", "report", "api"},
    # ``asprofile/__init__.py``: what ``import asprofile`` and ``from asprofile import lint`` are.
    "face": {"model", "lint", "edit", "negotiate", "net", "send", "receive", "migrate", "api"},
    "cli": {
        "names", "syntax", "model", "lint", "generate", "convert", "negotiate", "settings",
        "objects", "net", "send", "receive", "migrate", "report", "render", "dcmtk_cli", "storescu", "storescp", "lsp",
        "api", "face",
    },
    "pynetdicom": {"names", "model", "convert", "negotiate"},
    "testing": {"negotiate", "net"},
    "__main__": {"cli"},
}  # fmt: skip
OWNERS: dict[str, str | tuple[str, ...]] = {
    "pydicom": ("objects", "migrate"),
    "numpy": "objects",
    "lark": "objects",
    "pynetdicom": ("pynetdicom", "migrate"),
    "sqlite3": "migrate",
    "psycopg": "migrate",
    "procrastinate": "migrate",
    "click": "cli",
    "rich": "cli",
    "pygls": "lsp",
    "lsprotocol": "lsp",
    "keyring": "cli",
    "prometheus_client": ("net", "receive", "migrate"),
    "watchfiles": "migrate",
    "yaml": "convert",
}
# What reaches beyond this process, and the only modules that do so with it.
NETWORK: dict[str, str | tuple[str, ...] | None] = {
    "socket": (
        "testing.py",
        "net/transport.py",
        "net/tcp.py",
        "net/listening.py",
        "net/channel.py",
        "net/lookup.py",
        "net/notify.py",
    ),
    # None of them opens a connection: TLS works on bytes in memory, which `tcp` sends and receives.
    "ssl": tuple(f"net/tls{part}.py" for part in ("", "_context", "_errors", "_seed", "_suites")),
    "select": ("net/tcp.py", "net/readiness.py"),
    "selectors": "net/tcp.py",
    "asyncio": ("lsp/server.py", "lsp/workspace.py", "lsp/workspace_findings.py", "migrate/wakeups.py"),
    "socketserver": None,
    "http": None,
    "urllib.request": None,
    "ftplib": None,
    "smtplib": None,
}


@dataclass(frozen=True)
class Import:
    """``importer`` (a path below the package) imports ``module``; ``typing`` if only type checkers see it."""

    importer: str
    module: str
    line: int
    typing: bool

    @property
    def layer(self) -> str:
        if self.importer == "__init__.py":
            return "face"
        return self.importer.removesuffix(".py").partition("/")[0]

    def __str__(self) -> str:
        return f"asprofile/{self.importer}:{self.line} imports {self.module}"


@pytest.fixture(scope="module", autouse=True)
def _no_trees_kept() -> Iterator[None]:
    yield
    forget()
    imports.cache_clear()


@cache
def imports() -> list[Import]:
    return [found for path in sorted(PACKAGE.rglob("*.py")) for found in imports_of(path)]


def imports_of(path: Path) -> list[Import]:
    hidden = {
        id(node)
        for branch in nodes_of(path)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for statement in branch.body
        for node in ast.walk(statement)
    }
    name = path.relative_to(PACKAGE).as_posix()
    found = []
    for node in nodes_of(path):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = ["asprofile.face" if alias.name == "asprofile" else alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: imports are absolute"
            # `from asprofile import text` imports the module text; `from asprofile.lint import lint` what is in lint.
            base = node.module or ""
            # ``from asprofile import lint`` is what the face has under that name.
            named = ["face" if alias.name in asprofile.__all__ else alias.name for alias in node.names]
            modules = [f"{base}.{name}" for name in named] if base == "asprofile" else [base]
        found += [Import(name, module, node.lineno, id(node) in hidden) for module in modules]
    return found


def test_every_module_belongs_to_a_layer() -> None:
    names = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    packages = {name for name in names if not (PACKAGE / name).is_dir() or (PACKAGE / name / "__init__.py").exists()}
    # A wheel has the samples inside the package; they hold no code.
    assert packages - {"__init__", "sample_profiles", "__pycache__"} == set(LAYERS) - {"face"}


def test_a_layer_imports_only_what_is_below_it() -> None:
    wrong = []
    for found in imports():
        if not found.module.startswith("asprofile."):
            continue
        wanted = found.module.split(".")[1]
        below = BELOW_ALL if found.layer not in BELOW_ALL else set()
        if wanted != found.layer and wanted not in LAYERS.get(found.layer, set()) | below:
            wrong.append(str(found))
    assert wrong == []


def test_no_layer_may_import_what_it_does_not() -> None:
    """A permission that nobody uses is an invitation."""
    used = {(found.layer, found.module.split(".")[1]) for found in imports() if found.module.startswith("asprofile.")}
    assert [(layer, below) for layer in LAYERS for below in sorted(LAYERS[layer]) if (layer, below) not in used] == []


def test_the_layers_have_an_order() -> None:
    order: list[str] = []
    left = {layer: set(below) for layer, below in LAYERS.items()}
    while left:
        ready = [layer for layer, below in left.items() if below <= set(order)]
        assert ready, f"a circle among {sorted(left)}"
        order += ready
        left = {layer: below for layer, below in left.items() if layer not in ready}


def modules_imported() -> dict[str, set[str]]:
    """Each module of the package and those that it imports, in functions and under TYPE_CHECKING too."""
    paths = {_module(path): path for path in PACKAGE.rglob("*.py")}
    return {name: _imported_by(path, set(paths)) - {name} for name, path in paths.items()}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported_by(path: Path, known: set[str]) -> set[str]:
    found: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in (alias.name for alias in node.names):
                inside = f"{node.module}.{name}"
                is_module = inside in known and not (node.module == "asprofile" and name in asprofile.__all__)
                found |= {inside if is_module else node.module} if name != "__version__" else set()
    return found & known


def circles(imported: dict[str, set[str]]) -> set[frozenset[str]]:
    """The groups of modules in which each reaches each other."""
    reached: dict[str, set[str]] = {}
    for name in imported:
        seen: set[str] = set()
        todo = [name]
        while todo:
            new = imported[todo.pop()] - seen
            seen |= new
            todo += new
        reached[name] = seen
    mutual = ({other for other in reached[name] if name in reached[other]} for name in imported)
    return {frozenset(circle) for circle in mutual if circle}


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == {frozenset("bc")}
    imported = modules_imported()
    assert "asprofile.lint.facts" in imported["asprofile.lint.subject"]
    assert "asprofile.text" in imported["asprofile.lint.facts"]


def test_no_module_imports_what_imports_it() -> None:
    """Not in functions nor for types either: what two modules need of each other belongs in a third, or is given.

    Not seen here: the module of a command is imported by its name (``cli.commands``), and the face of the package, of
    which the others may have the version, is above them all.
    """
    assert circles(modules_imported()) == set()


@pytest.mark.parametrize("layer", ["lint", "edit", "generate", "convert", "negotiate", "model", "names", "syntax"])
def test_pure_layers_reach_neither_the_network_nor_objects(layer: str) -> None:
    """Neither by themselves nor by what they import."""
    reached, todo = set(), [layer]
    while todo:
        current = todo.pop()
        if current not in reached:
            reached.add(current)
            todo += [
                found.module.split(".")[1]
                for found in imports()
                if found.layer == current and found.module.startswith("asprofile.") and not found.typing
            ]
    assert reached.isdisjoint({"net", "objects", "send", "receive", "cli", "settings", "editor"})


@pytest.mark.parametrize(("dependency", "owner"), OWNERS.items())
def test_one_owner_for_each_dependency(dependency: str, owner: str | tuple[str, ...]) -> None:
    """The data sets of a question to a peer are pydicom's and go by pynetdicom: ``migrate`` has both."""
    users = {found for found in imports() if found.module.split(".")[0] == dependency}
    owners = set(owner) if isinstance(owner, tuple) else {owner}
    assert {found.layer for found in users} == owners, [str(found) for found in users if found.layer not in owners]


def test_there_are_no_other_dependencies() -> None:
    known = set(sys.stdlib_module_names) | set(OWNERS) | {"asprofile"}
    assert [str(found) for found in imports() if found.module.split(".")[0] not in known] == []


@pytest.mark.parametrize(("module", "owner"), NETWORK.items())
def test_the_network_is_reached_in_one_place(module: str, owner: str | tuple[str, ...] | None) -> None:
    users = {found for found in imports() if not found.typing and f"{found.module}.".startswith(f"{module}.")}
    owners = set(owner) if isinstance(owner, tuple) else {owner}
    assert {found.importer for found in users} <= owners, [str(found) for found in users]


def test_sockets_are_opened_where_the_others_look_for_them() -> None:
    assert any(found.module == "socket" and found.importer == "net/transport.py" for found in imports())


# What the commands call: the library, the rooms that turn results into words, and settings; and nothing below them.
CALLED = {
    "api",
    "face",
    "settings",
    "render",
    "report",
    "lint.render",
    "errors",
    "printing",
    "program",
    "regular",
    "resources",
    "text",
    "value",
    "linediff",
}
# The reason why a command calls a function below the face all the same; values (types and constants) need none.
CALLED_BELOW: dict[str, dict[str, str]] = {
    "what the text of an option or of an argument means": {
        "convert.formats": "by_name target_of",
        "lint.select": "checked expanded selected",
        "model.reference": "parse_reference",
        "names.releases": "parse_release",
        "names.suggest": "nearest",
        "negotiate.acceptors": "acceptors",
        "receive.addresses": "parse_loopback",
        "send.options": "duration",
        "send.peer": "parse_peer",
    },
    "the exit status, which the library has no use for": {
        "lint.hit": "at_least",
    },
    "what is in the way of a file that would be written over: the library writes no file": {
        "syntax.recognise": "for_other for_profile is_meant profile_only",
    },
    "files that only the command line keeps: a baseline, comments that silence findings": {
        "lint.baseline": "parsed written",
        "lint.fixes.ignores": "ignores",
    },
    "rules come to and from another process by their codes": {
        "lint.rules": "by_code",
    },
    "what --version --verbose says": {
        "names": "editions",
    },
    "the process, not the receiver in it: limits, the service manager, its page of metrics, what an earlier one left": {
        "net.listening": "allow_descriptors",
        "net.notify": "notify passed_descriptors",
        "net.transport": "describe_address",
        "receive.files": "left_over",
    },
    "passwords and keys, which are asked for at a terminal before anything else is done": {
        "net.tls_context": "client_context server_context",
        "net.tls_keys": "read_key",
        "receive.identities": "identity_line",
    },
    "programs of their own, whose whole face is a command line or a protocol": {
        "dcmtk_cli.arguments": "parse",
        "dcmtk_cli.checks": "log_level",
        "dcmtk_cli.help": "help_text",
        "dcmtk_cli.log_config": "predefined read_configuration",
        "dcmtk_cli.tls": "cipher_suites security_profiles",
        "lsp.server": "serve",
        "objects.demo": "make_demo_objects",
        "storescp.options": "dcmrecv storescp",
        "storescp.run": "run",
        "storescp.settings": "dcmrecv_settings storescp_settings",
        "storescu.options": "storescu",
        "storescu.run": "run",
        "storescu.settings": "settings",
    },
}


def called_below() -> dict[str, set[str]]:
    """The functions and modules that the commands import from below the face, by the module they are in."""
    found = defaultdict(set)
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("asprofile."):
                continue
            module = (node.module or "").removeprefix("asprofile.")
            if not any(f"{module}.".startswith(f"{room}.") for room in CALLED | {"cli"}):
                found[module] |= {alias.name for alias in node.names if not alias.name[0].isupper()}
    return {module: names for module, names in found.items() if names}


def test_commands_call_the_library_and_nothing_below_without_a_reason() -> None:
    """Neither more than the table says, nor less: what is no longer called is taken out of it."""
    known = {module: set(names.split()) for part in CALLED_BELOW.values() for module, names in part.items()}
    assert called_below() == known


def test_only_the_command_line_prints_or_exits() -> None:
    def calls(path: Path) -> set[str]:
        nodes = nodes_of(path)
        return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}

    forbidden = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "sys.stdout.write", "sys.stderr.write"}
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    wrong = {name: found for name, path in files.items() if (found := calls(path) & forbidden)}
    # A process that was forked ends itself, and nothing of the one that it was forked from.
    assert wrong.pop("receive/processes.py") == {"os._exit"}
    assert [name for name in wrong if not name.startswith("cli/")] == []


def test_every_module_says_what_belongs_in_it() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert [path.name for path in paths if tree_of(path).body and ast.get_docstring(tree_of(path)) is None] == []


class TestStart:
    """What a command waits for before it begins: most of the time of a run is imports."""

    SLOW = ("pydicom", "pynetdicom", "rich", "numpy", "asyncio", "socket", "ssl", "concurrent", "multiprocessing")

    @staticmethod
    def loaded_by(*arguments: str) -> set[str]:
        program = (
            "import sys\n"
            "from asprofile.cli import main\n"
            f"try: main({list(arguments)!r})\n"
            "except SystemExit as ended: status = ended.code\n"
            "sys.stderr.write('\\n'.join(['', str(status), *sys.modules]))\n"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
        lines = done.stderr.split("\n")
        status = next(number for number, line in enumerate(lines) if line.isdigit())
        assert lines[status] == "0", done.stderr
        return set(lines[status + 1 :])

    @pytest.mark.parametrize(
        "arguments",
        [
            ("lint", "--ignore", "ALL", "--select", "AP201", "sample_profiles/default.cfg"),
            ("fmt", "--check", "sample_profiles/default.cfg"),
            ("show", "sample_profiles/default.cfg"),
            ("releases", "sample_profiles/default.cfg"),
            ("samples",),
            ("explain", "AP201"),
            ("convert", "sample_profiles/default.cfg", "--to", "json"),
        ],
        ids=lambda arguments: arguments[0],
    )
    def test_reading_profiles_needs_nothing_of_sending(self, arguments: tuple[str, ...]) -> None:
        modules = self.loaded_by(*arguments)
        tops = {module.split(".")[0] for module in modules}
        assert tops & set(self.SLOW) == set()
        assert not {"asprofile.net", "asprofile.objects", "asprofile.send", "asprofile.receive"} & modules

    def test_sending_needs_no_pydicom(self) -> None:
        """It takes four times as long to import as all of a sending does, and only conversions have a use for it."""
        program = (
            "import sys, asprofile.cli.sending, asprofile.cli.send\n"
            "from asprofile.cli import peers\n"
            "peers.resolve('h:104', dict.fromkeys(peers.NAMES), None)\n"
            "print(*sys.modules)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
        modules = set(done.stdout.split())
        assert "asprofile.send.engine" in modules, done.stderr
        assert modules & {"asprofile.cli.peer_tls", "asprofile.cli.peer_identity"} == set()
        assert modules & {"pydicom", "pynetdicom", "lark", "numpy", "rich", "asyncio", "ssl"} == set()
        reading = {"asprofile.syntax", "asprofile.model.loader", "asprofile.lint.run"}
        assert modules & reading == set(), "only a profile has to be read"

    def test_tls_needs_ssl_and_little_else(self) -> None:
        program = "import sys, asprofile.net.tls_context, asprofile.net.tls; print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
        modules = set(done.stdout.split())
        assert "ssl" in modules, done.stderr
        assert modules & {"difflib", "tempfile"} == set()

    def test_lint_needs_no_suggestions_and_no_diffs(self) -> None:
        modules = self.loaded_by("lint", "--select", "AP201", "sample_profiles/default.cfg")
        needless = {
            "difflib",
            "asprofile.cli.fixing",
            "asprofile.edit.draft",
            "asprofile.negotiate",
            "asprofile.generate",
        }
        assert needless & modules == set()

    def test_the_version_needs_no_command(self) -> None:
        modules = self.loaded_by("--version")
        assert not any(
            module.startswith(("asprofile.lint", "asprofile.model", "asprofile.names")) for module in modules
        )


def test_only_the_face_of_the_package_gives_names_when_they_are_asked_for() -> None:
    """Elsewhere a name is imported from where it is defined, so that a reader and a type checker find it."""
    given = re.compile(r"^(?:def )?__getattr__", re.MULTILINE)
    lazy = [path for path in PACKAGE.rglob("*.py") if given.search(path.read_text("utf-8"))]
    assert lazy == [PACKAGE / "__init__.py"]


# --- one name for one thing


def is_type(value: ast.expr) -> bool:
    """Whether what is assigned to a name makes it an alias: a union, ``Literal[...]``, ``Callable[...]``, a type."""
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.BitOr) and is_type(value.left) and is_type(value.right)
    if isinstance(value, ast.Subscript):
        return is_type(value.value)
    if isinstance(value, ast.Constant):
        return value.value is None
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return name.lower() != name.upper() and ((name[0].isupper() and not name.isupper()) or name in BUILT_IN)


BUILT_IN = {"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"}


def types_of(tree: ast.Module) -> Iterator[str]:
    """The public classes and type aliases that the module defines."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id] if ast.unparse(node.annotation) == "TypeAlias" else []
        elif isinstance(node, ast.Assign) and is_type(node.value):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_type_has_a_name_of_its_own() -> None:
    modules = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in types_of(tree_of(path)):
            modules[name].append(path.relative_to(PACKAGE).as_posix())
    assert len(modules) > 300, "classes and aliases are found"
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def test_what_is_a_type() -> None:
    text = """
Kind = Literal["a", "b"]
Item = Space | Header | None
Edits = tuple[Edit, ...]
Role: TypeAlias = "dict[str, int]"
class Thing: ...
_Hidden = int | str
FORMATS = ("a", "b")
LIMIT = MOST
T = TypeVar("T")
number = 3
"""
    assert list(types_of(ast.parse(text))) == ["Kind", "Item", "Edits", "Role", "Thing"]


# Whose classes every `lint` makes, or may make when it finds something.
OF_VALUES = ("names", "syntax", "model", "lint", "settings")
NO_VALUES = {"settings/peers.py", "settings/receiving.py"}
"""Of those, what only an association asks for."""


def test_values_and_dataclasses_have_a_border() -> None:
    """Values are made faster: they are for the layers of `lint`, and elsewhere for what a plain `send` imports."""
    program = "import sys, asprofile.cli.linting, asprofile.cli.sending, asprofile.cli.send; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "dataclasses" not in done.stdout.split(), done.stderr
    at_start = {f"{name.removeprefix('asprofile.').replace('.', '/')}.py" for name in done.stdout.split()}
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        quick = name not in NO_VALUES and (name.startswith(OF_VALUES) or name in at_start)
        classes = [node for node in nodes_of(path) if isinstance(node, ast.ClassDef)]
        wrong += [
            f"{name}: {one.name}"
            for one in classes
            if ("Value" in map(ast.unparse, one.bases) and not quick)
            or (quick and any(ast.unparse(decorator).startswith("dataclass(") for decorator in one.decorator_list))
        ]
    assert wrong == []
