/** The page that plays a film, with places for what it shows; the Python package's films have the same. */
export const PLAYER = `<!doctype html>
<html lang="{{LANG}}" class="{{THEME}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{TITLE}}</title>
<style>
:root { --paper: {{LIGHT_PAPER}}; --ink: {{LIGHT_INK}}; --soft: {{LIGHT_SOFT}}; --line: {{LIGHT_LINE}}; color-scheme: light }
:root.dark { --paper: {{DARK_PAPER}}; --ink: {{DARK_INK}}; --soft: {{DARK_SOFT}}; --line: {{DARK_LINE}}; color-scheme: dark }
@media (prefers-color-scheme: dark) {
  :root.auto { --paper: {{DARK_PAPER}}; --ink: {{DARK_INK}}; --soft: {{DARK_SOFT}}; --line: {{DARK_LINE}}; color-scheme: dark }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.4 {{FONT}};
  display: flex; flex-direction: column; height: 100vh; height: 100dvh; min-height: 340px }
main { flex: 1; min-height: 0; padding: 8px 12px 0; display: flex; justify-content: center }
main > svg { display: block; width: auto; height: auto; max-width: 100%; max-height: 100%; cursor: zoom-in }
main.large { overflow: auto; display: block }
main.large > svg { max-width: none !important; max-height: none; margin: 0 auto; cursor: zoom-out }
footer { padding: 4px 16px 14px; width: 100%; max-width: 860px; margin: 0 auto }
#said { font-variant-numeric: tabular-nums; min-height: 1.4em; display: flex; flex-wrap: wrap; gap: 0 1.2em }
#said b { font-weight: 600 }
#inputs { margin: 0 0 6px; max-height: 3.2em; overflow: auto; color: var(--soft); font-size: 13px; text-align: center }
#inputs:empty { display: none }
#inputs b { color: var(--ink); font-weight: 600 }
#curve-of { display: flex; flex-wrap: wrap; gap: 0 1.6em; color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums }
#curve-of span::before { content: ""; display: inline-block; width: 22px; margin-right: 6px; vertical-align: middle; border-top: 2.4px solid var(--line) }
#curve-of .val_loss::before { border-top-style: dashed }
#curve .val_loss { stroke-dasharray: 7 4 }
#curve { display: block; width: 100%; height: 64px; overflow: visible }
#curve path { fill: none; stroke: var(--soft); stroke-width: 1.6; vector-effect: non-scaling-stroke }
#curve .done { stroke: var(--line); stroke-width: 2.4 }
#curve line { stroke: var(--line); stroke-width: 1.5; vector-effect: non-scaling-stroke }
#place { width: 100%; margin: 4px 0 8px; display: block; accent-color: var(--line) }
#keys { display: flex; gap: 10px; align-items: center; color: var(--soft); flex-wrap: wrap }
button, select { font: inherit; color: var(--ink); background: none; border: 1px solid var(--soft);
  border-radius: 6px; padding: 4px 12px; cursor: pointer }
select option { background: var(--paper); color: var(--ink) }
button { min-width: 6.5em }
:focus-visible { outline: 3px solid var(--line); outline-offset: 2px }
#help { font-size: 13px; margin-left: auto }
@media (max-width: 520px) { #help { display: none } }
</style>
</head>
<body>
<main>
{{SVG}}
</main>
<footer>
<p id="inputs"></p>
<div id="said" aria-live="off"></div>
<div id="curve-of"></div>
<svg id="curve" viewBox="0 0 1000 64" preserveAspectRatio="none" aria-hidden="true"><line y1="0" y2="64"/></svg>
<input id="place" type="range" min="0" value="0" step="1">
<div id="keys"><button id="play" type="button"></button>
<label><span id="rate-name"></span> <select id="rate"><option value="0.25">¼×</option><option value="0.5">½×</option><option value="1" selected>1×</option><option value="2">2×</option><option value="4">4×</option></select></label>
<span id="help"></span></div>
</footer>
<script type="application/json" id="film">{{DATA}}</script>
<script>
"use strict";
const film = JSON.parse(document.getElementById("film").textContent);
const words = film.words, last = film.epochs.length - 1;
const get = id => document.getElementById(id);
const place = get("place"), play = get("play"), rate = get("rate"), said = get("said");

// The class and the value of each brick at each picture.
const bricks = [...document.querySelectorAll("main [data-value]")].map((element, i) => {
  const looks = new Uint16Array(last + 1), changes = film.looks[i];
  for (let c = 0; c < changes.length; c += 2) looks.fill(changes[c + 1], changes[c]);
  const title = element.querySelector("title");
  const brick = { element, looks, title, shown: -1 };
  if (title) brick.name = title.textContent.replace(/\\S*$/, "");
  if (film.values) {
    let sum = 0;
    brick.values = film.values[i].map(step => step === null ? NaN : (sum += step) / film.scale);
  }
  return brick;
});

let at = -1;
function number(value) {
  return Number.isFinite(value) ? String(+value.toPrecision(4)) : "NaN";
}
function label(name) {
  return (film.names || {})[name] || (name === "loss" ? words.loss : name);
}
function show(k) {
  if (k === at) return;
  at = k;
  for (const brick of bricks) {
    const look = brick.looks[k];
    if (look !== brick.shown) {
      brick.element.setAttribute("class", film.classes[look]);
      brick.shown = look;
    }
  }
  if (film.values) for (const brick of bricks) if (brick.title) {
    const text = number(brick.values[k]);
    brick.element.setAttribute("data-value", text);
    brick.title.textContent = brick.name + text;
  }
  const parts = [[words.epoch, film.epochs[k].toLocaleString("en") + (film.of ? "/" + film.of.toLocaleString("en") : "")]];
  for (const name in film.logs) {
    const value = film.logs[name][k];
    if (value !== null) parts.push([label(name), number(value)]);
  }
  said.replaceChildren(...parts.map(([name, value]) => {
    const part = document.createElement("span"), strong = document.createElement("b");
    strong.textContent = value;
    part.append(name + " ", strong);
    return part;
  }));
  place.value = k;
  place.setAttribute("aria-valuetext", said.textContent);
  mark(k);
}

// The curves of the losses, with the slider below.
const curves = ["loss", "val_loss"].filter(name => (film.logs[name] || []).some(v => v !== null));
const known = curves.flatMap(name => film.logs[name]).filter(v => v !== null);
const low = Math.min(...known), high = Math.max(...known);
const x = k => 1000 * k / (last || 1), y = v => 4 + 56 * (high - v) / ((high - low) || 1);
function line(name, to) {
  let text = "";
  film.logs[name].forEach((value, k) => {
    if (k <= to && value !== null) text += (text ? "L" : "M") + x(k).toFixed(1) + " " + y(value).toFixed(1);
  });
  return text;
}
const drawn = curves.map(name => {
  const paths = ["all", "done"].map(css => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", css + " " + name);
    path.setAttribute("d", line(name, last));
    get("curve").prepend(path);
    return path;
  });
  // Its name, with its first and its last value.
  const values = film.logs[name].filter(v => v !== null), told = document.createElement("span");
  told.className = name;
  told.textContent = label(name) + " " + number(values[0]) + " → " + number(values.at(-1));
  get("curve-of").append(told);
  return [name, paths[1]];
});
// What the picture calls x0, x1 ...
(film.inputs || []).forEach((name, k) => {
  const number = document.createElement("b");
  number.textContent = "x" + k;
  get("inputs").append(k ? " · " : "", number, " " + name);
});
function mark(k) {
  for (const [name, path] of drawn) path.setAttribute("d", line(name, k));
  const now = document.querySelector("#curve line");
  now.setAttribute("x1", x(k)); now.setAttribute("x2", x(k));
}

// Playback.
let playing = false, begun = 0, from = 0;
function tick(now) {
  if (!playing) return;
  const k = Math.min(last, from + Math.floor(Math.max(0, now - begun) / 1000 * film.fps * rate.value));
  show(k);
  if (k >= last) set(false); else requestAnimationFrame(tick);
}
function set(on) {
  playing = on;
  play.textContent = on ? "❚❚ " + words.pause : "▶ " + words.play;
  if (on) {
    from = at >= last ? 0 : at;
    begun = performance.now();
    requestAnimationFrame(tick);
  }
}
function go(k) {
  set(false);
  show(Math.max(0, Math.min(last, k)));
}
document.querySelector("main > svg").addEventListener("click", () => document.querySelector("main").classList.toggle("large"));
place.max = last;
place.setAttribute("aria-label", words.epoch);
get("rate-name").textContent = words.speed;
get("help").textContent = words.help;
play.addEventListener("click", () => set(!playing));
place.addEventListener("input", () => go(+place.value));
rate.addEventListener("change", () => { from = at; begun = performance.now(); });
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const kind = event.target.tagName;
  if (event.key === " " && kind !== "BUTTON" && kind !== "SELECT") set(!playing);
  else if (kind === "SELECT" || kind === "INPUT") return;  // these handle keys themselves
  else if (event.key === "ArrowRight") go(at + 1);
  else if (event.key === "ArrowLeft") go(at - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(last);
  else return;
  event.preventDefault();
});
show(0);
set(!matchMedia("(prefers-reduced-motion: reduce)").matches);
</script>
</body>
</html>
`;
