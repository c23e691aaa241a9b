// The TextMate grammar: what each piece of a line is.
const { test, before } = require("node:test");
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const ROOT = path.join(__dirname, "..");
let grammar;

before(async () => {
  const wasm = readFileSync(path.join(ROOT, "node_modules/vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const file = path.join(ROOT, "syntaxes/asprofile.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file, "utf8"), file),
  });
  grammar = await registry.loadGrammar("source.asprofile");
});

// Pieces that are something, as "scope: text".
function pieces(text) {
  let stack = textmate.INITIAL;
  return text.split("\n").map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens
      .filter((token) => token.scopes.length > 1)
      .map((token) => `${token.scopes.at(-1).replace(".asprofile", "")}: ${line.slice(token.startIndex, token.endIndex)}`);
  });
}

const SNAPSHOT = [
  ["# comment", ["comment.line.number-sign: # comment"]],
  [
    "[[TransferSyntaxes]]",
    [
      "punctuation.definition.supersection.begin: [[",
      "entity.name.type.supersection: TransferSyntaxes",
      "punctuation.definition.supersection.end: ]]",
    ],
  ],
  [
    "[ [profiles]]",
    [
      "punctuation.definition.supersection.begin: [ [",
      "entity.name.type.supersection: profiles",
      "punctuation.definition.supersection.end: ]]",
    ],
  ],
  [
    "[[Profile]]",
    [
      "punctuation.definition.supersection.begin: [[",
      "invalid.illegal.supersection: Profile",
      "punctuation.definition.supersection.end: ]]",
    ],
  ],
  [
    "[JPEG-1]",
    ["punctuation.definition.section.begin: [", "entity.name.section: JPEG-1", "punctuation.definition.section.end: ]"],
  ],
  [
    "TransferSyntax1 = LittleEndianExplicit",
    [
      "support.type.property-name: TransferSyntax",
      "constant.numeric: 1",
      "keyword.operator.assignment: =",
      "support.constant.name: LittleEndianExplicit",
    ],
  ],
  [
    "presentationcontext12=1.2.840.10008.1.1\\Plain",
    [
      "support.type.property-name: presentationcontext",
      "constant.numeric: 12",
      "keyword.operator.assignment: =",
      "constant.numeric.uid: 1.2.840.10008.1.1",
      "punctuation.separator: \\",
      "variable.other.label: Plain",
    ],
  ],
  [
    "Role1 = CTImageStorage\\both",
    [
      "support.type.property-name: Role",
      "constant.numeric: 1",
      "keyword.operator.assignment: =",
      "support.constant.name: CTImageStorage",
      "punctuation.separator: \\",
      "constant.language.role: both",
    ],
  ],
  [
    "Role1 = CTImageStorage\\SCX",
    [
      "support.type.property-name: Role",
      "constant.numeric: 1",
      "keyword.operator.assignment: =",
      "support.constant.name: CTImageStorage",
      "punctuation.separator: \\",
      "invalid.illegal.role: SCX",
    ],
  ],
  [
    "ExtendedNegotiation1 = CTImageStorage\\0300zz",
    [
      "support.type.property-name: ExtendedNegotiation",
      "constant.numeric: 1",
      "keyword.operator.assignment: =",
      "support.constant.name: CTImageStorage",
      "punctuation.separator: \\",
      "string.unquoted.data: 0300",
      "invalid.illegal.data: zz",
    ],
  ],
  [
    "ExtendedNegotiation = Extended",
    [
      "support.type.property-name: ExtendedNegotiation",
      "keyword.operator.assignment: =",
      "variable.other.label: Extended",
    ],
  ],
  ["Syntax1 = x", ["invalid.illegal.key: Syntax1 ", "keyword.operator.assignment: =", "string.unquoted:  x"]],
  ["   1.2.840.10008.1.2", ["constant.numeric.uid: 1.2.840.10008.1.2"]],
  ["", []],
];

test("each sort of line", () => {
  const found = pieces(SNAPSHOT.map(([line]) => line).join("\n"));
  SNAPSHOT.forEach(([line, expected], number) => assert.deepEqual(found[number], expected, line));
});

test("lines of any length end", () => {
  for (const line of ["[".repeat(20000), "a".repeat(20000), "Role1 = " + " ".repeat(20000) + "x", "]".repeat(20000)]) {
    assert.ok(grammar.tokenizeLine(line, textmate.INITIAL, 5000));
  }
});
