// The extension: starts the language server, offers to install it, and has commands for what editors have no key for.
// What needs no editor is in the other modules.

import { statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { explanation, matrix } from "./commands";
import { find, type Found, type Surroundings } from "./finding";
import { installers } from "./installing";
import { isProfile, ruleIn } from "./recognise";
import { run } from "./run";

const NAME = "asprofile";
const RECOGNISED = new Set(["plaintext", "ini", "properties"]);

let client: LanguageClient | undefined;
let command: string[] | undefined;
let output: vscode.OutputChannel;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("asprofile");
  const explained = new Map<string, string>();
  const register = (name: string, done: (...words: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`${NAME}.${name}`, done));
  register("fixAll", fixAll);
  register("format", () => vscode.commands.executeCommand("editor.action.formatDocument"));
  register("showMatrix", (uri?: string, profile?: string) => showMatrix(uri, profile ?? ""));
  register("explainRule", (code?: string) => explainRule(explained, code));
  register("install", offerInstallation);
  register("restart", restart);
  context.subscriptions.push(
    output,
    vscode.workspace.registerTextDocumentContentProvider(NAME, {
      provideTextDocumentContent: (uri) => explained.get(uri.path) ?? "",
    }),
    vscode.workspace.onDidOpenTextDocument(recognise),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(NAME)) void restart();
    }),
  );
  vscode.workspace.textDocuments.forEach(recognise);
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

// -- the server

function surroundings(): Surroundings {
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  return {
    platform: process.platform,
    environment: process.env,
    home: homedir(),
    folders: folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath),
    configured: settings().get<string[]>("command", []),
    isFile: (name) => statSync(name, { throwIfNoEntry: false })?.isFile() ?? false,
    run,
  };
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(NAME);
}

async function start(): Promise<void> {
  let found: Found;
  try {
    found = await find(surroundings());
  } catch (error) {
    output.appendLine(`looking for asprofile: ${String(error)}`);
    return;
  }
  if (found.kind !== "ready") {
    command = found.kind === "incomplete" ? found.command : undefined;
    // Not waited for: it is answered when the user answers.
    void tellMissing(found);
    return;
  }
  command = found.command;
  output.appendLine(`asprofile ${found.version}: ${found.command.join(" ")}`);
  const [program = "", ...words] = found.command;
  const server: ServerOptions = { command: program, args: [...words, "lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: NAME }],
    outputChannel: output,
    initializationOptions: {
      workspaceDiagnostics: settings().get<boolean>("workspaceFindings", true),
      matrixCommand: `${NAME}.showMatrix`,
    },
  };
  client = new LanguageClient(NAME, "asprofile", server, options);
  try {
    await client.start();
  } catch (error) {
    output.appendLine(`the language server did not start: ${String(error)}`);
    void vscode.window.showErrorMessage("asprofile: the language server did not start; see its output");
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running === undefined) return;
  try {
    await running.dispose();
  } catch (error) {
    output.appendLine(`the language server did not stop: ${String(error)}`);
  }
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function tellMissing(found: Exclude<Found, { kind: "ready" }>): Promise<void> {
  if (found.kind === "wrong") {
    const said = `asprofile: the command of the settings, ${found.command.join(" ")}, does not work: ${found.reason}`;
    const chosen = await vscode.window.showErrorMessage(said, "Open the settings");
    if (chosen) await vscode.commands.executeCommand("workbench.action.openSettings", `${NAME}.command`);
    return;
  }
  const said =
    found.kind === "incomplete"
      ? `asprofile ${found.version} is installed without its language server.`
      : "asprofile is not installed, or not found.";
  const chosen = await vscode.window.showWarningMessage(`${said} Colours and snippets work without it.`, "Install...");
  if (chosen) await offerInstallation();
}

/** Types the line that the user chooses into a terminal. */
async function offerInstallation(): Promise<void> {
  const found = installers(surroundings());
  if (found.length === 0) {
    void vscode.window.showErrorMessage("asprofile needs Python 3.11 or later, and no Python is found on the PATH.");
    return;
  }
  const items = found.map((installer) => ({ label: installer.label, detail: installer.line }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Install asprofile: what is chosen runs in a terminal",
  });
  if (chosen === undefined) return;
  const terminal = vscode.window.createTerminal("Install asprofile");
  terminal.show();
  terminal.sendText(chosen.detail);
  const again = await vscode.window.showInformationMessage("When it has been installed:", "Start asprofile");
  if (again) await restart();
}

// -- files

/** Gives a file that is a profile by its content its language. */
async function recognise(document: vscode.TextDocument): Promise<void> {
  if (!RECOGNISED.has(document.languageId) || !settings().get<boolean>("recogniseByContent", true)) return;
  if (isProfile(document.getText())) await vscode.languages.setTextDocumentLanguage(document, NAME);
}

// -- commands

async function fixAll(): Promise<void> {
  await vscode.commands.executeCommand("editor.action.codeAction", {
    kind: `source.fixAll.${NAME}`,
    apply: "first",
  });
}

async function showMatrix(uri: string | undefined, profile: string): Promise<void> {
  const document =
    uri === undefined
      ? vscode.window.activeTextEditor?.document
      : await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  if (document === undefined) return;
  const name = document.uri.scheme === "file" ? document.uri.fsPath : path.basename(document.uri.path);
  const found = await answered((words) => matrix(run, words, document.getText(), name, profile));
  if (found === undefined) return;
  const title = `${path.basename(name)}${profile && `: ${profile}`}`;
  const panel = vscode.window.createWebviewPanel(NAME, title, vscode.ViewColumn.Beside, { enableScripts: true });
  // The page forbids itself everything but its own script and styles.
  panel.webview.html = found;
}

async function explainRule(explained: Map<string, string>, code: string | undefined): Promise<void> {
  const wanted = code ?? ruleAtCursor() ?? (await askedFor());
  if (wanted === undefined) return;
  const found = await answered((words) => explanation(run, words, wanted));
  if (found === undefined) return;
  const uri = vscode.Uri.parse(`${NAME}:${wanted || "rules"}.txt`);
  explained.set(uri.path, found);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

async function askedFor(): Promise<string | undefined> {
  return vscode.window.showInputBox({ prompt: "The code of a rule, such as AP201; empty: all rules" });
}

/** The rule of a finding at the cursor, or one that its line names. */
function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const place = editor.selection.active;
  for (const found of vscode.languages.getDiagnostics(editor.document.uri)) {
    if (found.source !== NAME || !found.range.contains(place)) continue;
    const code = typeof found.code === "object" ? found.code.value : found.code;
    if (code !== undefined) return String(code);
  }
  return ruleIn(editor.document.lineAt(place.line).text);
}

/** What asprofile answers; undefined, and told why, where it does not. */
async function answered(ask: (words: string[]) => Promise<{ text: string } | { problem: string }>): Promise<string | undefined> {
  if (command === undefined) {
    await offerInstallation();
    return undefined;
  }
  const found = await ask(command);
  if ("text" in found) return found.text;
  output.appendLine(found.problem);
  void vscode.window.showErrorMessage(found.problem.split("\n")[0] ?? "");
  return undefined;
}
