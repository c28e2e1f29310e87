/**
 * Builds the page: one HTML file that holds its style sheet, its script and the worker's, so that it
 * opens from a folder, where a browser loads no modules and no workers. A content security policy
 * names the hashes of script and style, and forbids every other.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "brickwork", "studio", "page");
const shared = {
  bundle: true,
  minify: true,
  write: false,
  target: "es2022",
  legalComments: "none",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".csv": "text", ".bin": "base64" },
};

async function bundled(options) {
  const built = await esbuild.build({ ...shared, ...options });
  return Object.fromEntries(
    built.outputFiles.map((file) => [file.path.match(/\.\w+$/)?.[0] ?? ".js", file.text]),
  );
}

/** Code that a page may hold between script tags. */
const inert = (code) => code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The digest of all sources: a test compares it with that of the sources as they are. */
export function sources() {
  const files = ["package.json", "package-lock.json", "build.mjs", "tsconfig.json"];
  const walk = (folder) => {
    for (const name of readdirSync(join(here, folder)).sort()) {
      const path = `${folder}/${name}`;
      if (statSync(join(here, path)).isDirectory()) walk(path);
      else files.push(path);
    }
  };
  walk("src");
  const digest = createHash("sha256");
  for (const file of files.sort())
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(here, file)))
      .update("\0");
  return digest.digest("hex");
}

export async function build() {
  const worker = (
    await bundled({ entryPoints: [join(here, "src/engine/worker.ts")], format: "iife" })
  )[".js"];
  const define = { WORKER_SOURCE: JSON.stringify(worker) };
  const page = await bundled({
    entryPoints: [join(here, "src/main.tsx")],
    format: "iife",
    define,
    outdir: "out",
  });
  const widget = await bundled({
    entryPoints: [join(here, "src/widget.ts")],
    format: "esm",
    outdir: "out",
  });
  const script = inert(page[".js"]);
  const style = page[".css"];
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)} blob:`,
    `style-src ${hash(style)} 'unsafe-inline'`.replace(`${hash(style)} `, ""),
    "img-src 'self' data: blob:",
    "media-src blob:",
    "worker-src blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const html = readFileSync(join(here, "src/studio.html"), "utf8")
    .replace("{{POLICY}}", () => policy)
    .replace("{{STYLE}}", () => style)
    .replace("{{SCRIPT}}", () => script);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "studio.html"), html);
  writeFileSync(join(target, "widget.js"), widget[".js"]);
  const sizes = Object.fromEntries(
    ["studio.html", "widget.js"].map((name) => [
      name,
      gzipSync(readFileSync(join(target, name)), { level: 9 }).length,
    ]),
  );
  writeFileSync(
    join(target, "build.json"),
    `${JSON.stringify({ sources: sources(), gzipped: sizes }, null, 1)}\n`,
  );
  for (const [name, size] of Object.entries(sizes))
    console.log(
      `${relative(process.cwd(), join(target, name))}: ${(size / 1000).toFixed(0)} kB gzipped`,
    );
}

/** Builds again whenever a source has changed. */
function watchSources() {
  let timer;
  watch(join(here, "src"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  if (process.argv.includes("--watch")) watchSources();
}
