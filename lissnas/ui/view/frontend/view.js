// A Plotly figure that keeps its zoom and element, and tells what is picked in it.
//
// Three parts arrive on their own, each only when it changed: the sheet (what is known
// of every point, as bytes), the figure, and the state (what is lit). They are drawn
// when they fit each other.

import { place, showRow } from "./card.js";
import { decode, encode } from "./codes.js";
import { DIRECTIONS, nextPoint, pixelOf, spanOf } from "./keys.js";
import { loaded } from "./library.js";
import { dimmed, faint, layoutOf, sheetOf, tracesOf } from "./parts.js";

const views = new Map();
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const CONFIG = { displaylogo: false, responsive: false, showSendToCloud: false };
const PATIENCE = 2000; // milliseconds
const FADE = 600; // milliseconds in which points come and go
let turn = 0;

export default function ({ data, parentElement, setTriggerValue }) {
  const part = data instanceof Uint8Array ? sheetOf(data) : data;
  if (!views.has(part.view)) views.set(part.view, {});
  const view = views.get(part.view);
  view[part.part] = part;
  if (part.part === "state") {
    view.tell = (kind, about) => setTriggerValue("act", { kind, ...about });
    settle(view, parentElement);
    view.lit = part.lit === null ? null : new Set(decode(part.lit));
  }
  draw(view);
  return () => part.part === "state" && setTimeout(forget, PATIENCE, view);
}

/** Put a view's elements where the page wants them now; they are made only once. */
function settle(view, parent) {
  if (!view.frame) build(view);
  view.root = parent;
  if (view.frame.parentElement !== parent) parent.append(view.frame);
}

/** Free what a view holds, unless the page has put it elsewhere in the meantime. */
function forget(view) {
  if (view.root.isConnected || !view.frame) return;
  view.watcher?.disconnect();
  if (view.drawn) view.plotly.purge(view.plot);
  for (const name of ["frame", "plot", "drawn", "config", "at", "cell"]) delete view[name];
}

/** Make the elements of a view. */
function build(view) {
  const make = (name) => {
    const element = document.createElement("div");
    element.className = `lissnas-view${name}`;
    return element;
  };
  view.frame = make("");
  view.plot = make("-plot");
  view.ring = make("-ring");
  view.span = make("-span");
  view.card = make("-card");
  view.said = make("-said");
  view.said.setAttribute("aria-live", "polite");
  view.frame.tabIndex = 0;
  view.frame.setAttribute("role", "application");
  view.frame.append(view.plot, view.ring, view.span, view.card, view.said);
  view.frame.addEventListener("keydown", (event) => pressed(view, event));
  view.frame.addEventListener("blur", () => unmark(view));
}

/** Draw what is there, once all parts fit each other. */
async function draw(view) {
  const { sheet, figure, state } = view;
  if (!view.frame || !figure || !state || state.figure !== figure.id) return;
  if (figure.sheet && sheet?.id !== figure.sheet) return;
  const height = figure.layout.height;
  view.frame.style.height = `${height}px`;
  view.frame.setAttribute("aria-label", figure.alt);
  const ticket = (view.ticket = {});
  try {
    const plotly = await loaded();
    if (view.ticket !== ticket || !view.frame) return;
    if (view.made?.figure !== figure || view.made?.sheet !== sheet) {
      if (view.drawn && !still.matches) fadeFrom(view);
      view.made = { figure, sheet, ...tracesOf(figure, sheet) };
    }
    await show(view, plotly);
  } catch (error) {
    view.plot.className = "lissnas-view-note";
    view.plot.textContent = `This figure cannot be drawn here: ${error.message}. `
      + "Its numbers are in the table below.";
  }
}

async function show(view, plotly) {
  const { traces, rows } = view.made;
  const { figure, state, plot } = view;
  const more = state.overlay.map((trace) => tracesOf({ traces: [trace] }).traces[0]);
  const base = more.length ? faint(traces) : traces;
  const shown = [...dimmed(base, rows, view.lit), ...more];
  const layout = layoutOf(figure, ++turn, still.matches);
  // Another config, be it equal, would be another plot, without the reader's zoom.
  view.config ??= { ...figure.config, ...CONFIG, modeBarButtons: buttons(view, plotly) };
  await plotly.react(plot, shown, layout, view.config);
  view.plotly = plotly;
  if (view.drawn) return;
  view.drawn = true;
  view.watcher = new ResizeObserver(() => {
    if (plot.clientWidth) plotly.Plots.resize(plot);
  });
  view.watcher.observe(view.frame);
  plot.on("plotly_selected", (event) => event && picked(view, event));
  plot.on("plotly_deselect", () => cleared(view));
  plot.on("plotly_click", (event) => clicked(view, event.points[0]));
  plot.on("plotly_hover", (event) => hovered(view, event.points[0]));
  plot.on("plotly_unhover", () => (view.card.style.display = "none"));
  let modifiers = {};
  plot.addEventListener("pointerup", (event) => (modifiers = event), true);
  view.mode = () =>
    modifiers.shiftKey ? "add" : modifiers.altKey ? "remove" : view.state.mode;
}

/** Keep what was drawn as a picture on top that fades, while the new points come. */
function fadeFrom(view) {
  const drawn = [...view.plot.querySelectorAll("canvas.gl-canvas")];
  if (!drawn.length || !view.frame.animate) return;
  view.ghost?.remove();
  const ghost = (view.ghost = document.createElement("canvas"));
  ghost.className = "lissnas-view-ghost";
  const [{ width, height, clientWidth, clientHeight }] = drawn;
  Object.assign(ghost, { width, height });
  Object.assign(ghost.style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
  const paper = ghost.getContext("2d");
  for (const canvas of drawn) if (canvas.width) paper.drawImage(canvas, 0, 0);
  view.frame.append(ghost);
  const timing = { duration: FADE, easing: "ease-in-out" };
  ghost.animate([{ opacity: 1 }, { opacity: 0 }], timing).onfinish = () => ghost.remove();
  view.plot.querySelector(".gl-container")?.animate([{ opacity: 0 }, { opacity: 1 }], timing);
}

/** Return the buttons: none of Plotly's that would send a figure to its maker. */
function buttons({ figure }, plotly) {
  const vector = {
    name: "Download as SVG",
    icon: plotly.Icons.disk,
    click: (gd) => plotly.downloadImage(gd, { format: "svg", filename: figure.view }),
  };
  const picks = figure.cells ? ["select2d"] : ["select2d", "lasso2d"];
  const moves = ["zoom2d", "pan2d", ...picks];
  return [moves, ["zoomIn2d", "zoomOut2d", "resetScale2d"], ["toImage", vector]];
}

/** Tell which points or which stretch of an axis a box or a lasso holds. */
function picked(view, event) {
  if (!event.range && !event.lassoPoints) return; // Plotly's echo of a drawing
  if (view.figure.cells) {
    const held = Object.entries(event.range ?? {}).find(([id]) => id[0] === "x");
    if (held) ranged(view, held[0].replace("x", "xaxis"), ...held[1]);
    return draw(view);
  }
  const found = new Set();
  for (const { curveNumber, pointNumber } of event.points) {
    const row = view.made.rows[curveNumber]?.[pointNumber];
    if (row !== undefined) found.add(row);
  }
  choose(view, found, view.mode());
}

/** Light rows at once, and tell the server. */
function choose(view, found, mode) {
  const rows = [...found].sort((a, b) => a - b);
  const before = view.lit ?? new Set();
  if (mode === "add") view.lit = new Set([...before, ...rows]);
  else if (mode === "remove") view.lit = new Set([...before].filter((r) => !found.has(r)));
  else view.lit = found;
  if (!view.lit.size) view.lit = null;
  const total = view.sheet.names.length;
  view.tell("rows", { rows: encode(rows, total), total, sheet: view.sheet.id, mode });
  draw(view);
}

function ranged(view, axis, first, second, mode = view.mode()) {
  const [low, high] = first < second ? [first, second] : [second, first];
  view.tell("range", { axis, low, high, mode, figure: view.figure.id });
}

function cleared(view) {
  view.lit = null;
  view.tell("clear", {});
  draw(view);
}

function clicked(view, { curveNumber, pointNumber, x, xaxis }) {
  const row = view.made.rows[curveNumber]?.[pointNumber];
  if (row !== undefined) return opened(view, row);
  const cells = view.figure.cells?.find(({ axis }) => axis === xaxis?._name);
  if (!cells) return;
  const k = cells.edges.findIndex((edge, i) => x >= edge && x <= cells.edges[i + 1]);
  if (k >= 0) ranged(view, cells.axis, cells.edges[k], cells.edges[k + 1]);
}

function opened(view, row) {
  view.tell("open", { row, sheet: view.sheet.id });
}

function hovered(view, { curveNumber, pointNumber }) {
  const row = view.made.rows[curveNumber]?.[pointNumber];
  const at = row === undefined ? null : pixelOf(view.plot, curveNumber, pointNumber);
  if (!at) return;
  showRow(view.card, view.sheet, row, view.figure.roles[curveNumber]);
  place(view.card, view.frame, ...at);
}

function pressed(view, event) {
  if (!view.drawn || event.ctrlKey || event.metaKey) return;
  const act = view.figure.cells ? alongCells : alongPoints;
  if (event.key === "Escape") {
    unmark(view);
    if (view.lit || view.state.overlay.length) cleared(view);
  } else if (event.key in DIRECTIONS || event.key === "Enter" || event.key === " ") {
    act(view, event);
  } else return;
  event.preventDefault();
}

/** Move among points; Space picks one or lets it go, Enter opens it. */
function alongPoints(view, { key }) {
  const { plot, made } = view;
  let at = view.at && pixelOf(plot, ...view.at);
  if (!at) view.at = null;
  if (key in DIRECTIONS) {
    const middle = [plot.clientWidth / 2, plot.clientHeight / 2];
    const next = nextPoint(plot, made.rows, at ?? middle, at ? DIRECTIONS[key] : null);
    if (!next) return;
    view.at = next;
    at = pixelOf(plot, ...next);
  }
  if (!view.at) return;
  const row = made.rows[view.at[0]][view.at[1]];
  if (key === "Enter") return opened(view, row);
  if (key === " ") return choose(view, new Set([row]), view.lit?.has(row) ? "remove" : "add");
  const role = view.figure.roles[view.at[0]];
  view.said.textContent = showRow(view.card, view.sheet, row, role)
    .filter(Boolean)
    .join(", ");
  place(view.card, view.frame, ...at);
  view.ring.style.cssText = `display:block;left:${at[0]}px;top:${at[1]}px`;
}

/** Move among bars or slices of an axis; Space or Enter picks, with Shift in addition. */
function alongCells(view, { key, shiftKey }) {
  const { cells } = view.figure;
  const [row, column] = view.cell ?? [0, -1];
  if (key === "Enter" || key === " ") {
    if (column < 0) return;
    const { axis, edges } = cells[row];
    ranged(view, axis, edges[column], edges[column + 1], shiftKey ? "add" : view.state.mode);
    return;
  }
  const [dx, dy] = DIRECTIONS[key];
  const to = Math.min(Math.max(row + dy, 0), cells.length - 1);
  const last = cells[to].edges.length - 2;
  view.cell = [to, Math.min(Math.max(column + dx, 0), last)];
  const { title, edges } = cells[to];
  const [low, high] = [edges[view.cell[1]], edges[view.cell[1] + 1]];
  const said = (value) => value.toLocaleString("en", { maximumSignificantDigits: 4 });
  view.said.textContent = `${title} ${said(low)} to ${said(high)}`;
  const [left, top, width, height] = spanOf(view.plot, cells[to], view.cell[1]);
  view.span.style.cssText =
    `display:block;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
}

function unmark(view) {
  for (const name of ["ring", "span", "card"]) view[name].style.display = "none";
}
