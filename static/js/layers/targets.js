// Divisions by how they stand to a target: colour, and on each its symbol with what is lacking.
export const clickable = ["targets-fill"];

const area = ["==", ["geometry-type"], "Polygon"];

export function layers(ctx) {
  const { ok, check, wrong, unknown, halo, text } = ctx.colours;
  const shade = ["match", ["get", "state"], "ok", ok, "check", check, "wrong", wrong, "unknown", unknown, "transparent"];
  return [
    {
      id: "targets-fill",
      type: "fill",
      source: ctx.source,
      filter: area,
      paint: { "fill-color": shade, "fill-opacity": ["match", ["get", "state"], "unknown", 0.25, "none", 0, 0.5] },
    },
    {
      id: "targets-edge",
      type: "line",
      source: ctx.source,
      filter: area,
      paint: { "line-color": halo, "line-width": 1.2 },
    },
    {
      id: "targets-label",
      type: "symbol",
      source: ctx.source,
      filter: ["==", ["get", "kind"], "label"],
      layout: {
        "text-field": ["concat", ["get", "name"], "\n", ["get", "label"]],
        "text-font": ctx.font,
        "text-size": 13,
        "text-optional": true,
      },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 2 },
    },
  ];
}
