// Every map of the system: style from the layers' modules, legend as switch, list ↔ map, address.
import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";
import { addHere } from "./map_here.js";
import { buildStyle, colours } from "./map_style.js";
import { addTools } from "./map_tools.js";
import { rowFor, select } from "./rows.js";

const DATUM = "CGCS2000";
const EMPTY = { type: "FeatureCollection", features: [] };

// The part of the address behind the #: map=z/lat/lon is MapLibre's, sel, off and as are ours.
const address = {
  read: () => new URLSearchParams(location.hash.slice(1)),
  get: (name) => address.read().get(name) ?? "",
  set(name, value) {
    const values = address.read();
    if (value) values.set(name, value);
    else values.delete(name);
    const text = [...values].map(([key, v]) => `${key}=${encodeURIComponent(v).replaceAll("%2F", "/").replaceAll("%2C", ",")}`).join("&");
    history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
  },
};

function extentOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (value) => {
    if (typeof value[0] === "number") {
      box[0] = Math.min(box[0], value[0]); box[1] = Math.min(box[1], value[1]);
      box[2] = Math.max(box[2], value[0]); box[3] = Math.max(box[3], value[1]);
    } else for (const part of value) walk(part);
  };
  const shapes = geometry.type === "FeatureCollection" ? geometry.features.map((f) => f.geometry)
    : geometry.type === "Feature" ? [geometry.geometry]
    : geometry.type === "GeometryCollection" ? geometry.geometries : [geometry];
  for (const shape of shapes) if (shape) walk(shape.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}

async function loadModules(config) {
  const modules = new Map();
  await Promise.all(config.layers.map(async (layer) => {
    try {
      modules.set(layer.key, await import(new URL(`${config.modules}${layer.key}.js`, location.href).href));
    } catch (error) {
      console.error(`Map layer ${layer.key} has no drawing:`, error);
    }
  }));
  return modules;
}

class Panel {
  constructor(element) {
    this.element = element;
    this.config = JSON.parse(element.dataset.config);
    this.texts = JSON.parse(element.dataset.texts);
    this.off = new Set(this.config.layers.filter((layer) => layer.off).map((layer) => layer.key));
    const views = new URLSearchParams(address.get("as"));
    for (const layer of this.config.layers) layer.view = views.get(layer.key) ?? "";
    // Read before the map writes its first view there.
    this.viewGiven = address.get("map") !== "";
    const stored = address.get("off");
    if (stored) this.off = new Set(stored.split(",").filter((key) => key !== "-"));
    // Other parts of a page (drawing, choosing a point) reach the map through its element.
    element.diming = this;
  }

  async start() {
    this.modules = await loadModules(this.config);
    const bounds = this.config.bounds ?? (this.config.focus && extentOf(this.config.focus)) ?? this.config.homeBounds;
    const [west, south, east, north] = bounds;
    this.bounds = [[west, south], [east, north]];
    try {
      this.map = new maplibre.Map({
        container: this.element.querySelector("[data-canvas]"),
        style: buildStyle(this.config, this.modules, this.off),
        bounds: this.bounds,
        fitBoundsOptions: this.fit(),
        hash: "map",
        minZoom: 2,
        maxZoom: 18,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        attributionControl: false,
        renderWorldCopies: false,
        fadeDuration: 100,
        cooperativeGestures: Boolean(this.element.closest(".record-map, .form-aside")),
        locale: this.locale(),
      });
    } catch {
      return this.withoutWebgl();
    }
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-left");
    // Small maps beside a record are for looking, the large ones for working.
    if (!this.element.closest(".record-map, .form-aside")) {
      addTools(this);
      addHere(this);
    }
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 120 }), "bottom-left");
    this.map.once("idle", () => { this.element.dataset.ready = "true"; });
    this.map.on("load", () => this.restore());
    this.clickable = this.config.layers.flatMap((layer) => this.modules.get(layer.key)?.clickable ?? []);
    this.listenToPointer();
    this.listenToPage();
    this.startLegend();
  }

  // A panel that lies over the map keeps the shown area clear of it.
  fit() {
    const wide = this.element.clientWidth > 900;
    const [left, right] = wide && this.element.closest(".home-map") ? [360, 200] : [24, 24];
    return { padding: { top: 24, bottom: 40, right, left }, maxZoom: 16 };
  }

  locale() {
    return {
      "NavigationControl.ZoomIn": this.texts.zoomIn,
      "NavigationControl.ZoomOut": this.texts.zoomOut,
      "Map.Title": this.texts.map,
      "Popup.Close": this.texts.close,
      "CooperativeGesturesHandler.WindowsHelpText": this.texts.wheel,
      "CooperativeGesturesHandler.MacHelpText": this.texts.wheelMac,
      "CooperativeGesturesHandler.MobileHelpText": this.texts.fingers,
    };
  }

  withoutWebgl() {
    this.element.classList.add("no-webgl");
    this.element.dataset.ready = "none";
    this.element.querySelector("[data-loading]").textContent = this.texts.noWebgl;
  }

  featureAt(point) {
    const layers = this.clickable.filter((id) => this.map.getLayer(id));
    if (!layers.length) return null;
    // A finger is wider than a pointer: points near by count too.
    const near = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
    const found = [...this.map.queryRenderedFeatures(point, { layers }), ...this.map.queryRenderedFeatures(near, { layers })];
    const small = found.find((feature) => !feature.layer.id.endsWith("-fill"));
    return small ?? found[0] ?? null;
  }

  listenToPointer() {
    const position = this.element.querySelector("[data-position]");
    this.tip = new maplibre.Popup({ closeButton: false, closeOnClick: false, className: "map-tip", offset: 12 });
    this.map.on("mousemove", (event) => {
      const { lng, lat } = event.lngLat;
      position.hidden = false;
      position.textContent = `${Math.abs(lng).toFixed(5)}°${lng < 0 ? "W" : "E"} ${Math.abs(lat).toFixed(5)}°${lat < 0 ? "S" : "N"} ${DATUM}`;
      this.hover(this.featureAt(event.point), event.lngLat);
    });
    this.map.getCanvas().addEventListener("mouseleave", () => {
      position.hidden = true;
      this.hover(null);
    });
    this.map.on("click", (event) => {
      if (this.measuring) return;
      const feature = this.featureAt(event.point);
      if (feature) this.choose(feature, event.lngLat);
    });
  }

  hover(found, at) {
    const feature = this.measuring ? null : found;
    const key = feature ? String(feature.properties.key) : null;
    if (key) this.tip.setLngLat(at);
    if (key === this.hovered) return;
    this.hovered = key;
    this.map.getCanvas().style.cursor = key ? "pointer" : "";
    document.dispatchEvent(new CustomEvent("map:hover", { detail: { key } }));
    if (!key) return this.tip.remove();
    this.tip.setText(this.nameOf(feature.properties)).addTo(this.map);
  }

  nameOf(properties) {
    const { name, name_en: nameEn, key } = properties;
    return (this.config.language === "en" ? nameEn || name : name || nameEn) || String(key);
  }

  choose(feature, at) {
    const { key, url } = feature.properties;
    const point = feature.geometry.type === "Point" ? feature.geometry.coordinates : null;
    address.set("sel", String(key));
    const row = rowFor(String(key));
    const told = select(row, { scroll: true });
    this.point({ key: String(key), point });
    document.dispatchEvent(new CustomEvent("map:select", { detail: { key: String(key), url } }));
    if (!told) this.openPopup(feature.properties, point ?? at);
  }

  openPopup(properties, at) {
    const body = document.createElement("div");
    const add = (tag, cls, text) => {
      const element = Object.assign(document.createElement(tag), { className: cls, textContent: text });
      body.append(element);
      return element;
    };
    add("p", "popup-name", this.nameOf(properties));
    const second = this.config.language === "en" ? properties.name : properties.name_en;
    if (second && second !== this.nameOf(properties)) add("p", "popup-en", second);
    if (properties.note) add("p", "popup-en", properties.note);
    if (properties.url) add("a", "popup-open", this.texts.open).href = properties.url + this.dayQuery(properties.url);
    this.popup?.remove();
    this.popup = new maplibre.Popup({ maxWidth: "280px", offset: 10 }).setLngLat(at).setDOMContent(body).addTo(this.map);
  }

  dayQuery(url) {
    const day = new URLSearchParams(location.search).get("at");
    return day && !url.includes("at=") ? `${url.includes("?") ? "&" : "?"}at=${day}` : "";
  }

  // Show what is meant: a ring round a point, else the shape as far as its tiles are loaded.
  point({ key, point, other = null }) {
    const source = this.map.getSource("meant");
    if (!source) return;
    for (const id of ["meant-shape", "meant-edge"]) if (this.map.getLayer(id)) this.map.removeLayer(id);
    const points = [point, other].filter(Boolean);
    source.setData(points.length ? { type: "Feature", properties: {}, geometry: { type: "MultiPoint", coordinates: points } } : EMPTY);
    if (!key || point) return;
    const layers = this.map.getStyle().layers.filter((layer) => layer["source-layer"] && layer.type !== "symbol");
    const filter = ["==", ["to-string", ["get", "key"]], key];
    const [shape] = this.map.queryRenderedFeatures({ layers: layers.map((layer) => layer.id), filter });
    if (!shape || shape.geometry.type.endsWith("Point")) return;
    // Drawn out of the tiles themselves, so that tile edges leave no seams.
    const surface = shape.geometry.type.endsWith("Polygon");
    const from = { source: shape.source, "source-layer": shape.sourceLayer, filter };
    const { primary } = colours();
    if (surface) this.map.addLayer({ id: "meant-shape", type: "fill", ...from, paint: { "fill-color": primary, "fill-opacity": 0.14 } }, "meant-point");
    this.map.addLayer({ id: "meant-edge", type: "line", ...from, layout: { "line-join": "round" }, paint: { "line-color": primary, "line-width": surface ? 2 : 6, "line-opacity": surface ? 0.9 : 0.6 } }, "meant-point");
  }

  listenToPage() {
    document.addEventListener("row:hover", (event) => this.point(event.detail));
    document.addEventListener("row:select", (event) => {
      address.set("sel", event.detail.key);
      this.point(event.detail);
      // The drawer may have opened just now and taken some of the map's room.
      this.map.resize();
      if (event.detail.point && event.detail.other) this.showBoth(event.detail.point, event.detail.other);
      else if (event.detail.point) this.map.easeTo({ center: event.detail.point, zoom: Math.max(this.map.getZoom(), 12) });
    });
    // Who asks for another area wants to see that one, not what was seen of the one before.
    document.addEventListener("change", (event) => {
      if (event.target.closest('.ws-filters [name="within"]')) address.set("map", "");
    });
    document.addEventListener("theme:change", () => this.map.setStyle(buildStyle(this.config, this.modules, this.off)));
    document.addEventListener("map:shown", () => {
      // Hidden until now (phone tabs): without a size the first view could not be fitted.
      const first = !this.shown && !this.viewGiven;
      this.map.resize();
      if (first) this.map.fitBounds(this.bounds, { ...this.fit(), animate: false });
      this.shown = true;
    });
  }

  showBoth(one, other) {
    const corner = (pick) => [pick(one[0], other[0]), pick(one[1], other[1])];
    this.map.fitBounds([corner(Math.min), corner(Math.max)], { padding: 80, maxZoom: 14 });
  }

  restore() {
    const key = address.get("sel");
    const row = key ? rowFor(key) : null;
    if (row) select(row, { scroll: true });
    if (row?.dataset.lon) this.point({ key, point: [Number(row.dataset.lon), Number(row.dataset.lat)] });
  }

  see(layer, view) {
    layer.view = view;
    const views = this.config.layers.filter((each) => each.view).map((each) => [each.key, each.view]);
    address.set("as", new URLSearchParams(views).toString());
    this.map.setStyle(buildStyle(this.config, this.modules, this.off));
  }

  startLegend() {
    const legend = this.element.querySelector("[data-legend]");
    if (!legend) return;
    let roomy = true;
    const watch = () => {
      const now = this.element.clientWidth >= 520;
      if (roomy && !now) legend.open = false;
      roomy = now;
    };
    watch();
    this.map.on("resize", watch);
    for (const choice of legend.querySelectorAll("[data-layer-view]")) {
      const layer = this.config.layers.find((each) => each.key === choice.dataset.layerView);
      choice.value = layer.view;
      // A way to see it that this day does not know.
      if (choice.selectedIndex < 0) choice.selectedIndex = 0;
      choice.addEventListener("change", () => this.see(layer, choice.value));
    }
    for (const box of legend.querySelectorAll("[data-layer]")) {
      box.checked = !this.off.has(box.dataset.layer);
      box.addEventListener("change", () => {
        this.off[box.checked ? "delete" : "add"](box.dataset.layer);
        address.set("off", [...this.off].join(",") || "-");
        for (const layer of this.map.getStyle().layers) {
          if (layer.source === box.dataset.layer) this.map.setLayoutProperty(layer.id, "visibility", box.checked ? "visible" : "none");
        }
      });
    }
  }
}

for (const element of document.querySelectorAll("[data-map]")) new Panel(element).start();
