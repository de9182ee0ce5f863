// Rows of a file being imported, by what they would do; what needs work lies on top.
export const clickable = ["imports-point"];

const order = ["match", ["get", "state"], "wrong", 5, "check", 4, "due", 3, "ok", 2, 1];

export function layers(ctx) {
  return [
    {
      id: "imports-point",
      type: "circle",
      source: ctx.source,
      layout: { "circle-sort-key": order },
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 13, 5, 17, 8],
        "circle-color": ctx.stateColour(),
        "circle-stroke-color": ctx.colours.halo,
        "circle-stroke-width": 1.2,
      },
    },
    {
      id: "imports-symbol",
      type: "symbol",
      source: ctx.source,
      minzoom: 13,
      layout: {
        "text-field": ["concat", ctx.stateSymbol(), " ", ["get", "name"]],
        "text-font": ctx.font,
        "text-size": 11,
        "text-offset": [0, 1],
        "text-anchor": "top",
        "text-optional": true,
        "symbol-sort-key": ["-", 0, order],
      },
      paint: { "text-color": ctx.colours.text, "text-halo-color": ctx.colours.halo, "text-halo-width": 1.4 },
    },
  ];
}
