// Runs asprofile and waits for it: no shell, a time limit, and a limit of what it may say.

import { spawn } from "node:child_process";
import { tmpdir } from "node:os";

const MOST_BYTES = 64 * 1024 * 1024;

export interface Ran {
  /** The exit status; undefined if it could not be started, was ended by a signal, or took too long. */
  status: number | undefined;
  out: string;
  err: string;
}

export type Run = (command: readonly string[], input: string, seconds: number, directory?: string) => Promise<Ran>;

/** The words of the command are passed on as they are; `input` is its standard input. Never rejects. */
export const run: Run = (command, input, seconds, directory) =>
  new Promise((resolve) => {
    const [program = "", ...words] = command;
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    const child = spawn(program, words, {
      // Not the folder that is open: what is in it is not to be run or imported by accident.
      cwd: directory ?? tmpdir(),
      env: { ...process.env, PYTHONIOENCODING: "utf-8", PYTHONUTF8: "1", NO_COLOR: "1" },
      windowsHide: true,
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    const keep = (pieces: Buffer[]) => (piece: Buffer) => {
      size += piece.length;
      if (size > MOST_BYTES) child.kill("SIGKILL");
      else pieces.push(piece);
    };
    const end = (status: number | null, said = "") => {
      clearTimeout(timer);
      const text = Buffer.concat(err).toString("utf8");
      resolve({ status: status ?? undefined, out: Buffer.concat(out).toString("utf8"), err: text || said });
    };
    child.stdout.on("data", keep(out));
    child.stderr.on("data", keep(err));
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => end(null, error.message));
    child.on("close", (status) => end(status));
    child.stdin.end(input);
  });
