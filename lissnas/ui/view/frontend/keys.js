// Arrow keys: from a point to the next one in a direction, from a bar to its neighbour.

const AXES = /^([xy])axis(\d*)$/;

/** Return the axes [x, y] of a trace. */
export function axesOf(gd, trace) {
  const full = gd._fullLayout;
  const name = (id) => id.replace(AXES_ID, "$1axis$2");
  return [full[name(trace.xaxis ?? "x")], full[name(trace.yaxis ?? "y")]];
}
const AXES_ID = /^([xy])(\d*)$/;

/** Return where a point is, in pixels of the figure, or null outside of its axes. */
export function pixelOf(gd, curve, point) {
  const trace = gd.data[curve];
  const [x, y] = axesOf(gd, trace);
  const left = x.l2p(x.d2l(trace.x[point]));
  const top = y.l2p(y.d2l(trace.y[point]));
  if (!(left >= 0 && left <= x._length && top >= 0 && top <= y._length)) return null;
  return [left + x._offset, top + y._offset];
}

/** Return [curve, point] of the next point from a place in a direction, or null. */
export function nextPoint(gd, rows, from, direction) {
  let best = null;
  let least = Infinity;
  rows.forEach((known, curve) => {
    if (!known || gd._fullData[curve]?.visible !== true) return;
    for (let point = 0; point < known.length; point++) {
      const at = pixelOf(gd, curve, point);
      if (!at) continue;
      const dx = at[0] - from[0];
      const dy = at[1] - from[1];
      const along = direction ? dx * direction[0] + dy * direction[1] : 0;
      const across = direction ? Math.abs(dx * direction[1] + dy * direction[0]) : 0;
      const cost = direction ? along + 2 * across : dx * dx + dy * dy;
      if ((!direction || along > 0.5) && cost < least) {
        least = cost;
        best = [curve, point];
      }
    }
  });
  return best;
}

/** Return the part of the figure that a cell of an axis takes: left, top, size. */
export function spanOf(gd, cells, place) {
  const axis = gd._fullLayout[cells.axis];
  const [, , number] = AXES.exec(cells.axis);
  const other = gd._fullLayout[`yaxis${number}`];
  const [low, high] = [cells.edges[place], cells.edges[place + 1]];
  const left = axis._offset + axis.l2p(axis.d2l(low));
  const right = axis._offset + axis.l2p(axis.d2l(high));
  return [Math.min(left, right), other._offset, Math.abs(right - left), other._length];
}

export const DIRECTIONS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};
