// What is said of a point or a bar under the pointer: text only, never markup.

const UNKNOWN = "\u2013";

/** Return [label, value] of each field of a row. */
export function linesOf(sheet, row) {
  const said = [];
  for (const { name, label, digits, unit, missing } of sheet.fields) {
    if (!label) continue; // for colours only
    const value = sheet.arrays[name][row];
    if (Number.isNaN(value)) {
      if (missing !== null) said.push([label, missing || UNKNOWN]);
      continue;
    }
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    said.push([label, value.toLocaleString("en", options) + unit]);
  }
  return said;
}

/** Fill a card with the architecture of a row and its role; return what it says. */
export function showRow(card, sheet, row, role) {
  const title = document.createElement("b");
  title.textContent = sheet.names[row];
  const part = document.createElement("i");
  part.textContent = role;
  const list = document.createElement("dl");
  const lines = linesOf(sheet, row);
  const shown = sheet.decisions.length <= 8 ? sheet.decisions : [];
  const option = (j) => sheet.arrays.archs[row * sheet.decisions.length + j];
  shown.forEach(({ name, options }, j) => lines.push([name, options[option(j)]]));
  for (const [label, value] of lines) {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = label;
    text.textContent = value;
    list.append(term, text);
  }
  const strip = document.createElement("div");
  strip.className = "lissnas-view-strip";
  sheet.decisions.forEach(({ options }, j) => {
    const cell = document.createElement("span");
    cell.style.background = sheet.palette[option(j) % sheet.palette.length];
    cell.title = options[option(j)];
    strip.append(cell);
  });
  card.replaceChildren(title, part, list, strip);
  return [sheet.names[row], role, ...lines.map(([label, value]) => `${label} ${value}`)];
}

/** Put a card beside a place inside of its frame, where it fits. */
export function place(card, frame, x, y) {
  card.style.display = "block";
  const width = card.offsetWidth;
  const height = card.offsetHeight;
  const left = x + 16 + width > frame.clientWidth ? x - 16 - width : x + 16;
  const top = Math.min(Math.max(y - height / 2, 4), frame.clientHeight - height - 4);
  card.style.left = `${Math.max(left, 4)}px`;
  card.style.top = `${Math.max(top, 4)}px`;
}
