// Signs by the state of their putting right; below zoom 13 gathered in clusters (made in SQL) that
// show their number and the most urgent state among them.

export const clickable = ["signs-cluster", "signs-point"];
export const maxzoom = 16;

const SYMBOLS = { overdue: "◷", due: "◷", wrong: "◆", check: "▲", waived: "◇", unknown: "○", ok: "●" };
const one = ["==", ["to-number", ["get", "count"]], 1];
const many = [">", ["to-number", ["get", "count"]], 1];

function byState(values, other) {
  return ["match", ["get", "state"], ...Object.entries(values).flat(), other];
}

export function layers(ctx) {
  const source = { source: ctx.source, "source-layer": "signs" };
  const { ok, check, wrong, unknown, due, halo } = ctx.colours;
  const colour = byState({ overdue: wrong, due, wrong, check, waived: unknown, unknown, ok }, unknown);
  // Signs in order stay small and quiet, so that those that need work stand out.
  const urgency = byState({ overdue: 0, wrong: 1, due: 2, check: 3, waived: 4, unknown: 5, ok: 6 }, 7);
  const size = ["interpolate", ["linear"], ["zoom"], 10, byState({ ok: 2, unknown: 2.5, waived: 2.5 }, 4.5), 16, byState({ ok: 4.5, unknown: 5, waived: 5 }, 9)];
  return [
    {
      id: "signs-cluster",
      type: "circle",
      ...source,
      filter: many,
      paint: {
        "circle-color": colour,
        "circle-opacity": 0.88,
        "circle-stroke-color": halo,
        "circle-stroke-width": 1.5,
        "circle-radius": ["interpolate", ["linear"], ["to-number", ["get", "count"]], 2, 8, 50, 14, 1000, 24],
      },
    },
    {
      id: "signs-cluster-count",
      type: "symbol",
      ...source,
      filter: many,
      layout: {
        "text-field": ["to-string", ["get", "count"]],
        "text-size": 11,
        "text-allow-overlap": true,
        "symbol-sort-key": urgency,
      },
      paint: { "text-color": halo },
    },
    {
      id: "signs-point",
      type: "circle",
      ...source,
      filter: one,
      layout: { "circle-sort-key": ["-", 7, urgency] },
      paint: {
        "circle-color": colour,
        "circle-radius": size,
        "circle-stroke-color": byState({ overdue: wrong }, halo),
        "circle-stroke-width": byState({ overdue: 3 }, 1.2),
      },
    },
    {
      id: "signs-symbol",
      type: "symbol",
      ...source,
      minzoom: 13,
      filter: ["all", one, ["!=", ["get", "state"], "ok"]],
      layout: {
        "text-field": byState(SYMBOLS, SYMBOLS.unknown),
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 8, 16, 13],
        "text-allow-overlap": true,
        "symbol-sort-key": urgency,
      },
      paint: { "text-color": halo },
    },
    {
      id: "signs-name",
      type: "symbol",
      ...source,
      minzoom: 15.5,
      filter: one,
      layout: {
        "text-field": ctx.label(),
        "text-size": 11,
        "text-offset": [0, 1.2],
        "text-anchor": "top",
        "text-optional": true,
        "symbol-sort-key": urgency,
      },
      paint: { "text-color": ctx.colours.text, "text-halo-color": halo, "text-halo-width": 1.4 },
    },
  ];
}
