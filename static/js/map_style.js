// The map's style, built here from the layers' own modules; labels are drawn with local fonts.
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
const STATES = { ok: "●", check: "▲", wrong: "◆", unknown: "○", due: "◷", overdue: "◷" };

export function colours() {
  const css = getComputedStyle(document.documentElement);
  const read = (name) => css.getPropertyValue(name).trim();
  return {
    ok: read("--dm-ok"), check: read("--dm-check"), wrong: read("--dm-wrong"),
    unknown: read("--dm-unknown"), due: read("--dm-due"), overdue: read("--dm-wrong"), primary: read("--dm-primary-ink"),
    paper: read("--dm-paper"), line: read("--map-line"), land: read("--map-land"),
    outside: read("--map-land-2"), water: read("--map-water"), open: read("--map-unknown"), road: read("--map-road"),
    text: read("--map-text"), text2: read("--map-text-2"), halo: read("--map-halo"),
  };
}

function textOf(language, zh, en) {
  const [first, second] = language === "en" ? [en, zh] : [zh, en];
  const value = (name) => ["to-string", ["coalesce", ["get", name], ""]];
  return ["case", ["!=", value(first), ""], value(first), value(second)];
}

// What a layer module may use; documented in the head of layers/divisions.js.
export function contextFor(layer, config, palette) {
  const choose = (values, other) => ["match", ["get", "state"], ...Object.entries(values).flat(), other];
  return {
    source: layer.key,
    colours: palette,
    language: config.language,
    home: config.home,
    view: layer.view ?? "",
    hasBase: Boolean(config.tiandituKey),
    font: FONT,
    filter: ["literal", true],
    label: (zh = "name", en = "name_en") => textOf(config.language, zh, en),
    stateSymbol: () => choose(STATES, STATES.unknown),
    stateColour: () =>
      choose(Object.fromEntries(Object.keys(STATES).map((state) => [state, palette[state]])), palette.unknown),
  };
}

function tianditu(config) {
  if (!config.tiandituKey) return { sources: {}, layers: [] };
  const source = (name) => ({
    type: "raster",
    tileSize: 256,
    maxzoom: 18,
    tiles: [0, 1, 2, 3, 4, 5, 6, 7].map(
      (n) => `https://t${n}.tianditu.gov.cn/${name}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0` +
        `&LAYER=${name}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}` +
        `&tk=${encodeURIComponent(config.tiandituKey)}`,
    ),
  });
  const words = config.language === "en" ? "eva" : "cva";
  return {
    sources: { "tianditu-base": source("vec"), "tianditu-words": source(words) },
    layers: ["tianditu-base", "tianditu-words"].map((id) => ({ id, type: "raster", source: id })),
  };
}

const EMPTY = { type: "FeatureCollection", features: [] };
const geojson = (data) => ({ type: "geojson", data: data ?? EMPTY });

function marks(palette) {
  const surface = ["==", ["geometry-type"], "Polygon"];
  // Of two things beside each other the one that ends is hollow and amber.
  const ends = ["==", ["get", "side"], "ends"];
  const ink = ["case", ends, palette.check, palette.primary];
  return [
    { id: "focus-fill", type: "fill", source: "focus", filter: surface, paint: { "fill-color": ink, "fill-opacity": 0.12 } },
    { id: "focus-casing", type: "line", source: "focus", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-join": "round" }, paint: { "line-color": palette.halo, "line-width": 5, "line-opacity": 0.8 } },
    { id: "focus-line", type: "line", source: "focus", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-join": "round" }, paint: { "line-color": ink, "line-width": 2.5 } },
    { id: "focus-point", type: "circle", source: "focus", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 8, "circle-color": ["case", ends, palette.halo, palette.primary], "circle-stroke-color": ["case", ends, palette.check, palette.halo], "circle-stroke-width": ["case", ends, 4, 3] } },
    { id: "meant-point", type: "circle", source: "meant", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 12, "circle-color": palette.primary, "circle-opacity": 0.18, "circle-stroke-color": palette.primary, "circle-stroke-width": 2.5 } },
  ];
}

// modules: Map of layer key → module of static/js/layers/.
export function buildStyle(config, modules, off) {
  const palette = colours();
  const base = tianditu(config);
  const sources = { ...base.sources, focus: geojson(config.focus), meant: geojson(null) };
  const below = [];
  const above = [];
  for (const layer of config.layers) {
    const module = modules.get(layer.key);
    if (!module) continue;
    sources[layer.key] = layer.data ? geojson(typeof layer.data === "string" ? location.origin + layer.data : layer.data) : {
      type: "vector",
      tiles: [location.origin + layer.tiles],
      minzoom: layer.minZoom,
      maxzoom: module.maxzoom ?? 15,
    };
    for (const spec of module.layers(contextFor(layer, config, palette))) {
      const shown = { visibility: off.has(layer.key) ? "none" : "visible" };
      const words = spec.layout?.["text-field"] && !spec.layout["text-font"] ? { "text-font": FONT } : {};
      // A mark that overlaps anything must not push names off the map.
      if (spec.layout?.["text-allow-overlap"] === true) words["text-ignore-placement"] = true;
      (spec.type === "symbol" ? above : below).push({ ...spec, layout: { ...spec.layout, ...words, ...shown } });
    }
  }
  return {
    version: 8,
    sources,
    layers: [
      { id: "background", type: "background", paint: { "background-color": config.unknownLand ? palette.open : palette.water } },
      ...base.layers,
      ...below,
      ...marks(palette),
      ...above,
    ],
  };
}
