// Bundles the vendored browser code into web/static/vendor, with the licences and a manifest of SHA-256 sums.
// `node build.mjs --check` builds into a temporary folder and compares the sums with the committed manifest.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const committed = join(here, "..", "static", "vendor");
const checking = process.argv.includes("--check");
const out = checking ? mkdtempSync(join(tmpdir(), "andu-vendor-")) : committed;

const bundles = {
  "diagram.js": "src/diagram.js",
  "diagram.css": "src/diagram.css",
  "decision.js": "src/decision.js",
  "decision.css": "src/decision.css",
};
const copies = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
};
// Only tests load it; it is kept beside them so that a machine without npm can run them.
const tested = { "axe.min.js": "axe-core/axe.min.js" };
const testFolder = join(here, "..", "..", "tests", "browser", "vendor");

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const packageOf = (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
const about = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));

if (!checking) {
  for (const name of [...Object.keys(bundles), ...Object.keys(copies), "licenses", "manifest.json"]) {
    rmSync(join(out, name), { recursive: true, force: true });
  }
}
mkdirSync(join(out, "licenses"), { recursive: true });

const manifest = {};
const used = new Set();
for (const [name, source] of Object.entries(bundles)) {
  const result = await build({
    entryPoints: [join(here, source)],
    absWorkingDir: here,
    outfile: join(out, name),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    loader: { ".svg": "dataurl", ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file" },
    assetNames: "fonts/[name]-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  const from = new Set(Object.keys(result.metafile.inputs).map(packageOf).filter(Boolean));
  from.forEach((name) => used.add(name));
  manifest[name] = { from: [...from].sort().map((name) => `${name} ${about(name).version}`) };
}
for (const [name, source] of Object.entries(copies)) {
  let text = readFileSync(join(modules, source), "utf8");
  text = text.replace(/\n?\/[/*]# sourceMappingURL=.*$/m, "");
  writeFileSync(join(out, name), text);
  used.add(packageOf(join(modules, source)));
  manifest[name] = { from: [`${packageOf(join(modules, source))} ${about(packageOf(join(modules, source))).version}`] };
}

const licences = {};
for (const name of [...used].sort()) {
  const file = readdirSync(join(modules, name)).find((entry) => /^licen[cs]e/i.test(entry));
  const target = `licenses/${name.replace("/", "__")}.txt`;
  if (file) cpSync(join(modules, name, file), join(out, target));
  licences[name] = { version: about(name).version, license: about(name).license, text: file ? target : null };
}

for (const name of Object.keys(manifest)) {
  Object.assign(manifest[name], { bytes: readFileSync(join(out, name)).length, sha256: sha256(join(out, name)) });
}
const text = JSON.stringify({ files: manifest, packages: licences }, null, 2) + "\n";

if (checking) {
  const same = readFileSync(join(committed, "manifest.json"), "utf8") === text;
  rmSync(out, { recursive: true, force: true });
  console.log(same ? "vendored files are what the sources build" : "vendored files differ from a fresh build");
  process.exit(same ? 0 : 1);
}
writeFileSync(join(out, "manifest.json"), text);
mkdirSync(testFolder, { recursive: true });
for (const [name, source] of Object.entries(tested)) {
  cpSync(join(modules, source), join(testFolder, name));
  cpSync(join(modules, packageOf(join(modules, source)), "LICENSE"), join(testFolder, name + ".LICENSE.txt"));
}
for (const [name, { bytes }] of Object.entries(manifest)) console.log(String(bytes).padStart(8), relative(here, join(out, name)));
if (existsSync(join(out, "fonts"))) console.log("fonts:", readdirSync(join(out, "fonts")).join(" "));
