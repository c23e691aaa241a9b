// Bundles the extension into dist/extension.js, and each module that needs no editor into dist/lib for the tests.
import { build } from "esbuild";
import { copyFileSync, readdirSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
copyFileSync("../../LICENSE", "LICENSE");
const common = { platform: "node", target: "node18", format: "cjs", logLevel: "warning" };
await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  bundle: true,
  minify: true,
  external: ["vscode"],
  outfile: "dist/extension.js",
});
const modules = readdirSync("src").filter((name) => name !== "extension.ts");
await build({ ...common, entryPoints: modules.map((name) => `src/${name}`), outdir: "dist/lib" });
