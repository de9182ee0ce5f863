// Boundary lines by the state of their joint inspection: colour, and dashes as the second cue.

const STATES = [
  { state: "ok", width: 1.6, dash: null },
  { state: "unknown", width: 1.6, dash: [1, 2] },
  { state: "due", width: 2.2, dash: [5, 2] },
  { state: "wrong", width: 3, dash: [3, 1.2] },
];

// What goes on beside the clock: a broad band under the line, dotted where it is a dispute.
const WORKS = [
  { work: "at-work", colour: "due", width: 7, dash: null },
  { work: "disputed", colour: "wrong", width: 9, dash: [0.4, 0.6] },
];

export const clickable = STATES.map(({ state }) => `lines-${state}`);

export function layers(ctx) {
  const source = { source: ctx.source, "source-layer": "lines" };
  const halo = {
    id: "lines-halo",
    type: "line",
    ...source,
    layout: { "line-join": "round" },
    paint: { "line-color": ctx.colours.halo, "line-opacity": 0.85, "line-width": growing(4.5) },
  };
  return [halo, ...WORKS.map((style) => workLayer(ctx, source, style)), ...STATES.map((style) => stateLayer(ctx, source, style))];
}

function stateLayer(ctx, source, { state, width, dash }) {
  const paint = { "line-color": ctx.colours[state], "line-width": growing(width) };
  if (dash) paint["line-dasharray"] = dash;
  return {
    id: `lines-${state}`,
    type: "line",
    ...source,
    filter: ["==", ["get", "state"], state],
    layout: { "line-join": "round" },
    paint,
  };
}

// Thin over the country, as given over a city, wider in the street; broader between provinces
// and cities than between counties.
function growing(width) {
  const of = (size) => ["*", size, ["match", ["get", "level"], 1, 1.7, 2, 1.3, 1]];
  return ["interpolate", ["linear"], ["zoom"], 5, of(width / 3), 9, of(width), 15, of(width * 2)];
}

function workLayer(ctx, source, { work, colour, width, dash }) {
  const paint = { "line-color": ctx.colours[colour], "line-opacity": 0.45, "line-width": growing(width) };
  if (dash) paint["line-dasharray"] = dash;
  return {
    id: `lines-${work}`,
    type: "line",
    ...source,
    filter: ["==", ["get", "work"], work],
    layout: { "line-join": "round" },
    paint,
  };
}
