// Districts or street offices by their share of non-standard signs; the share is written on each.
import { regionLayers } from "../region_layers.js";

export const clickable = ["campaign-fill"];

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function layers(ctx) {
  const shades = [1, 2, 3, 4, 5].flatMap((step) => [step, css(`--campaign-${step}`)]);
  const shade = ["match", ["get", "shade"], ...shades, css("--campaign-0")];
  return regionLayers(ctx, "campaign", { "fill-color": shade, "fill-opacity": 0.8 });
}
