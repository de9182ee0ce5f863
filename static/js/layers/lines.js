// Boundary lines by the state of their joint inspection: colour, and dashes as the second cue.

const STATES = [
  { state: "ok", width: 1.6, dash: null },
  { state: "unknown", width: 1.6, dash: [1, 2] },
  { state: "due", width: 2.2, dash: [5, 2] },
  { state: "wrong", width: 3, dash: [3, 1.2] },
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
  return [halo, ...STATES.map((style) => stateLayer(ctx, source, style))];
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

// Thin over the country, as given over a city, wider in the street.
function growing(width) {
  return ["interpolate", ["linear"], ["zoom"], 5, width / 3, 9, width, 15, width * 2];
}
