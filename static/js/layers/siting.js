// A scenario's own layer: new sites by number, what stands, and people whom none reaches.
export const clickable = ["siting-site"];

export function layers(ctx) {
  const { wrong, check, due, ok, halo, text } = ctx.colours;
  const kind = (name) => ["==", ["get", "kind"], name];
  const site = ["match", ["get", "kind"], ["new", "extension", "existing"], true, false];
  const isNew = (yes, no) => ["match", ["get", "kind"], ["new", "extension"], yes, no];
  return [
    {
      id: "siting-zone",
      type: "fill",
      source: ctx.source,
      filter: kind("zone"),
      paint: { "fill-color": wrong, "fill-opacity": 0.1 },
    },
    {
      id: "siting-zone-edge",
      type: "line",
      source: ctx.source,
      filter: kind("zone"),
      paint: { "line-color": wrong, "line-width": 1, "line-dasharray": [4, 3] },
    },
    {
      id: "siting-zone-name",
      type: "symbol",
      source: ctx.source,
      minzoom: 10,
      filter: kind("zone"),
      layout: { "text-field": ["get", "name"], "text-font": ctx.font, "text-size": 11, "text-optional": true },
      paint: { "text-color": wrong, "text-halo-color": halo, "text-halo-width": 1.4 },
    },
    {
      id: "siting-cell",
      type: "circle",
      source: ctx.source,
      filter: kind("uncovered"),
      paint: {
        "circle-color": wrong,
        "circle-opacity": 0.45,
        "circle-radius": ["interpolate", ["linear"], ["zoom"],
          8, ["+", 0.6, ["/", ["sqrt", ["get", "elders"]], 12]],
          14, ["+", 2, ["/", ["sqrt", ["get", "elders"]], 2]]],
      },
    },
    {
      id: "siting-site",
      type: "circle",
      source: ctx.source,
      filter: site,
      layout: { "circle-sort-key": isNew(2, 1) },
      paint: {
        "circle-radius": isNew(11, 5),
        "circle-color": ["match", ["get", "kind"], "new", due, "extension", ok, check],
        "circle-stroke-color": halo,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "siting-number",
      type: "symbol",
      source: ctx.source,
      filter: isNew(true, false),
      layout: { "text-field": ["get", "number"], "text-font": ctx.font, "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": halo },
    },
    {
      id: "siting-name",
      type: "symbol",
      source: ctx.source,
      minzoom: 11,
      filter: site,
      layout: { "text-field": ["get", "name"], "text-font": ctx.font, "text-size": 11, "text-offset": [0, 1.3], "text-anchor": "top", "text-optional": true },
      paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1.4 },
    },
  ];
}
