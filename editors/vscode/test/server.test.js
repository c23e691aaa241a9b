// The real language server, as the extension's client library speaks with it.
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const rpc = require("vscode-jsonrpc/node");
const lsp = require("vscode-languageserver-protocol");
const { explanation, matrix } = require("../dist/lib/commands.js");
const { find } = require("../dist/lib/finding.js");
const { run } = require("../dist/lib/run.js");

const PYTHON = process.env.ASPROFILE_PYTHON;
const COMMAND = PYTHON ? [PYTHON, "-P", "-m", "asprofile"] : undefined;
const skip = COMMAND === undefined && "ASPROFILE_PYTHON names no Python that has asprofile";

const GAP = `[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Plain
[[Profiles]]
[Default]
PresentationContexts = Contexts
`;

test("it is found, and said to be ready", { skip }, async () => {
  const found = await find({ configured: COMMAND, run });
  assert.equal(found.kind, "ready");
  assert.deepEqual(found.command, COMMAND);
});

test("findings, fixes, tokens and lenses", { skip }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "asprofile-"));
  writeFileSync(path.join(folder, "other.cfg"), GAP);
  const child = spawn(COMMAND[0], [...COMMAND.slice(1), "lsp"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const connection = rpc.createMessageConnection(child.stdout, child.stdin);
  connection.listen();
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    const rootUri = pathToFileURL(folder).href;
    const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: "folder" }],
      capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: {} } },
      initializationOptions: { matrixCommand: "asprofile.showMatrix" },
    });
    await connection.sendNotification(lsp.InitializedNotification.type, {});
    const uri = `${rootUri}/gap.cfg`;
    const textDocument = { uri };
    await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "asprofile", version: 1, text: GAP },
    });
    const report = await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument });
    assert.deepEqual(report.items.map((item) => item.code), ["AP201"]);
    const all = await connection.sendRequest(lsp.WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    assert.deepEqual(all.items.map((item) => path.posix.basename(item.uri)).sort(), ["gap.cfg", "other.cfg"]);
    const [fix] = await connection.sendRequest(lsp.CodeActionRequest.type, {
      textDocument,
      range: report.items[0].range,
      context: { diagnostics: report.items, only: ["source.fixAll.asprofile"] },
    });
    assert.equal(fix.kind, "source.fixAll.asprofile");
    const { legend } = capabilities.semanticTokensProvider;
    const { data } = await connection.sendRequest(lsp.SemanticTokensRequest.type, { textDocument });
    assert.equal(legend.tokenTypes[data[3]], "namespace");
    // Each type that the server names has a scope in package.json, for themes that colour only grammars.
    const { contributes } = JSON.parse(readFileSync(path.join(__dirname, "../package.json"), "utf8"));
    const scoped = Object.keys(contributes.semanticTokenScopes[0].scopes);
    assert.deepEqual(legend.tokenTypes.filter((name) => !scoped.includes(name)), ["comment", "variable"]);
    const [lens] = await connection.sendRequest(lsp.CodeLensRequest.type, { textDocument });
    assert.match(lens.command.title, /^1 context, request of \d+ bytes$/);
    assert.deepEqual(lens.command.arguments, [uri, "DEFAULT"]);
    await connection.sendRequest(lsp.ShutdownRequest.type);
    await connection.sendNotification(lsp.ExitNotification.type);
    assert.equal(await ended, 0);
  } finally {
    connection.dispose();
    child.kill();
    rmSync(folder, { recursive: true });
  }
});

test("the page and the explanation", { skip }, async () => {
  const page = await matrix(run, COMMAND, GAP, "gap.cfg", "default");
  assert.match(page.text, /^<!DOCTYPE html>/);
  const refused = await matrix(run, COMMAND, GAP, "gap.cfg", "nosuch");
  assert.match(refused.problem, /no profile 'nosuch'/);
  assert.match((await explanation(run, COMMAND, "AP201")).text, /^AP201 numbering-gap/);
  assert.match((await explanation(run, COMMAND, "AP999")).problem, /AP999/);
  assert.match((await matrix(run, ["/no/such/program"], GAP, "x", "")).problem, /ENOENT/);
});

test("the problem matcher reads what lint prints", { skip }, async () => {
  const { contributes } = JSON.parse(readFileSync(path.join(__dirname, "../package.json"), "utf8"));
  const [pattern] = contributes.problemPatterns;
  for (const format of ["text", "concise"]) {
    const ran = await run([...COMMAND, "lint", "--format", format, "--stdin-filename", "C:\\some dir\\gap.cfg", "-"], GAP, 60);
    const found = ran.out.split(/\r?\n/).map((line) => new RegExp(pattern.regexp).exec(line)).filter(Boolean);
    assert.equal(found.length, 1, ran.out);
    assert.equal(found[0][pattern.file], "C:\\some dir\\gap.cfg");
    assert.deepEqual(["line", "column", "severity", "code"].map((name) => found[0][pattern[name]]), ["4", "1", "error", "AP201"]);
    assert.match(found[0][pattern.message], /is missing/);
  }
  assert.ok(existsSync(path.join(__dirname, "../dist/extension.js")));
});
