// Boundary markers by how they were last found: squares stand out from the discs of other layers,
// the symbol is the second cue; synthetic ones are hollow.

const SYMBOLS = { wrong: "◆", due: "◷", unknown: "○", ok: "■" };

export const clickable = ["markers-point"];

export function layers(ctx) {
  const source = { source: ctx.source, "source-layer": "markers" };
  const { ok, wrong, unknown, due, halo } = ctx.colours;
  const byState = (values, other) => ["match", ["get", "state"], ...Object.entries(values).flat(), other];
  const colour = byState({ ok, wrong, due, unknown }, unknown);
  return [
    {
      id: "markers-point",
      type: "circle",
      ...source,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 2, 11, 4, 15, 9],
        "circle-color": colour,
        "circle-stroke-color": halo,
        "circle-stroke-width": 1,
      },
    },
    {
      id: "markers-symbol",
      type: "symbol",
      ...source,
      minzoom: 12,
      layout: {
        "text-field": byState(SYMBOLS, SYMBOLS.unknown),
        "text-size": 10,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": halo },
    },
    {
      id: "markers-label",
      type: "symbol",
      ...source,
      minzoom: 13,
      layout: {
        "text-field": ctx.label(),
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.9],
        "text-optional": true,
      },
      paint: { "text-color": ctx.colours.text, "text-halo-color": ctx.colours.halo, "text-halo-width": 1.5 },
    },
  ];
}
