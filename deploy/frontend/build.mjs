// Rebuilds services/chassis/static: content-hashed files, a .gz beside what is worth it, and manifest.json.
// For a maintainer only (`npm ci && npm run build` here); the result is committed.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const kit = join(here, "node_modules/nhsuk-frontend/dist/nhsuk");
const out = process.env.PLN_STATIC_OUT ?? join(here, "../../services/chassis/static");
const WORTH_ZIPPING_BYTES = 1000;
const manifest = {};

function put(name, content) {
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const hashed = name.replace(extname(name), `.${hash}${extname(name)}`);
  writeFileSync(join(out, hashed), body);
  if (body.length > WORTH_ZIPPING_BYTES) writeFileSync(join(out, `${hashed}.gz`), gzipSync(body, { level: 9 }));
  manifest[name] = hashed;
  return hashed;
}

const icon = (name) => manifest[name] ?? put(name, readFileSync(join(kit, "assets/images", name)));

mkdirSync(out, { recursive: true });
for (const old of readdirSync(out)) rmSync(join(out, old));

const { css } = compile(join(here, "theme.scss"), {
  style: "compressed", loadPaths: [join(here, "node_modules")], quietDeps: true,
});
put("pln.css", css.replace(/url\("[^")]*\/([\w-]+\.svg)"\)/g, (_, name) => `url("${icon(name)}")`));

const built = (entry, more) => buildSync({
  entryPoints: [join(here, entry)], minify: true, format: "esm", target: "es2020", legalComments: "none", write: false, ...more,
}).outputFiles[0].contents;
put("pln.js", built("pln.js", { bundle: true }));
// For other websites: answered at /embed/ under names that stay (static_files.py).
put("embed-1.js", built("embed-1.js"));
put("embed-1.css", built("embed-1.css", { target: "chrome100" }));
put("favicon.svg", readFileSync(join(here, "favicon.svg")));

const sorted = Object.fromEntries(Object.entries(manifest).sort());
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
