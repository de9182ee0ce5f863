// Tools of the map: distance, area, print. Loaded by map.js; the numbers are of the ellipsoid.
import { colours } from "./map_style.js";

// CGCS2000 (the same ellipsoid as GRS 80 to a tenth of a millimetre).
const A = 6378137;
const E2 = 0.006694380022903;
const RAD = Math.PI / 180;
const EMPTY = { type: "FeatureCollection", features: [] };

// Mid-latitude formula in steps short enough that it is good to a few millimetres a kilometre.
export function distance([x1, y1], [x2, y2]) {
  const steps = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 0.25));
  let sum = 0;
  for (let n = 0; n < steps; n += 1) {
    const y = y1 + ((y2 - y1) * (n + 0.5)) / steps;
    const w = 1 - E2 * Math.sin(y * RAD) ** 2;
    const north = (A * (1 - E2)) / w ** 1.5;
    const east = (A / Math.sqrt(w)) * Math.cos(y * RAD);
    sum += Math.hypot(((y2 - y1) / steps) * RAD * north, ((x2 - x1) / steps) * RAD * east);
  }
  return sum;
}

export const length = (points) => points.slice(1).reduce((sum, point, n) => sum + distance(points[n], point), 0);

// On the sphere of equal area: edges are straight in longitude and authalic latitude.
export function area(points) {
  const e = Math.sqrt(E2);
  const q = (s) => (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  const height = ([, y]) => q(Math.sin(y * RAD)) / 2;
  let sum = 0;
  points.forEach((point, n) => {
    const next = points[(n + 1) % points.length];
    sum += (next[0] - point[0]) * RAD * (height(point) + height(next));
  });
  return Math.abs((sum * A * A) / 2);
}

export function readable(value, surface, language) {
  const write = (number, unit, digits) => `${number.toLocaleString(language === "en" ? "en" : "zh-CN", { maximumFractionDigits: digits })} ${unit}`;
  if (surface) return value >= 1e5 ? write(value / 1e6, "km²", 3) : write(value, "m²", 0);
  return value >= 1000 ? write(value / 1000, "km", 3) : write(value, "m", 1);
}

class Ruler {
  constructor(panel, tell) {
    this.panel = panel;
    this.map = panel.map;
    this.tell = tell;
    this.points = [];
    this.mode = "";
    this.onKey = (event) => this.key(event);
  }

  start(mode) {
    if (this.mode) this.stop();
    this.mode = mode;
    this.points = [];
    this.panel.measuring = true;
    this.draw();
    this.map.on("styledata", this.restyle);
    document.addEventListener("keydown", this.onKey, true);
    this.map.getCanvas().classList.add("is-measuring");
    this.map.doubleClickZoom.disable();
    this.map.getCanvas().focus();
  }

  stop() {
    this.mode = "";
    this.panel.measuring = false;
    document.removeEventListener("keydown", this.onKey, true);
    this.map.off("styledata", this.restyle);
    for (const id of ["ruler-fill", "ruler-line", "ruler-points"]) if (this.map.getLayer(id)) this.map.removeLayer(id);
    if (this.map.getSource("ruler")) this.map.removeSource("ruler");
    this.map.getCanvas().classList.remove("is-measuring");
    this.map.doubleClickZoom.enable();
    this.tell("");
  }

  // A change of theme throws away what the style did not know.
  restyle = () => { if (this.mode && !this.map.getSource("ruler")) this.draw(); };

  // Without a pointer: the middle of the map is the point, Enter sets it, Backspace takes it back.
  key(event) {
    if (event.key === "Escape") this.panel.element.dispatchEvent(new CustomEvent("ruler:end"));
    else if (event.key === "Backspace") this.points.pop();
    else if (event.key === "Enter" && event.target === this.map.getCanvas()) this.points.push(this.map.getCenter().toArray());
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (this.mode) this.draw();
  }

  add(at) {
    const last = this.points.at(-1);
    if (last && last[0] === at.lng && last[1] === at.lat) return; // the second half of a double click
    this.points.push([at.lng, at.lat]);
    this.draw();
  }

  draw() {
    const surface = this.mode === "area" && this.points.length > 2;
    const shape = surface ? { type: "Polygon", coordinates: [[...this.points, this.points[0]]] } : { type: "LineString", coordinates: this.points };
    const feature = (geometry) => ({ type: "Feature", properties: {}, geometry });
    const features = this.points.map((point) => feature({ type: "Point", coordinates: point }));
    if (this.points.length > 1) features.push(feature(shape));
    if (!this.map.getSource("ruler")) this.dress();
    this.map.getSource("ruler").setData({ ...EMPTY, features });
    const { texts, config } = this.panel;
    const line = readable(length(surface ? [...this.points, this.points[0]] : this.points), false, config.language);
    if (this.points.length < 2) this.tell(texts.measureHow);
    else if (surface) this.tell(`${texts.area} ${readable(area(this.points), true, config.language)} · ${texts.perimeter} ${line}`);
    else this.tell(`${texts.distance} ${line}`);
  }

  dress() {
    const { primary, halo } = colours();
    this.map.addSource("ruler", { type: "geojson", data: EMPTY });
    this.map.addLayer({ id: "ruler-fill", type: "fill", source: "ruler", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": primary, "fill-opacity": 0.12 } });
    this.map.addLayer({ id: "ruler-line", type: "line", source: "ruler", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": primary, "line-width": 2.5, "line-dasharray": [2, 1] } });
    this.map.addLayer({ id: "ruler-points", type: "circle", source: "ruler", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4.5, "circle-color": halo, "circle-stroke-color": primary, "circle-stroke-width": 2 } });
  }
}

// A picture of the map stands in for the canvas, which browsers print empty.
function printMap(panel) {
  panel.map.once("render", () => {
    const picture = new Image();
    picture.className = "map-print";
    picture.alt = "";
    panel.element.querySelector("[data-map-title]").textContent = `${document.title} · ${panel.config.day}`;
    picture.onload = () => {
      panel.element.append(picture);
      document.documentElement.classList.add("printing-map");
      panel.element.classList.add("is-printed");
      addEventListener("afterprint", () => {
        picture.remove();
        document.documentElement.classList.remove("printing-map");
        panel.element.classList.remove("is-printed");
      }, { once: true });
      print();
    };
    picture.src = panel.map.getCanvas().toDataURL("image/png");
  });
  panel.map.triggerRepaint();
}

class Tools {
  constructor(panel) {
    this.panel = panel;
  }

  onAdd(map) {
    const holder = Object.assign(document.createElement("div"), { className: "maplibregl-ctrl maplibregl-ctrl-group map-tools" });
    const told = this.panel.element.querySelector("[data-measured]");
    const ruler = new Ruler(this.panel, (text) => { told.textContent = text; told.hidden = !text; });
    const { texts } = this.panel;
    const buttons = {};
    const press = (mode) => {
      const on = ruler.mode !== mode;
      ruler.stop();
      if (on && mode) ruler.start(mode);
      for (const [key, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", key === ruler.mode);
    };
    const add = (icon, label, act) => {
      const button = Object.assign(document.createElement("button"), { type: "button", title: label });
      button.setAttribute("aria-label", label);
      button.append(Object.assign(document.createElement("i"), { className: `ti ti-${icon}` }));
      button.firstChild.setAttribute("aria-hidden", "true");
      button.addEventListener("click", act);
      holder.append(button);
      return button;
    };
    buttons.distance = add("ruler-measure", texts.measureDistance, () => press("distance"));
    buttons.area = add("polygon", texts.measureArea, () => press("area"));
    for (const button of Object.values(buttons)) button.setAttribute("aria-pressed", "false");
    add("printer", texts.print, () => printMap(this.panel));
    this.panel.element.addEventListener("ruler:end", () => press(""));
    map.on("click", (event) => { if (ruler.mode) ruler.add(event.lngLat); });
    return holder;
  }

  onRemove() {}
}

export function addTools(panel) {
  panel.map.addControl(new Tools(panel), "bottom-left");
}
