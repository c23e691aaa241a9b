// Finding asprofile, installing it, running it: without an editor.
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { candidates, find, onPath } = require("../dist/lib/finding.js");
const { installers } = require("../dist/lib/installing.js");
const { isProfile, ruleIn } = require("../dist/lib/recognise.js");

const OURS = "asprofile 1.0.0\n  UIDs               DICOM PS3.6 2026c\n";

function machine(files, more = {}) {
  return {
    platform: "linux",
    environment: { PATH: "/usr/local/bin:relative:/usr/bin::." },
    home: "/home/me",
    folders: ["/project"],
    configured: [],
    isFile: (name) => files.includes(name),
    run: async () => ({ status: undefined, out: "", err: "not found" }),
    ...more,
  };
}

// What programs say, by the first word of their command.
function saying(answers) {
  return async (command) => {
    const is = answers[command[0]];
    if (is === undefined) return { status: undefined, out: "", err: "spawn ENOENT" };
    if (command.at(-1) === "lsp") return { status: 1, out: "", err: is.lsp ?? "" };
    return { status: 0, out: is.version, err: "" };
  };
}

test("the order: environments of the folder, the active one, the PATH, known places, Python", () => {
  const files = [
    "/project/.venv/bin/asprofile",
    "/project/env/bin/asprofile",
    "/active/bin/asprofile",
    "/usr/bin/asprofile",
    "/home/me/.local/bin/asprofile",
    "/usr/bin/python3",
  ];
  const around = machine(files, { environment: { PATH: "/usr/bin", VIRTUAL_ENV: "/active" } });
  assert.deepEqual(candidates(around), [
    ["/project/.venv/bin/asprofile"],
    ["/project/env/bin/asprofile"],
    ["/active/bin/asprofile"],
    ["/usr/bin/asprofile"],
    ["/home/me/.local/bin/asprofile"],
    ["/usr/bin/python3", "-P", "-m", "asprofile"],
  ]);
  assert.deepEqual(candidates({ ...around, folders: [] })[0], ["/active/bin/asprofile"]);
});

test("Windows", () => {
  const files = ["C:\\p\\.venv\\Scripts\\asprofile.exe", "C:\\tools\\asprofile.exe", "C:\\Windows\\py.exe"];
  const around = machine(files, {
    platform: "win32",
    environment: { Path: "C:\\tools;.;C:\\Windows" },
    home: "C:\\Users\\me",
    folders: ["C:\\p"],
  });
  assert.deepEqual(candidates(around), [
    ["C:\\p\\.venv\\Scripts\\asprofile.exe"],
    ["C:\\tools\\asprofile.exe"],
    ["C:\\Windows\\py.exe", "-P", "-m", "asprofile"],
  ]);
  assert.equal(installers(around)[0].line, 'py -m pip install --user "dicom-asprofile[lsp]"');
});

test("the current directory is not on the PATH", () => {
  assert.equal(onPath("asprofile", machine(["asprofile", "relative/asprofile", "./asprofile"])), undefined);
});

test("another program of the same name is passed by", async () => {
  const around = machine(["/usr/local/bin/asprofile", "/usr/bin/python3"], {
    run: saying({ "/usr/local/bin/asprofile": { version: "asprofile 0.3\n" }, "/usr/bin/python3": { version: OURS } }),
  });
  const found = await find(around);
  assert.equal(found.kind, "ready");
  assert.deepEqual(found.command, ["/usr/bin/python3", "-P", "-m", "asprofile"]);
  assert.equal(found.version, "1.0.0");
});

test("one without the language server is taken only where there is no better one", async () => {
  const lsp = "asprofile: the language server needs pygls: pip install 'dicom-asprofile[lsp]'";
  const first = { "/project/.venv/bin/asprofile": { version: OURS, lsp } };
  const files = ["/project/.venv/bin/asprofile", "/usr/bin/asprofile"];
  const both = { ...first, "/usr/bin/asprofile": { version: OURS } };
  assert.equal((await find(machine(files, { run: saying(both) }))).command[0], "/usr/bin/asprofile");
  const found = await find(machine(files, { run: saying(first) }));
  assert.deepEqual([found.kind, found.command[0]], ["incomplete", files[0]]);
});

test("the command of the settings counts alone", async () => {
  const around = machine(["/usr/bin/asprofile"], {
    configured: ["/nowhere"],
    run: saying({ "/usr/bin/asprofile": { version: OURS }, "/bin/true": { version: "" } }),
  });
  assert.deepEqual(await find(around), { kind: "wrong", command: ["/nowhere"], reason: "spawn ENOENT" });
  const other = await find({ ...around, configured: ["/bin/true"] });
  assert.deepEqual([other.kind, other.reason], ["wrong", "it is another program"]);
});

test("nothing there", async () => {
  assert.deepEqual(await find(machine([])), { kind: "none", tried: [] });
  assert.deepEqual(installers(machine([])), []);
});

test("what can be offered", () => {
  const labels = (files) => installers(machine(files)).map((one) => one.label);
  assert.deepEqual(labels(["/usr/bin/pipx", "/usr/bin/uv", "/usr/bin/python3"]), ["pipx", "uv", "pip"]);
  assert.deepEqual(labels(["/usr/bin/python3"]), ["pip"]);
  for (const { line } of installers(machine(["/usr/bin/pipx", "/usr/bin/uv", "/usr/bin/python3"]))) {
    assert.match(line, /"dicom-asprofile\[lsp\]"$/);
  }
});

test("a profile is recognised by its content", () => {
  assert.ok(isProfile("# comment\n\n  [[ transfersyntaxes ]]\n"));
  assert.ok(isProfile("[[PresentationContexts]]\r\n"));
  for (const text of ["", "[section]\nkey = value\n", "see [[TransferSyntaxes]]", "# [[TransferSyntaxes]]\n", "[[bin]]\nname = 1"]) {
    assert.ok(!isProfile(text), text);
  }
  assert.equal(ruleIn("# asprofile: ignore[AP201] why"), "AP201");
  assert.equal(ruleIn("MAP2013"), undefined);
});
