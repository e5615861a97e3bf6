// Two buttons that save the figure above them as a picture, made in the browser.

import { loaded } from "./library.js";

const KINDS = ["PNG", "SVG"];
const PLOTS = ".js-plotly-plot";

export default function ({ data, parentElement }) {
  const frame = document.createElement("div");
  frame.className = "lissnas-picture";
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Save the figure above as a picture");
  for (const kind of KINDS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.title = `Save the figure above as ${kind}`;
    button.addEventListener("click", () => saved(button, kind.toLowerCase(), data.name));
    frame.append(button);
  }
  // Beside them is the style sheet, which must stay.
  parentElement.querySelector(".lissnas-picture")?.remove();
  parentElement.append(frame);
}

/** Save the figure above a button; the button says so where there is none. */
async function saved(button, format, filename) {
  const plot = above(button);
  if (!plot) {
    button.textContent = "No figure";
    return;
  }
  button.disabled = true;
  try {
    const plotly = await loaded();
    const { width, height } = plot._fullLayout;
    const layout = { ...plot.layout, paper_bgcolor: surface(), autosize: false };
    const figure = { data: plot.data, layout, config: {} };
    await plotly.downloadImage(figure, { format, filename, width, height, scale: 2 });
  } finally {
    button.disabled = false;
  }
}

/** Return the nearest figure that stands before an element, in its column or above. */
function above(element) {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    for (let next = at.previousElementSibling; next; next = next.previousElementSibling) {
      if (next.matches(PLOTS)) return next;
      const found = next.querySelectorAll(PLOTS);
      if (found.length) return found[found.length - 1];
    }
  }
  return null;
}

/** Return the colour of the page, as figures are drawn without one of their own. */
function surface() {
  const page = document.querySelector('[data-testid="stApp"]') ?? document.body;
  return getComputedStyle(page).backgroundColor;
}
