// Divisions: land, boundary lines by level, names by importance.
// A layer module exports layers(ctx) and, optionally, clickable (layer ids, topmost first wins by
// drawing order), maxzoom (last zoom with tiles of its own, 15). ctx: source, colours, language,
// home (code of the home jurisdiction), hasBase (a raster base lies below), label(zh, en),
// stateSymbol(), stateColour(), font, view (key of the way to see the layer that the legend offers, or "").

export const clickable = ["divisions-disputed-fill", "divisions-township-fill", "divisions-county-fill", "divisions-city-fill", "divisions-province-fill"];
export const maxzoom = 14;

const LEVELS = [
  { name: "province", to: 5, width: [3, 1, 10, 3], dash: null },
  { name: "city", from: 4.5, to: 7, width: [5, 0.6, 12, 2.4], dash: null },
  { name: "county", from: 6.5, width: [7, 0.5, 14, 1.6], dash: [4, 2] },
  { name: "township", from: 10, width: [10, 0.5, 16, 1.2], dash: [1, 2] },
];

// Inside the home jurisdiction the land is a little lighter than around it.
function land(ctx) {
  const length = ctx.home?.length ?? 0;
  if (!length) return ctx.colours.land;
  return ["case", ["==", ["slice", ["to-string", ["get", "key"]], 0, length], ctx.home], ctx.colours.land, ctx.colours.outside];
}

function fill(ctx, { name }) {
  const quiet = ctx.hasBase || name === "township";
  return {
    id: `divisions-${name}-fill`,
    type: "fill",
    source: ctx.source,
    "source-layer": name,
    paint: {
      "fill-color": name === "county" ? land(ctx) : ctx.colours.outside,
      "fill-opacity": quiet ? 0 : 1,
      "fill-antialias": false,
    },
  };
}

function line(ctx, { name, from = 0, width, dash }) {
  return {
    id: `divisions-${name}-line`,
    type: "line",
    source: ctx.source,
    "source-layer": name,
    minzoom: from,
    layout: { "line-join": "round", "line-cap": dash ? "butt" : "round" },
    paint: {
      "line-color": ctx.colours.line,
      "line-opacity": name === "township" ? 0.7 : 0.9,
      "line-width": ["interpolate", ["linear"], ["zoom"], ...width],
      ...(dash ? { "line-dasharray": dash } : {}),
    },
  };
}

// Both scripts: the reader's own large, the other small beneath it.
function words(ctx) {
  const other = ctx.language === "en" ? "name" : "name_en";
  const small = ["to-string", ["coalesce", ["get", other], ""]];
  const different = ["!=", small, ctx.label()];
  return ["format",
    ctx.label(), {},
    ["case", ["all", different, ["!=", small, ""]], ["concat", "\n", small], ""],
    { "font-scale": ctx.language === "en" ? 0.84 : 0.74, "text-color": ctx.colours.text2 },
  ];
}

function label(ctx, level, size, zooms) {
  return {
    id: `divisions-label-${level}`,
    type: "symbol",
    source: ctx.source,
    "source-layer": "division_label",
    ...zooms,
    filter: ["==", ["to-number", ["get", "level"]], level],
    layout: {
      "text-field": words(ctx),
      "text-size": ["interpolate", ["linear"], ["zoom"], ...size],
      "text-letter-spacing": ctx.language === "en" ? 0.01 : 0.06,
      "text-max-width": 9,
      "text-padding": 6,
      "symbol-sort-key": ["to-number", ["coalesce", ["get", "rank"], 99]],
    },
    paint: {
      "text-color": ctx.colours.text,
      "text-halo-color": ctx.colours.halo,
      "text-halo-width": 1.6,
      "text-halo-blur": 0.4,
    },
  };
}

// The land as one claimant sees it: its claim over what the polygons say, within an edge of its own.
function claimed(ctx) {
  if (!ctx.view) return [];
  const filter = ["==", ["to-string", ["get", "code"]], ctx.view];
  return [
    { id: "divisions-claim-fill", type: "fill", source: ctx.source, "source-layer": "claim", filter, paint: { "fill-color": ctx.colours.land, "fill-opacity": ctx.hasBase ? 0.7 : 1 } },
    { id: "divisions-claim-line", type: "line", source: ctx.source, "source-layer": "claim_edge", filter, layout: { "line-join": "round" }, paint: { "line-color": ctx.colours.line, "line-width": 2.4 } },
  ];
}

// Land that several claim: tinted, with a dotted edge as the second cue, whoever the polygons give it to.
// It stays dotted in every view; only the tint is lighter where one claimant's view is drawn.
function disputed(ctx) {
  const source = { source: ctx.source, "source-layer": "disputed" };
  const own = ["in", ctx.view || "—", ["to-string", ["coalesce", ["get", "claimants"], ""]]];
  return [
    ...claimed(ctx),
    { id: "divisions-disputed-fill", type: "fill", ...source, paint: { "fill-color": ctx.colours.wrong, "fill-opacity": ["case", own, 0.06, 0.22] } },
    { id: "divisions-disputed-line", type: "line", ...source, paint: { "line-color": ctx.colours.wrong, "line-width": 2, "line-dasharray": [0.6, 1.2] } },
  ];
}

export function layers(ctx) {
  return [
    ...LEVELS.map((level) => fill(ctx, level)),
    ...[...LEVELS].reverse().map((level) => line(ctx, level)),
    ...disputed(ctx),
    line(ctx, { name: "national_line", width: [2, 1.4, 6, 3], dash: null }),
    ...(ctx.hasBase ? [] : [
      label(ctx, 4, [10, 11, 15, 14], { minzoom: 10.5 }),
      label(ctx, 3, [7, 11, 11, 16, 14, 20], { minzoom: 7.5, maxzoom: 14 }),
      label(ctx, 2, [5, 11, 8, 15, 10, 20], { minzoom: 5, maxzoom: 8.7 }),
      label(ctx, 1, [3, 11, 6, 16], { maxzoom: 6.5 }),
    ]),
  ];
}
