// The Plotly that is served beside these files, for all components of a page.

const PLACE = Symbol.for("lissnas.plotly");

/** Load it once, and leave a Plotly that others have loaded alone. */
export function loaded() {
  window[PLACE] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const before = window.Plotly;
    script.src = new URL("../lissnas.plotly/plotly.min.js", import.meta.url).href;
    script.onload = () => {
      const own = window.Plotly;
      if (before) window.Plotly = before;
      resolve(own);
    };
    script.onerror = () => reject(new Error("plotly.min.js could not be loaded"));
    document.head.append(script);
  });
  return window[PLACE];
}
