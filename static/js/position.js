// Drawing a position: point, line or area on the page's map, into a field as GeoJSON.
// Snaps to corners of what the map shows, tells length and area, and says when an outline crosses.
import { area, length, readable } from "./map_tools.js";
import { colours } from "./map_style.js";

const SNAP_PIXELS = 10;
const MODES = { point: 1, line: 2, area: 3 }; // corners at least
const EMPTY = { type: "FeatureCollection", features: [] };

function cross([ax, ay], [bx, by], [cx, cy], [dx, dy]) {
  const side = (px, py, qx, qy, rx, ry) => (qx - px) * (ry - py) - (qy - py) * (rx - px);
  return side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0
    && side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;
}

export function crossesItself(points) {
  const edges = points.map((point, n) => [point, points[(n + 1) % points.length]]);
  return edges.some(([a, b], n) => edges.slice(n + 1).some(([c, d]) => cross(a, b, c, d)));
}

function cornersOf(geometry) {
  const found = [];
  const walk = (value) => {
    if (typeof value?.[0] === "number") found.push(value);
    else for (const part of value ?? []) walk(part);
  };
  walk(geometry.coordinates);
  return found;
}

class Drawing {
  constructor(holder, panel) {
    this.holder = holder;
    this.panel = panel;
    this.map = panel.map;
    this.input = document.getElementById(holder.dataset.input);
    this.told = holder.querySelector("[data-told]");
    this.pair = holder.querySelector("[data-pair]");
    this.mode = "";
    this.points = [];
    this.read();
    for (const button of holder.querySelectorAll("[data-mode]")) button.addEventListener("click", () => this.choose(button.dataset.mode));
    holder.querySelector("[data-undo]").addEventListener("click", () => this.undo());
    holder.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.pair.addEventListener("change", () => this.typed());
    this.map.on("click", (event) => { if (this.mode) this.add(this.snapped(event)); });
    this.map.getCanvas().addEventListener("keydown", (event) => this.key(event));
    for (const event of ["styledata", "load", "idle"]) this.map.on(event, () => this.draw());
    this.draw();
  }

  // What stands in the field already is drawn; a shape of several parts is kept until redrawn.
  read() {
    if (!this.input.value) return;
    this.kept = JSON.parse(this.input.value);
    const { type, coordinates } = this.kept;
    if (type === "Point") this.set("point", [coordinates]);
    else if (type === "LineString") this.set("line", coordinates);
    else if (type === "Polygon") this.set("area", coordinates[0].slice(0, -1));
  }

  set(shape, points) {
    this.shape = shape;
    this.points = points;
    this.kept = null;
  }

  choose(mode) {
    this.mode = this.mode === mode ? "" : mode;
    if (this.mode && this.mode !== this.shape) this.set(this.mode, []);
    this.panel.measuring = this.mode !== "";
    this.map.getCanvas().classList.toggle("is-measuring", this.mode !== "");
    this.map.doubleClickZoom[this.mode ? "disable" : "enable"]();
    for (const button of this.holder.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", button.dataset.mode === this.mode);
    if (this.mode) this.map.getCanvas().focus();
    this.draw();
    this.tell();
  }

  // Without a pointer: Enter takes the middle of the map, Backspace takes a corner back.
  key(event) {
    if (!this.mode) return;
    if (event.key === "Enter") this.add(this.map.getCenter().toArray());
    else if (event.key === "Backspace") this.undo();
    else if (event.key === "Escape") this.choose(this.mode);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  snapped(event) {
    const { x, y } = event.point;
    const near = [[x - SNAP_PIXELS, y - SNAP_PIXELS], [x + SNAP_PIXELS, y + SNAP_PIXELS]];
    let best = { far: SNAP_PIXELS, at: [event.lngLat.lng, event.lngLat.lat] };
    for (const feature of this.map.queryRenderedFeatures(near)) {
      if (feature.layer.id.startsWith("drawn-")) continue;
      for (const corner of cornersOf(feature.geometry)) {
        const pixel = this.map.project(corner);
        const far = Math.hypot(pixel.x - x, pixel.y - y);
        if (far < best.far) best = { far, at: corner };
      }
    }
    return best.at;
  }

  add(at) {
    const point = at.map((value) => Number(value.toFixed(7)));
    if (this.mode === "point") this.points = [point];
    else if (String(this.points.at(-1)) !== String(point)) this.points.push(point);
    this.write();
  }

  undo() {
    this.points.pop();
    this.write();
  }

  clear() {
    this.points = [];
    this.kept = null;
    this.write();
  }

  // Longitude and latitude typed as a pair set a point: for keyboards and for surveyed positions.
  typed() {
    const pair = this.pair.value.split(/[,，\s]+/).filter(Boolean).map(Number);
    if (pair.length !== 2 || pair.some((value) => !Number.isFinite(value))) return this.tell();
    this.set("point", [pair]);
    this.map.easeTo({ center: pair, zoom: Math.max(this.map.getZoom(), 14) });
    this.write();
  }

  geometry() {
    if (this.kept) return this.kept;
    if (this.points.length < (MODES[this.shape] ?? 1)) return null;
    if (this.shape === "point") return { type: "Point", coordinates: this.points[0] };
    if (this.shape === "line") return { type: "LineString", coordinates: this.points };
    return { type: "Polygon", coordinates: [[...this.points, this.points[0]]] };
  }

  write() {
    const geometry = this.geometry();
    this.input.value = geometry ? JSON.stringify(geometry) : "";
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
    this.tell();
  }

  tell() {
    const { texts, config } = this.panel;
    const { dataset } = this.holder;
    if (this.shape === "point" && this.points.length) this.pair.value = this.points[0].join(", ");
    const ring = [...this.points, this.points[0]];
    let text = this.mode ? dataset.how : "";
    if (this.shape === "line" && this.points.length > 1) text = `${texts.distance} ${readable(length(this.points), false, config.language)}`;
    if (this.shape === "area" && this.points.length > 2) {
      text = `${texts.area} ${readable(area(this.points), true, config.language)} · ${texts.perimeter} ${readable(length(ring), false, config.language)}`;
      if (crossesItself(this.points)) text = `◆ ${dataset.crossing}`;
    }
    this.told.textContent = text;
  }

  draw() {
    try {
      if (!this.map.getSource("drawn")) this.dress();
    } catch {
      return; // The style is still on its way: a later event finds it ready.
    }
    const feature = (geometry) => ({ type: "Feature", properties: {}, geometry });
    const features = this.kept ? [] : this.points.map((point) => feature({ type: "Point", coordinates: point }));
    const whole = this.geometry();
    if (whole && whole.type !== "Point") features.push(feature(whole));
    else if (!whole && this.points.length > 1) features.push(feature({ type: "LineString", coordinates: this.points }));
    const text = JSON.stringify(features);
    if (text === this.drawn && this.map.getSource("drawn").told) return;
    this.drawn = text;
    this.map.getSource("drawn").told = true;
    this.map.getSource("drawn").setData({ ...EMPTY, features });
  }

  dress() {
    const { primary, halo } = colours();
    this.map.addSource("drawn", { type: "geojson", data: EMPTY });
    this.map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": primary, "fill-opacity": 0.14 } });
    this.map.addLayer({ id: "drawn-line", type: "line", source: "drawn", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": primary, "line-width": 3 } });
    this.map.addLayer({ id: "drawn-points", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5.5, "circle-color": halo, "circle-stroke-color": primary, "circle-stroke-width": 2.5 } });
  }
}

// The map starts on its own; where WebGL is missing the pair of numbers stands alone.
function start(holder, triesLeft = 200) {
  const element = document.querySelector("[data-map]");
  const panel = element?.diming;
  if (panel?.map && panel.clickable) new Drawing(holder, panel);
  else if (triesLeft && element?.dataset.ready !== "none") setTimeout(start, 50, holder, triesLeft - 1);
  else withoutMap(holder);
}

function withoutMap(holder) {
  const input = document.getElementById(holder.dataset.input);
  const pair = holder.querySelector("[data-pair]");
  pair.addEventListener("change", () => {
    const [x, y] = pair.value.split(/[,，\s]+/).filter(Boolean).map(Number);
    input.value = Number.isFinite(x) && Number.isFinite(y) ? JSON.stringify({ type: "Point", coordinates: [x, y] }) : "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

for (const holder of document.querySelectorAll("[data-draw]")) start(holder);
