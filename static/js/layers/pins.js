// Points of one page's own list (notices, complaints, protected names) by their state; what is
// overdue lies on top, in its ring.
export const clickable = ["pins-point"];

const order = ["match", ["get", "state"], "overdue", 6, "wrong", 5, "check", 4, "due", 3, "ok", 2, 1];

export function layers(ctx) {
  const { ok, check, wrong, unknown, due, halo, text } = ctx.colours;
  const colour = ["match", ["get", "state"], "overdue", wrong, "wrong", wrong, "check", check, "due", due, "ok", ok, unknown];
  const late = (yes, no) => ["case", ["==", ["get", "state"], "overdue"], yes, no];
  return [
    {
      id: "pins-point",
      type: "circle",
      source: ctx.source,
      layout: { "circle-sort-key": order },
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, late(6, 5), 14, late(10, 8)],
        "circle-color": late(halo, colour),
        "circle-stroke-color": late(wrong, halo),
        "circle-stroke-width": late(3, 1.5),
      },
    },
    {
      id: "pins-name",
      type: "symbol",
      source: ctx.source,
      minzoom: 11,
      layout: {
        "text-field": ["get", "name"],
        "text-font": ctx.font,
        "text-size": 11,
        "text-offset": [0, 1.2],
        "text-anchor": "top",
        "text-optional": true,
        "symbol-sort-key": ["-", 0, order],
      },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1.4 },
    },
  ];
}
