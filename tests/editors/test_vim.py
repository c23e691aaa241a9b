"""The files for Vim and Neovim, in the real ones, without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import asprofile

VIM = Path(__file__).parents[2] / "editors" / "vim"
TIMEOUT = 120
pytestmark = pytest.mark.any_python

TEXT = r"""# a comment
[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax3 = 1.2.840.10008.1.2
[[PresentationContexts]]
[CT]
PresentationContext1 = CTImageStorage\Plain
[[SCPSCURoleSelection]]
[R]
Role1 = CTImageStorage\SCP
[[Profile]]
[CT]
PresentationContexts = CT
Bad = 1
"""


def environment(tmp_path: Path) -> dict[str, str]:
    return dict(os.environ, HOME=str(tmp_path), PYTHONPATH=str(Path(asprofile.__file__).parents[1]))


def vim(tmp_path: Path, script: str) -> Any:
    """What the script leaves in ``g:out``."""
    program = shutil.which("vim")
    if program is None:
        pytest.skip("there is no vim")
    features = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=TIMEOUT).stdout
    if "+syntax" not in features or "+eval" not in features:
        pytest.skip("this vim has no syntax or no expressions")
    lines = (
        "set nocompatible encoding=utf-8",
        f"let &runtimepath = '{VIM},' . &runtimepath",
        "filetype plugin on",
        "syntax on",
        script,
        "call writefile([json_encode(g:out)], 'out.json')",
        "qa!",
    )
    (tmp_path / "script.vim").write_text("\n".join(lines))
    command = [program, "-es", "-u", "NONE", "-i", "NONE", "-S", "script.vim"]
    subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, cwd=tmp_path, env=environment(tmp_path), timeout=TIMEOUT
    )
    return json.loads((tmp_path / "out.json").read_text("utf-8"))


def test_file_types_and_colours(tmp_path: Path) -> None:
    (tmp_path / "any.cfg").write_text(TEXT)
    (tmp_path / "other.cfg").write_text("[section]\nkey = value\n")
    (tmp_path / "storescu.cfg").write_text("")
    found = vim(
        tmp_path,
        """
let g:out = {'types': [], 'groups': []}
for name in ['other.cfg', 'storescu.cfg', 'x.asprofile.cfg', 'any.cfg']
  execute 'edit! ' . name
  call add(g:out.types, &filetype)
endfor
let g:out.comment = &commentstring
let g:out.fold = map(range(1, line('$')), 'foldlevel(v:val)')
for line in range(1, line('$'))
  let row = []
  for column in range(1, len(getline(line)))
    let name = synIDattr(synID(line, column, 1), 'name')
    if name !=# '' && (empty(row) || row[-1] !=# name)
      call add(row, name)
    endif
  endfor
  call add(g:out.groups, join(map(row, 'v:val[9:]')))
endfor""",
    )
    assert found["types"][0] != "asprofile"
    assert found["types"][1:] == ["asprofile"] * 3
    assert found["comment"] == "# %s"
    assert found["fold"][:6] == [0, 1, 2, 2, 2, 1]
    assert found["groups"] == [
        "Comment",
        "Supersection",
        "Section",
        "Key Number Key Equals Name",
        "Key Number Key Equals Uid",
        "Supersection",
        "Section",
        "Key Number Key Equals Name Separator Label",
        "Supersection",
        "Section",
        "Key Number Key Equals Name Separator Role",
        "BadSupersection",
        "Section",
        "Key Equals Label",
        "BadKey Equals",
    ]


def test_the_compiler_reads_what_lint_prints(tmp_path: Path) -> None:
    (tmp_path / "any.cfg").write_text(TEXT.partition("[[SCPSCU")[0] + "[[Profiles]]\n[A]\nPresentationContexts = CT\n")
    linted = subprocess.run(
        [sys.executable, "-m", "asprofile", "lint", "--format", "concise", "any.cfg"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path),
        timeout=TIMEOUT,
    )
    (tmp_path / "printed.txt").write_text(linted.stdout + "C:\\a b\\c.cfg:2:3: info: AP605 x\n" + linted.stderr)
    found = vim(
        tmp_path,
        """
compiler! asprofile
let g:out = []
cgetexpr readfile('printed.txt')
for item in getqflist()
  call add(g:out, [bufname(item.bufnr), item.lnum, item.col, item.type, item.text[:4], item.valid])
endfor""",
    )
    assert found == [["any.cfg", 5, 1, "e", "AP201", 1], ["C:\\a b\\c.cfg", 2, 3, "i", "AP605", 1]]


def test_neovim_starts_the_server(tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("there is no Neovim")
    (tmp_path / "any.cfg").write_text(TEXT)
    (tmp_path / "asprofile.toml").write_text("")
    command = [sys.executable, "-m", "asprofile", "lsp"]
    (tmp_path / "init.lua").write_text(
        f"vim.opt.runtimepath:prepend({json.dumps(str(VIM))})\n"
        'vim.cmd("filetype plugin on")\n'
        f'require("asprofile").setup({{ cmd = {{ {", ".join(map(json.dumps, command))} }} }})\n'
    )
    (tmp_path / "check.lua").write_text(
        'vim.cmd("edit any.cfg")\n'
        f"vim.wait({TIMEOUT * 900}, function() return #vim.diagnostic.get(0) > 0 end, 50)\n"
        "local out = {}\n"
        "for _, found in ipairs(vim.diagnostic.get(0)) do table.insert(out, found.code) end\n"
        'vim.fn.writefile(out, "out.txt")\n'
        'vim.cmd("qa!")\n'
    )
    ran = subprocess.run(
        [program, "--headless", "-u", "init.lua", "-i", "NONE", "-c", "luafile check.lua"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=tmp_path,
        env=environment(tmp_path),
        timeout=TIMEOUT,
    )
    assert "AP201" in (tmp_path / "out.txt").read_text().split(), ran.stderr.decode()
