// What every shaded map of regions draws over its shades: edges, and the name with its figure.
const area = ["==", ["geometry-type"], "Polygon"];

export function regionLayers(ctx, name, paint) {
  const { halo, text } = ctx.colours;
  return [
    { id: `${name}-fill`, type: "fill", source: ctx.source, filter: area, paint },
    {
      id: `${name}-edge`,
      type: "line",
      source: ctx.source,
      filter: area,
      paint: { "line-color": halo, "line-width": 1.2 },
    },
    {
      id: `${name}-label`,
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
