/**
 * What it costs that a training can be watched and paused, in a real browser (Linux):
 * `node benchmarks/worker.mjs`, with CHROMIUM if it is not at /usr/bin/chromium.
 *
 * Compares the page's engine, with its slices and snapshots, with a bare loop in a worker, by the
 * steps that each takes in a second of its thread's own time, so that other programs may run.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { bareWorker, CASES, compiled, jobOf } from "./engine.mjs";

const SECONDS = 2;
const TURNS = 4;

/** Both ways to train for some seconds; what they return has a worker that is idle, and its steps. */
const PAGE = `
  import { LocalEngine } from "./local.ts";
  declare const BARE: string;
  const jobOf = ${jobOf};
  let end = () => {};
  globalThis.end = () => end();
  globalThis.watched = (widths, batch, rows, seconds) => new Promise((resolve) => {
    const engine = new LocalEngine();
    let last, asked, snapshots = 0;
    engine.onEvent = (event) => {
      if (event.type === "failed") throw new Error(event.message);
      if (event.type === "snapshot") [snapshots, last] = [snapshots + 1, event.snapshot];
      else resolve({ steps: last.step, snapshots: snapshots / seconds, paused: performance.now() - asked });
    };
    engine.send({ type: "open", job: jobOf(widths, batch, rows) });
    engine.send({ type: "run", until: 1e9, pace: null });
    setTimeout(() => { asked = performance.now(); engine.send({ type: "pause" }); }, 1000 * seconds);
    end = () => engine.close();
  });
  globalThis.bare = (widths, batch, rows, seconds) => new Promise((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([BARE])));
    worker.onmessage = ({ data: steps }) => resolve({ steps });
    worker.postMessage({ given: [widths, batch, rows], seconds });
    end = () => worker.terminate();
  });`;

/** Seconds that the workers of the browser that this program started have had a processor. */
function workerSeconds() {
  const read = (path) => {
    try {
      return readFileSync(`/proc/${path}`, "utf8");
    } catch {
      return ""; // it has ended
    }
  };
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(
    processes.map((id) => [id, read(`${id}/stat`).split(") ")[1]?.split(" ")[1]]),
  );
  const isOurs = (id) => id === String(process.pid) || (parents.has(id) && isOurs(parents.get(id)));
  let nanoseconds = 0;
  for (const id of processes.filter(isOurs)) {
    for (const thread of readdirSync(`/proc/${id}/task`)) {
      if (!read(`${id}/task/${thread}/comm`).startsWith("DedicatedWorker")) continue;
      nanoseconds += Number(read(`${id}/task/${thread}/schedstat`).split(" ")[0]);
    }
  }
  return nanoseconds / 1e9;
}

async function main() {
  const define = {
    WORKER_SOURCE: JSON.stringify(await compiled('import "./worker.ts";')),
    BARE: JSON.stringify(await bareWorker()),
  };
  const code = (await compiled(PAGE, define)).replaceAll("</script", "<\\/script");
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const file = join(folder, "page.html");
  writeFileSync(file, `<!doctype html><script>${code}</script>`);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(file).href);
    for (const given of CASES) await compare(tab, given);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function compare(tab, { name, widths, batch, rows }) {
  const run = async (how) => {
    const call = ([name, ...given]) => globalThis[name](...given);
    const found = await tab.evaluate(call, [how, widths, batch, rows, SECONDS]);
    const speed = found.steps / workerSeconds();
    await tab.evaluate(call, ["end"]);
    return { ...found, speed };
  };
  const turns = [];
  for (let turn = 0; turn < TURNS; turn += 1) turns.push([await run("bare"), await run("watched")]);
  const best = (which) => Math.max(...turns.map((turn) => turn[which].speed));
  const slower = (100 * (1 - best(1) / best(0))).toFixed(1);
  const paused = Math.max(...turns.map(([, watched]) => watched.paused)).toFixed(0);
  const snapshots = Math.max(...turns.map(([, watched]) => watched.snapshots)).toFixed(0);
  console.log(
    `${name}: ${Math.round(best(1))} steps a second with ${snapshots} snapshots, ` +
      `${Math.round(best(0))} bare (${slower} % slower); paused after ${paused} ms at most`,
  );
}

await main();
