// Naming cases by what is due: those that are overdue have a ring and stand above the others.

export const clickable = ["cases-point"];
export const maxzoom = 16;

const SYMBOLS = { overdue: "◷", due: "◷", unknown: "○" };

function byState(values, other) {
  return ["match", ["get", "state"], ...Object.entries(values).flat(), other];
}

export function layers(ctx) {
  const source = { source: ctx.source, "source-layer": "cases" };
  const { unknown, wrong, due, halo, text } = ctx.colours;
  const urgency = byState({ overdue: 0, due: 1, unknown: 2 }, 3);
  return [
    {
      id: "cases-point",
      type: "circle",
      ...source,
      layout: { "circle-sort-key": ["-", 3, urgency] },
      paint: {
        "circle-color": byState({ overdue: wrong, due, unknown }, unknown),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, byState({ overdue: 6 }, 4), 14, byState({ overdue: 11 }, 8)],
        "circle-stroke-color": halo,
        "circle-stroke-width": byState({ overdue: 2.5 }, 1.5),
      },
    },
    {
      id: "cases-symbol",
      type: "symbol",
      ...source,
      minzoom: 10,
      layout: {
        "text-field": byState(SYMBOLS, SYMBOLS.unknown),
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 8, 14, 13],
        "text-allow-overlap": true,
        "symbol-sort-key": urgency,
      },
      paint: { "text-color": halo },
    },
    {
      id: "cases-name",
      type: "symbol",
      ...source,
      minzoom: 12,
      layout: {
        "text-field": ctx.label(),
        "text-size": 12,
        "text-offset": [0, 1.1],
        "text-anchor": "top",
        "text-optional": true,
        "symbol-sort-key": urgency,
      },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1.6 },
    },
  ];
}
