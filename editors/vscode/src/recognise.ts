// Whether a text is an association profile, by its content: many programs have files of this name and look.

const LOOKED_AT = 64 * 1024;
const HEADER = /^[ \t]*\[\s*\[\s*(?:TransferSyntaxes|PresentationContexts)\s*\]\s*\]/im;

/** Whether the text has a supersection that only profiles have, at the beginning of a line. */
export function isProfile(text: string): boolean {
  return HEADER.test(text.slice(0, LOOKED_AT));
}

/** The code of a rule that a text names first, such as AP201; undefined if it names none. */
export function ruleIn(text: string): string | undefined {
  return /\bAP\d{3}\b/.exec(text)?.[0];
}
