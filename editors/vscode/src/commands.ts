// The command lines of asprofile behind the extension's commands, and what is made of their answers.

import type { Ran, Run } from "./run";

const SECONDS = 60;

export type Answer = { text: string } | { problem: string };

/** The page of one profile (empty: of all) of a text, which may not be saved yet; `name` is that of the file. */
export async function matrix(
  run: Run,
  command: readonly string[],
  text: string,
  name: string,
  profile: string,
): Promise<Answer> {
  const words = ["show", "--html", "--stdin-filename", name, "--", "-"];
  if (profile !== "") words.push(profile);
  return answer(await run([...command, ...words], text, SECONDS));
}

/** Why a rule is there, as text; `code` empty: the list of rules. */
export async function explanation(run: Run, command: readonly string[], code: string): Promise<Answer> {
  const words = code === "" ? [] : [code];
  return answer(await run([...command, "explain", "--color", "never", "--", ...words], "", SECONDS));
}

function answer(ran: Ran): Answer {
  if (ran.status === 0 && ran.out !== "") return { text: ran.out };
  const said = (ran.err || ran.out).trim();
  return { problem: said || (ran.status === undefined ? "it did not answer in time" : `exit status ${ran.status}`) };
}
