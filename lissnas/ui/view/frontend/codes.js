// Rows as text, the counterpart of codes.py: gaps in base 36, or a bitmap.

/** Return the text of sorted distinct rows of `total`, the shorter of both forms. */
export function encode(rows, total) {
  const bits = Math.ceil(Math.ceil(total / 8) / 3) * 4;
  const parts = [];
  let before = -1;
  let length = 0;
  for (const row of rows) {
    const gap = (row - before).toString(36);
    before = row;
    parts.push(gap);
    length += gap.length + 1;
    if (length > bits) return bitmap(rows, total);
  }
  return "d" + parts.join(".");
}

function bitmap(rows, total) {
  const bytes = new Uint8Array(Math.ceil(total / 8));
  for (const row of rows) bytes[row >> 3] |= 1 << (row & 7);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return "b" + btoa(text);
}

/** Return the rows that a text of either form stands for. */
export function decode(text) {
  if (text[0] === "d") {
    let row = -1;
    const gaps = text.length > 1 ? text.slice(1).split(".") : [];
    return Int32Array.from(gaps, (gap) => (row += parseInt(gap, 36)));
  }
  const raw = atob(text.slice(1));
  const rows = [];
  for (let i = 0; i < raw.length; i++) {
    for (let byte = raw.charCodeAt(i), bit = 0; byte; byte >>= 1, bit++) {
      if (byte & 1) rows.push(8 * i + bit);
    }
  }
  return Int32Array.from(rows);
}
