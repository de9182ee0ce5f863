// Named places: streets as lines with names along them, everything else as points with names.
export const clickable = ["places-street", "places-point"];
export const maxzoom = 15;

export function layers(ctx) {
  const common = { source: ctx.source };
  // A reading to check or unknown says so with its symbol, not by colour alone.
  const mark = ["match", ["get", "state"], "check", " ▲", "unknown", " ○", ""];
  const names = { "text-font": ctx.font, "text-field": ["concat", ctx.label(), mark] };
  const halo = { "text-color": ctx.colours.text, "text-halo-color": ctx.colours.halo, "text-halo-width": 1.4 };
  const quiet = ["match", ["get", "state"], "check", ctx.colours.check, "unknown", ctx.colours.unknown, ctx.colours.text2];
  return [
    {
      ...common,
      id: "places-street-casing",
      type: "line",
      "source-layer": "street",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ctx.colours.road, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1, 12, 2.4, 15, 5.4, 18, 13] },
    },
    {
      ...common,
      id: "places-street",
      type: "line",
      "source-layer": "street",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ctx.colours.halo, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.2, 12, 0.9, 15, 3.8, 18, 10] },
    },
    {
      ...common,
      id: "places-point",
      type: "circle",
      "source-layer": "place",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2, 14, 3.5, 17, 5],
        "circle-color": ctx.colours.halo,
        "circle-stroke-color": quiet,
        "circle-stroke-width": 1.5,
      },
    },
    {
      ...common,
      id: "places-street-label",
      type: "symbol",
      "source-layer": "street",
      minzoom: 11,
      layout: {
        ...names,
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "symbol-sort-key": ["-", 0, ["to-number", ["get", "length_m"]]],
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10.5, 15, 13],
        "text-max-angle": 40,
        "text-padding": 6,
      },
      paint: halo,
    },
    {
      ...common,
      id: "places-point-label",
      type: "symbol",
      "source-layer": "place",
      minzoom: 11,
      layout: {
        ...names,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10.5, 15, 12.5],
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.6,
        "text-justify": "auto",
        "text-optional": true,
        "text-padding": 4,
      },
      paint: halo,
    },
  ];
}
