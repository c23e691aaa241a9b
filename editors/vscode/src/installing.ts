// The command lines that install asprofile with its language server. The user chooses one; nothing runs unasked.

import { onPath, privateEnvironment, type Surroundings } from "./finding";

const PACKAGE = '"dicom-asprofile[lsp]"';

export interface Installer {
  label: string;
  /** To be typed in a terminal: sh, PowerShell and cmd take it alike. */
  line: string;
}

/** What this machine has for it, the best first. */
export function installers(around: Pick<Surroundings, "platform" | "environment" | "home" | "isFile">): Installer[] {
  const found: Installer[] = [];
  if (onPath("pipx", around)) found.push({ label: "pipx", line: `pipx install --force ${PACKAGE}` });
  if (onPath("uv", around)) found.push({ label: "uv", line: `uv tool install --force ${PACKAGE}` });
  if (around.platform === "win32") {
    const python = ["py", "python"].find((name) => onPath(name, around));
    if (python) found.push({ label: "pip", line: `${python} -m pip install --user ${PACKAGE}` });
  } else if (onPath("python3", around)) {
    // Distributions refuse `pip install --user`: an environment of its own, where `candidates` looks.
    const place = `"${privateEnvironment(around)}"`;
    found.push({ label: "pip", line: `python3 -m venv ${place} && ${place}/bin/pip install ${PACKAGE}` });
  }
  return found;
}
