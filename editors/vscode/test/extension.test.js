// The extension in a stand-in for the editor: what it registers, what it asks, and that nothing runs unasked.
const { test } = require("node:test");
const assert = require("node:assert/strict");
const Module = require("node:module");
const { readFileSync } = require("node:fs");
const path = require("node:path");

const PACKAGE = JSON.parse(readFileSync(path.join(__dirname, "../package.json"), "utf8"));

/** What the client library derives from or makes: it does nothing here. */
class EventEmitter {
  listeners = [];
  event = (listener) => (this.listeners.push(listener), { dispose() {} });
  fire(value) {
    this.listeners.forEach((listener) => listener(value));
  }
  dispose() {}
}
class Disposable {
  constructor(end) {
    this.dispose = end ?? (() => undefined);
  }
  static from = () => new Disposable();
}
class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() };
  cancel() {}
  dispose() {}
}
class CodeActionKind {
  static Empty = new CodeActionKind();
  append = () => new CodeActionKind();
}
const CLASSES = { CodeActionKind, EventEmitter, Disposable, CancellationTokenSource };

/** What is known, and functions that do nothing for all else that begins with a small letter. */
const open = (known) =>
  new Proxy(known, {
    get: (_, name) =>
      name in known || typeof name !== "string" ? known[name] : /^[A-Z]/.test(name) ? class {} : () => new Disposable(),
    has: () => true,
  });

/** An editor that notes what it is told; `answers` are what its user chooses, one after the other. */
function editor(settings, answers = []) {
  const noted = { commands: new Map(), messages: [], terminals: [], languages: [], executed: [], picks: [], lines: [] };
  const message = (kind) => async (text, ...choices) => {
    noted.messages.push({ kind, text, choices });
    return answers.length && choices.includes(answers[0]) ? answers.shift() : undefined;
  };
  const line = (text) => noted.lines.push(text);
  const channel = { appendLine: line, append: line, show() {}, clear() {}, dispose() {} };
  const api = open({
    ...CLASSES,
    version: "1.85.0",
    env: open({ language: "en", appName: "test", appHost: "desktop" }),
    extensions: open({ all: [] }),
    window: open({
      createOutputChannel: () => channel,
      showErrorMessage: message("error"),
      showWarningMessage: message("warning"),
      showInformationMessage: message("information"),
      showQuickPick: async (items) => {
        noted.picks.push(items);
        return answers[0] === "first" ? (answers.shift(), items[0]) : undefined;
      },
      showInputBox: async () => undefined,
      createTerminal: () => ({ show() {}, sendText: (text) => noted.terminals.push(text) }),
      activeTextEditor: undefined,
      visibleTextEditors: [],
      tabGroups: open({ all: [] }),
      state: { focused: true },
    }),
    workspace: open({
      isTrusted: true,
      workspaceFolders: undefined,
      textDocuments: [],
      notebookDocuments: [],
      getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
      onDidOpenTextDocument: (listener) => ((noted.opened ??= listener), new Disposable()),
      createFileSystemWatcher: () => ({ onDidCreate() {}, onDidChange() {}, onDidDelete() {}, dispose() {} }),
    }),
    languages: open({
      setTextDocumentLanguage: async (document, language) => noted.languages.push([document.uri, language]),
      getDiagnostics: () => [],
      match: () => 0,
      createDiagnosticCollection: () => ({ set() {}, delete() {}, clear() {}, dispose() {} }),
      registerDocumentSemanticTokensProvider: (_, provider, legend) => ((noted.legend = legend), new Disposable()),
    }),
    commands: open({
      registerCommand: (name, done) => (noted.commands.set(name, done), new Disposable()),
      executeCommand: async (...words) => noted.executed.push(words),
    }),
  });
  return { api, noted };
}

async function activated(settings, answers) {
  const { api, noted } = editor(settings, answers);
  const load = Module._load;
  Module._load = function (name, ...rest) {
    return name === "vscode" ? api : load.call(this, name, ...rest);
  };
  try {
    const file = require.resolve("../dist/extension.js");
    delete require.cache[file];
    const extension = require(file);
    await extension.activate({ subscriptions: [] });
    await new Promise((resolve) => setImmediate(resolve));
    return { extension, noted };
  } finally {
    Module._load = load;
  }
}

test("every command of package.json is there, and no other", async () => {
  const { noted } = await activated({ command: ["/no/such/asprofile"] });
  const declared = PACKAGE.contributes.commands.map((one) => one.command).sort();
  assert.deepEqual([...noted.commands.keys()].sort(), declared);
});

test("a command of the settings that does not work is told, and nothing is installed", async () => {
  const { noted } = await activated({ command: ["/no/such/asprofile"] });
  assert.equal(noted.messages.length, 1);
  assert.match(noted.messages[0].text, /\/no\/such\/asprofile.*does not work.*ENOENT/);
  assert.deepEqual(noted.terminals, []);
});

test("it is installed only where the user chooses how", async () => {
  const empty = { ...process.env };
  const none = await activated({ command: ["/no/such/asprofile"] });
  await none.noted.commands.get("asprofile.install")();
  assert.deepEqual(none.noted.terminals, []);
  const { noted } = await activated({ command: ["/no/such/asprofile"] }, ["first"]);
  await noted.commands.get("asprofile.install")();
  assert.equal(noted.terminals.length, noted.picks.length);
  for (const line of noted.terminals) assert.equal(line, noted.picks[0][0].detail);
  assert.deepEqual({ ...process.env }, empty);
});

test("a file of another language becomes a profile by its content", async () => {
  const { noted } = await activated({ command: ["/no/such/asprofile"] });
  const document = (languageId, text) => ({ uri: languageId, languageId, getText: () => text });
  await noted.opened(document("ini", "[[TransferSyntaxes]]\n"));
  await noted.opened(document("properties", "key = value\n"));
  await noted.opened(document("markdown", "[[TransferSyntaxes]]\n"));
  assert.deepEqual(noted.languages, [["ini", "asprofile"]]);
});

test("fixing and formatting are the editor's own", async () => {
  const { noted } = await activated({ command: ["/no/such/asprofile"] });
  await noted.commands.get("asprofile.fixAll")();
  await noted.commands.get("asprofile.format")();
  assert.deepEqual(noted.executed, [
    ["editor.action.codeAction", { kind: "source.fixAll.asprofile", apply: "first" }],
    ["editor.action.formatDocument"],
  ]);
});

const PYTHON = process.env.ASPROFILE_PYTHON;

test("it starts the real server, and ends it", { skip: !PYTHON && "ASPROFILE_PYTHON names no Python" }, async () => {
  const { extension, noted } = await activated({ command: [PYTHON, "-P", "-m", "asprofile"] });
  assert.deepEqual(noted.messages, [], noted.lines.join("\n"));
  assert.match(noted.lines[0], /^asprofile \d+\.\d+\.\d+: .* -P -m asprofile$/);
  // The client library has read what the server can do.
  assert.deepEqual(noted.lines.filter((line) => /did not|error/i.test(line)), []);
  await extension.deactivate();
});
