// Divisions by how they stand to a target: colour, and on each its symbol with what is lacking.
import { regionLayers } from "../region_layers.js";

export const clickable = ["targets-fill"];

export function layers(ctx) {
  const { ok, check, wrong, unknown } = ctx.colours;
  const shade = ["match", ["get", "state"], "ok", ok, "check", check, "wrong", wrong, "unknown", unknown, "transparent"];
  const opacity = ["match", ["get", "state"], "unknown", 0.25, "none", 0, 0.5];
  return regionLayers(ctx, "targets", { "fill-color": shade, "fill-opacity": opacity });
}
