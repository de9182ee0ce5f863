// Facilities by group: a disc in the group's colour with its character (or letter) as second cue;
// synthetic ones are hollow.
const GROUPS = {
  ELD: { light: "#9a4a00", dark: "#f0a45c", zh: "养", en: "E" },
  FAM: { light: "#2f6f3a", dark: "#86cf92", zh: "家", en: "F" },
  FUN: { light: "#4a4f57", dark: "#b4bcc6", zh: "殡", en: "B" },
  AID: { light: "#8b2f6b", dark: "#e29ac9", zh: "救", en: "R" },
  MAR: { light: "#a3263a", dark: "#f597a5", zh: "婚", en: "M" },
  MIL: { light: "#2c5f8a", dark: "#8fc0ea", zh: "军", en: "V" },
  OTH: { light: "#5b4b9a", dark: "#b9abf0", zh: "他", en: "O" },
};
// First part of the category's code → group, where it is not the group itself.
const MEMBERS = { COM: "FAM", WEL: "AID", MART: "MIL" };

export const clickable = ["facilities-point"];

const dark = () => document.documentElement.dataset.bsTheme === "dark";

function byGroup(value) {
  const cases = Object.entries(GROUPS).flatMap(([key, group]) => {
    const kinds = [key, ...Object.keys(MEMBERS).filter((kind) => MEMBERS[kind] === key)];
    return key === "OTH" ? [] : [kinds, value(group)];
  });
  return ["match", ["get", "kind"], ...cases, value(GROUPS.OTH)];
}

export function layers(ctx) {
  const source = { source: ctx.source, "source-layer": "facilities" };
  const colour = byGroup((group) => (dark() ? group.dark : group.light));
  const made = ["==", ["to-boolean", ["get", "synthetic"]], true];
  return [
    {
      id: "facilities-point",
      type: "circle",
      ...source,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 11, 6, 14, 10],
        "circle-color": ["case", made, ctx.colours.paper, colour],
        "circle-stroke-color": ["case", made, colour, ctx.colours.halo],
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 12, 2],
      },
    },
    {
      id: "facilities-mark",
      type: "symbol",
      ...source,
      minzoom: 10.5,
      layout: {
        "text-field": byGroup((group) => (ctx.language === "en" ? group.en : group.zh)),
        "text-size": ["interpolate", ["linear"], ["zoom"], 10.5, 8, 14, 12],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["case", made, colour, ctx.colours.paper] },
    },
    {
      id: "facilities-label",
      type: "symbol",
      ...source,
      minzoom: 13,
      layout: {
        "text-field": ctx.label(),
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 1],
        "text-optional": true,
        "text-max-width": 10,
      },
      paint: { "text-color": ctx.colours.text, "text-halo-color": ctx.colours.halo, "text-halo-width": 1.5 },
    },
  ];
}
