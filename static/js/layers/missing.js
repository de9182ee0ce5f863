// Spots without the sign they need: hollow rings, told apart by size and symbol, over the signs.
export const clickable = ["missing-spot"];

export function layers(ctx) {
  const { colours } = ctx;
  return [
    {
      id: "missing-spot",
      type: "circle",
      source: ctx.source,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 13, 6, 16, 10],
        "circle-color": colours.halo,
        "circle-opacity": 0.6,
        "circle-stroke-color": ["match", ["get", "kind"], "bare", colours.wrong, colours.check],
        "circle-stroke-width": ["match", ["get", "kind"], "bare", 3.5, 2],
      },
    },
    {
      id: "missing-symbol",
      type: "symbol",
      source: ctx.source,
      minzoom: 12.5,
      layout: {
        "text-field": ["match", ["get", "kind"], "bare", "◆", "duty", "■", "junction", "✚", "▲"],
        "text-font": ctx.font,
        "text-size": 10,
        "text-allow-overlap": true,
      },
      paint: { "text-color": ["match", ["get", "kind"], "bare", colours.wrong, colours.check] },
    },
  ];
}
