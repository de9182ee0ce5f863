// The way of a day's round: a line through numbered stops, over the signs.
export const clickable = ["round-stop"];

const is = (kind) => ["==", ["get", "kind"], kind];

export function layers(ctx) {
  const { colours } = ctx;
  return [
    {
      id: "round-way",
      type: "line",
      source: ctx.source,
      filter: is("way"),
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": colours.due, "line-width": 3, "line-dasharray": [2, 1.5], "line-opacity": 0.85 },
    },
    {
      id: "round-start",
      type: "circle",
      source: ctx.source,
      filter: is("start"),
      paint: { "circle-radius": 7, "circle-color": colours.halo, "circle-stroke-color": colours.due, "circle-stroke-width": 4 },
    },
    {
      id: "round-stop",
      type: "circle",
      source: ctx.source,
      filter: is("stop"),
      paint: { "circle-radius": 12, "circle-color": colours.due, "circle-stroke-color": colours.halo, "circle-stroke-width": 2 },
    },
    {
      id: "round-turn",
      type: "symbol",
      source: ctx.source,
      filter: is("stop"),
      layout: { "text-field": ["get", "turn"], "text-font": ctx.font, "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": colours.halo },
    },
  ];
}
