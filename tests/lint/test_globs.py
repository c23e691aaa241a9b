from __future__ import annotations

import pytest

from asprofile.lint.globs import fits


@pytest.mark.parametrize(
    ("pattern", "path", "fit"),
    [
        ("a.cfg", "a.cfg", True),
        ("a.cfg", "x/y/a.cfg", True),
        ("a.cfg", "xa.cfg", False),
        ("*.cfg", "x/a.cfg", True),
        ("*.cfg", "x.cfg/a", False),
        ("x/*.cfg", "x/a.cfg", True),
        ("x/*.cfg", "x/y/a.cfg", False),
        ("x/*.cfg", "z/x/a.cfg", False),
        ("x/**/*.cfg", "x/a.cfg", True),
        ("x/**/*.cfg", "x/y/z/a.cfg", True),
        ("**/x/*", "z/x/a", True),
        ("x/", "x/y/a", True),
        ("x/", "y/x/a", False),
        ("x/**", "x/a", True),
        ("./a.cfg", "a.cfg", True),
        ("/a.cfg", "a.cfg", True),
        ("/a.cfg", "x/a.cfg", False),
        ("[ab]?.cfg", "a1.cfg", True),
        ("[!ab]?.cfg", "a1.cfg", False),
        ("x?a", "x/a", False),
        ("../*.cfg", "../a.cfg", True),
        ("A.cfg", "a.cfg", False),
        ("**", "x/a", True),
    ],
)
def test_fits(pattern: str, path: str, fit: bool) -> None:
    assert fits(path, pattern) is fit
