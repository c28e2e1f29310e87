/**
 * Steps a second of the page's engine, in node: `node benchmarks/engine.mjs`.
 *
 * The best of some runs of half a second each, since other programs may use the machine.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A wall of Dense bricks, and random rows for it, with some to validate on. */
export function jobOf(widths, batchSize, rows, validated = 0) {
  const [inputs, ...units] = widths;
  const classes = widths[widths.length - 1];
  const last = units.length - 1;
  const top = classes > 1 ? "softmax" : "sigmoid";
  const wall = {
    inputs,
    bricks: units.map((count, i) => ({
      id: `b${i}`,
      kind: "Dense",
      config: { units: count, activation: i === last ? top : "relu" },
    })),
    loss: classes > 1 ? "sparse_categorical_crossentropy" : "binary_crossentropy",
    optimizer: { kind: "Adam", config: {} },
    metrics: ["accuracy"],
    batchSize,
    epochs: 1,
    seed: 1,
  };
  const some = (count) => ({
    rows: count,
    inputs,
    x: Float32Array.from({ length: count * inputs }, () => Math.random() - 0.5),
    y: Float32Array.from({ length: count }, () => Math.floor(Math.random() * Math.max(2, classes))),
  });
  return { wall, training: some(rows), validation: validated ? some(validated) : null };
}

/**
 * Returns the script of a worker that does nothing but train for some seconds, and posts its steps;
 * `given` are the arguments of `jobOf`.
 */
export function bareWorker() {
  return compiled(`
    import { Training } from "./training.ts";
    const jobOf = ${jobOf};
    onmessage = ({ data: { given, seconds } }) => {
      const training = new Training(jobOf(...given));
      const start = performance.now();
      while (performance.now() - start < 1000 * seconds) {
        for (let i = 0; i < 20; i += 1) training.advance();
        training.takeEnded();
      }
      postMessage(training.network.steps);
    };`);
}

/** Returns a script for a browser, of code that may import the engine's modules. */
export async function compiled(contents, define = {}) {
  const stdin = { contents, resolveDir: here("../src/engine"), loader: "ts" };
  const options = { bundle: true, write: false, target: "es2022", format: "iife", define };
  return (await build({ stdin, ...options })).outputFiles[0].text;
}

export const CASES = [
  { name: "2-4-2-1, batch 10", widths: [2, 4, 2, 1], batch: 10, rows: 500 },
  { name: "4-8-6-1, batch 10", widths: [4, 8, 6, 1], batch: 10, rows: 1000 },
  { name: "pima 8-12-8-1, batch 10", widths: [8, 12, 8, 1], batch: 10, rows: 768 },
  { name: "784-64-10, batch 32", widths: [784, 64, 10], batch: 32, rows: 2048 },
];

/** Returns the script of a module of the engine, for a browser or for node. */
export async function bundled(path, format) {
  const options = { bundle: true, write: false, target: "es2022", minify: true, format };
  const { outputFiles } = await build({ ...options, entryPoints: [here(`../src/engine/${path}`)] });
  return outputFiles[0].text;
}

async function main() {
  const code = await bundled("training.ts", "esm");
  const { Training } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  for (const { name, widths, batch, rows } of CASES) {
    const training = new Training(jobOf(widths, batch, rows));
    let best = 0;
    for (let run = 0; run < 6; run += 1) {
      const start = performance.now();
      const before = training.network.steps;
      while (performance.now() - start < 500) training.advance();
      training.takeEnded();
      const elapsed = performance.now() - start;
      best = Math.max(best, (1000 * (training.network.steps - before)) / elapsed);
    }
    console.log(`${name}: ${Math.round(best)} steps a second`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
