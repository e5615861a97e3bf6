// From what Python sends to what Plotly draws.

import { decode } from "./codes.js";

const ARRAYS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

/** Return the sheet in bytes: a header's length, the header, and aligned arrays. */
export function sheetOf(bytes) {
  const buffer = bytes.slice().buffer; // aligned
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const sheet = { ...header, arrays: {} };
  for (const [name, { dtype, offset, length }] of Object.entries(header.arrays)) {
    sheet.arrays[name] = new ARRAYS[dtype](buffer, 4 + size + offset, length);
  }
  return sheet;
}

/** Return a figure's traces with their arrays, and the sheet's row of each point. */
export function tracesOf(figure, sheet) {
  const rows = figure.traces.map((trace) => trace.rows && decode(trace.rows));
  const traces = figure.traces.map((trace, i) => {
    const { rows: _, ...rest } = trace;
    return filled(rest, sheet, rows[i]);
  });
  return { traces, rows };
}

function filled(value, sheet, rows) {
  if (Array.isArray(value)) return value.map((one) => filled(one, sheet, rows));
  if (value === null || typeof value !== "object") return value;
  if (value.take) {
    const column = sheet.arrays[value.take];
    return column.constructor.from(rows, (row) => column[row]);
  }
  if (value.bdata) return arrayOf(value);
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([k, v]) => [k, filled(v, sheet, rows)]));
}

function arrayOf({ dtype, bdata }) {
  const raw = atob(bdata);
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  return new ARRAYS[dtype](bytes.buffer);
}

/** Return the layout, which the reader's zoom survives but no selection of Plotly's. */
export function layoutOf(figure, turn, still) {
  const layout = structuredClone(figure.layout);
  layout.selectionrevision = turn;
  layout.autosize = true;
  layout.clickmode = "event";
  if (figure.cells) Object.assign(layout, { dragmode: "select", selectdirection: "h" });
  delete layout.width;
  if (still) layout.transition = { duration: 0 };
  return layout;
}

/** Return traces of which the points that are not lit are dimmed, all if none is. */
export function dimmed(traces, rows, lit) {
  return traces.map((trace, i) => {
    if (!rows[i] || !lit) return { ...trace, selectedpoints: null };
    const chosen = [];
    for (let k = 0; k < rows[i].length; k++) if (lit.has(rows[i][k])) chosen.push(k);
    const opacity = trace.marker?.opacity ?? 1;
    return {
      ...trace,
      selectedpoints: chosen,
      selected: { marker: { opacity: Math.max(opacity, 0.9) } },
      unselected: { marker: { opacity: 0.1 } },
    };
  });
}

/** Return traces of a figure without points, faint behind those that are lit. */
export function faint(traces) {
  return traces.map((trace) => ({ ...trace, opacity: 0.4 * (trace.opacity ?? 1) }));
}
