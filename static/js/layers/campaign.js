// Districts or street offices by their share of non-standard signs; the share is written on each.
export const clickable = ["campaign-fill"];

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const area = ["==", ["geometry-type"], "Polygon"];

export function layers(ctx) {
  const shades = [1, 2, 3, 4, 5].flatMap((step) => [step, css(`--campaign-${step}`)]);
  return [
    {
      id: "campaign-fill",
      type: "fill",
      source: ctx.source,
      filter: area,
      paint: { "fill-color": ["match", ["get", "shade"], ...shades, css("--campaign-0")], "fill-opacity": 0.8 },
    },
    {
      id: "campaign-edge",
      type: "line",
      source: ctx.source,
      filter: area,
      paint: { "line-color": ctx.colours.halo, "line-width": 1.2 },
    },
    {
      id: "campaign-label",
      type: "symbol",
      source: ctx.source,
      filter: ["==", ["get", "kind"], "label"],
      layout: {
        "text-field": ["concat", ["get", "name"], "\n", ["get", "label"]],
        "text-font": ctx.font,
        "text-size": 13,
        "text-optional": true,
      },
      paint: { "text-color": ctx.colours.text, "text-halo-color": ctx.colours.halo, "text-halo-width": 2 },
    },
  ];
}
