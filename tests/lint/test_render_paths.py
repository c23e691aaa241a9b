from __future__ import annotations

import ntpath
import posixpath

import pytest

from asprofile.lint.render.paths import relative, uri


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("a.cfg", "sub/a.cfg"),
        ("./b/../a.cfg", "sub/a.cfg"),
        ("../a.cfg", "a.cfg"),
        ("/repo/x/a.cfg", "x/a.cfg"),
        ("/repository/a.cfg", "/repository/a.cfg"),
        ("../../a.cfg", "/a.cfg"),
        ("a\\b.cfg", "sub/a\\b.cfg"),
        ("<stdin>", "sub/<stdin>"),
    ],
)
def test_relative_to_the_root(path: str, seen: str) -> None:
    assert relative(path, "/repo/sub", "/repo", flavour=posixpath) == seen
    assert relative(path, "/repo/sub", "/repo/", flavour=posixpath) == seen


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("x\\a.cfg", "sub/x/a.cfg"),
        ("c:\\Repo\\x\\a.cfg", "x/a.cfg"),
        ("D:\\a.cfg", "D:/a.cfg"),
        ("x/y\\a.cfg", "sub/x/y/a.cfg"),
    ],
)
def test_windows(path: str, seen: str) -> None:
    assert relative(path, "C:\\repo\\sub", "C:\\repo", flavour=ntpath) == seen


def test_climbing() -> None:
    assert relative("a.cfg", "/repo", "/repo/.ci", climb=True, flavour=posixpath) == "../a.cfg"
    assert relative("a.cfg", "C:\\repo", "C:\\repo\\.ci", climb=True, flavour=ntpath) == "../a.cfg"
    assert relative("D:\\a.cfg", "C:\\repo", "C:\\repo\\.ci", climb=True, flavour=ntpath) == "D:/a.cfg"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("a b/ä.cfg", "a%20b/%C3%A4.cfg"),
        ("a:b#c?d%e.cfg", "a%3Ab%23c%3Fd%25e.cfg"),
        ("\udcff.cfg", "%FF.cfg"),
        ("a\\b", "a%5Cb"),
        ("/etc/a.cfg", "file:///etc/a.cfg"),
        ("C:/a b.cfg", "file:///C:/a%20b.cfg"),
        ("//host/share/a.cfg", "file://host/share/a.cfg"),
    ],
)
def test_uri(path: str, written: str) -> None:
    assert uri(path) == written
