// Finds asprofile: where the settings say, in the folder's virtual environment, on the PATH, as a module of Python.
// Each one that is found is asked what it is, because another program has the same name.

import * as path from "node:path";
import type { Run } from "./run";

export interface Surroundings {
  platform: NodeJS.Platform;
  environment: Record<string, string | undefined>;
  home: string;
  /** Folders in which a virtual environment may be run: none where the user does not trust what is open. */
  folders: readonly string[];
  /** The command in the settings; empty if there is none. */
  configured: readonly string[];
  isFile: (name: string) => boolean;
  run: Run;
}

export type Found =
  | { kind: "ready"; command: string[]; version: string }
  /** It is there without what the language server needs. */
  | { kind: "incomplete"; command: string[]; version: string }
  /** Of the configured command: what it said, or why it could not be run. */
  | { kind: "wrong"; command: string[]; reason: string }
  | { kind: "none"; tried: string[][] };

const SECONDS = 30;
const ENVIRONMENTS = [".venv", "venv", "env"];

/** The commands that may be asprofile, in the order in which they are tried; their programs are absolute. */
export function candidates(around: Surroundings): string[][] {
  const paths = around.platform === "win32" ? path.win32 : path.posix;
  const inEnvironment = around.platform === "win32" ? ["Scripts", "asprofile.exe"] : ["bin", "asprofile"];
  const found: string[][] = [];
  const add = (program: string | undefined, ...words: string[]) => {
    if (program !== undefined) found.push([program, ...words]);
  };
  const file = (...parts: string[]) => {
    const name = paths.join(...parts);
    return around.isFile(name) ? name : undefined;
  };
  for (const folder of around.folders) {
    for (const name of ENVIRONMENTS) add(file(folder, name, ...inEnvironment));
  }
  const active = around.environment["VIRTUAL_ENV"];
  if (active !== undefined && paths.isAbsolute(active)) add(file(active, ...inEnvironment));
  add(onPath("asprofile", around));
  // Where pipx, uv and our own offer put it, if that is not on the PATH of an editor that no terminal started.
  add(file(around.home, ".local", "bin", around.platform === "win32" ? "asprofile.exe" : "asprofile"));
  add(file(privateEnvironment(around), ...inEnvironment));
  for (const python of around.platform === "win32" ? ["py", "python"] : ["python3", "python"]) {
    add(onPath(python, around), "-P", "-m", "asprofile");
  }
  const seen = new Set<string>();
  return found.filter((command) => {
    const key = command.join("\0");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Where a program is on the PATH; directories that are not absolute do not count, nor does the current one. */
export function onPath(name: string, around: Pick<Surroundings, "platform" | "environment" | "isFile">): string | undefined {
  const windows = around.platform === "win32";
  const paths = windows ? path.win32 : path.posix;
  const directories = (around.environment["PATH"] ?? around.environment["Path"] ?? "").split(windows ? ";" : ":");
  return directories
    .filter((directory) => paths.isAbsolute(directory))
    .map((directory) => paths.join(directory, windows ? `${name}.exe` : name))
    .find((file) => around.isFile(file));
}

/** The virtual environment that our own offer makes. */
export function privateEnvironment(around: Pick<Surroundings, "platform" | "home">): string {
  return (around.platform === "win32" ? path.win32 : path.posix).join(around.home, ".local", "share", "asprofile-venv");
}

/** The first one that serves editors; else the first that is asprofile; else what was tried. */
export async function find(around: Surroundings): Promise<Found> {
  if (around.configured.length > 0) {
    const command = [...around.configured];
    return (await asked(command, around.run)) ?? wrong(command, around.run);
  }
  const tried = candidates(around);
  let incomplete: Found | undefined;
  for (const command of tried) {
    const found = await asked(command, around.run);
    if (found?.kind === "ready") return found;
    incomplete ??= found;
  }
  return incomplete ?? { kind: "none", tried };
}

/** What the command is; undefined if it is not asprofile. */
async function asked(command: string[], run: Run): Promise<Found | undefined> {
  const said = await run([...command, "--version", "--verbose"], "", SECONDS);
  const version = /^asprofile (\S+)/.exec(said.out)?.[1];
  if (said.status !== 0 || version === undefined || !said.out.includes("DICOM PS3.6")) return undefined;
  // Without input the server ends at once; without what it needs it says so.
  const served = await run([...command, "lsp"], "", SECONDS);
  return { kind: served.err.includes("needs pygls") ? "incomplete" : "ready", command, version };
}

async function wrong(command: string[], run: Run): Promise<Found> {
  const said = await run([...command, "--version"], "", SECONDS);
  const reason = said.status === undefined ? said.err : "it is another program";
  return { kind: "wrong", command, reason: reason.trim().split("\n")[0] || "it did not answer" };
}
