// Drawing one shape on the map of a form (Terra Draw): point, line or area, changed and undone.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting } from "../vendor/terra-draw/terra-draw.module.js";
import { TerraDrawMapLibreGLAdapter } from "../vendor/terra-draw/adapter.module.js";
import { area, length, readable } from "./map_tools.js";

const DECIMALS = 9;
const MODES = { point: "point", line: "linestring", area: "polygon" };
const KINDS = { Point: "point", LineString: "line", Polygon: "area" };
const ICONS = { point: "point", line: "line", area: "polygon", move: "vector", undo: "arrow-back-up", clear: "eraser" };

const rounded = (value) => (typeof value === "number" ? Number(value.toFixed(DECIMALS)) : value.map(rounded));

function ready(element) {
  return new Promise((resolve) => {
    const look = () => (element.dataset.ready === "false" ? setTimeout(look, 100) : resolve(element.dataset.ready === "true"));
    look();
  });
}

const ringOf = (geometry) => (geometry.type === "Polygon" ? geometry.coordinates[0].slice(0, -1) : geometry.type === "LineString" ? geometry.coordinates : [geometry.coordinates]);

class Drawing {
  constructor(panel, bar, texts, on) {
    Object.assign(this, { panel, bar, texts, on, shape: null, beside: null, past: [] });
    this.buttons = new Map();
    this.words = Object.assign(document.createElement("span"), { className: "draw-words" });
    for (const name of Object.keys(ICONS)) if (!MODES[name] || (on.kinds?.includes(name) ?? true)) this.addButton(name);
    bar.append(this.words);
    this.begin();
    // Another style throws away the layers of the drawing.
    document.addEventListener("theme:change", () => panel.map.once("idle", () => this.begin()));
  }

  addButton(name) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
    const icon = Object.assign(document.createElement("i"), { className: `ti ti-${ICONS[name]}` });
    icon.setAttribute("aria-hidden", "true");
    button.append(icon, this.texts[name]);
    button.addEventListener("click", () => this.press(name));
    if (MODES[name] || name === "move") button.setAttribute("aria-pressed", "false");
    this.buttons.set(name, button);
    this.bar.append(button);
  }

  begin() {
    if (this.draw?.enabled) {
      try { this.draw.stop(); } catch { /* its layers went with the style */ }
    }
    const change = { draggable: true, coordinates: { draggable: true, midpoints: true, deletable: true } };
    const snapping = { toCoordinate: true, toLine: true };
    const validation = (feature, context) => (context.updateType === "finish" || context.updateType === "commit" ? ValidateNotSelfIntersecting(feature) : { valid: true });
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: this.panel.map, coordinatePrecision: DECIMALS }),
      modes: [
        new TerraDrawPointMode({ editable: true }),
        new TerraDrawLineStringMode({ snapping }),
        new TerraDrawPolygonMode({ snapping, validation }),
        new TerraDrawSelectMode({ flags: { point: { feature: { draggable: true } }, linestring: { feature: change }, polygon: { feature: change } } }),
      ],
    });
    this.draw.start();
    this.draw.on("finish", (id) => this.finish(id));
    this.draw.on("change", () => this.measure());
    this.put(this.shape);
    this.mode("");
  }

  press(name) {
    if (name === "undo") return this.undo();
    if (name === "clear") return this.take(null);
    this.mode(this.current === name ? "" : name);
  }

  mode(name) {
    this.current = name;
    const moving = name === "move";
    this.draw.setMode(MODES[name] ?? (moving ? "select" : "static"));
    this.panel.measuring = Boolean(name);
    for (const [key, button] of this.buttons) if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", key === name);
    if (moving && this.id !== undefined) this.draw.selectFeature(this.id);
    const how = { point: this.texts.howPoint, line: this.texts.howLine, area: this.texts.howArea, move: this.texts.howMove }[name];
    this.words.textContent = how ?? "";
  }

  // Numbers while drawing: vertices, length or area on the ellipsoid.
  measure() {
    const feature = this.draw.getSnapshot().find((each) => each.properties.currentlyDrawing || (this.current === "move" && each.id === this.id));
    if (!feature || feature.geometry.type === "Point") return;
    const points = ringOf(feature.geometry);
    const surface = feature.geometry.type === "Polygon";
    if (surface && points.length > 3 && !ValidateNotSelfIntersecting(feature).valid) {
      this.words.textContent = this.texts.crossing;
      return;
    }
    const size = surface ? area(points) : length(points);
    this.words.textContent = `${points.length} ${this.texts.vertices} · ${readable(size, surface, this.panel.config.language)}`;
  }

  finish(id) {
    const feature = this.draw.getSnapshotFeature?.(id) ?? this.draw.getSnapshot().find((each) => each.id === id);
    if (!feature || !KINDS[feature.geometry.type]) return;
    const shape = { type: feature.geometry.type, coordinates: rounded(feature.geometry.coordinates) };
    // The library is still busy with this feature: the next turn may change it.
    setTimeout(() => this.take(shape, this.current === "move"), 0);
  }

  take(shape, stay = false) {
    this.past.push(this.shape);
    // A point that says which side of a line is meant: the line stays to be seen.
    const line = this.shape?.type === "LineString" ? this.shape : this.beside;
    this.beside = this.on.sides && shape?.type === "Point" ? line : null;
    this.shape = shape;
    if (!stay) {
      this.put(shape);
      this.mode("");
    }
    this.tell();
  }

  undo() {
    if (!this.past.length) return;
    this.shape = this.past.pop();
    if (this.shape?.type !== "Point") this.beside = null;
    this.put(this.shape);
    this.mode("");
    this.tell();
  }

  tell() {
    const text = this.shape ? ringOf(this.shape).map(([x, y]) => `${x}, ${y}`).join("\n") : "";
    this.on.drawn({ kind: this.shape ? KINDS[this.shape.type] : "point", text });
  }

  put(shape) {
    this.draw.clear();
    this.id = undefined;
    if (!shape) return;
    const drawn = [shape, this.beside].filter(Boolean);
    const [added] = this.draw.addFeatures(drawn.map((geometry) => ({ type: "Feature", geometry, properties: { mode: MODES[KINDS[geometry.type]] } })));
    if (added?.valid) this.id = added.id;
  }

  // What was typed, on the map; shapes of many parts are only shown by the page itself.
  show(geometry) {
    const simple = geometry && KINDS[geometry.type] && !(geometry.type === "Polygon" && geometry.coordinates.length > 1);
    this.past.push(this.shape);
    this.shape = simple ? { type: geometry.type, coordinates: rounded(geometry.coordinates) } : null;
    this.put(this.shape);
    this.mode("");
    if (geometry && !simple) this.words.textContent = this.texts.kept;
    if (simple) this.look(ringOf(this.shape));
  }

  look(points) {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    this.panel.map.fitBounds([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], { padding: 60, maxZoom: 15, animate: false });
  }
}

// The drawing, once the map is there; null where the browser draws no map.
export async function startDrawing(form, on) {
  const element = form.querySelector("[data-map]");
  if (!(await ready(element))) return null;
  const drawing = new Drawing(element.diming, form.querySelector("[data-draw-tools]"), JSON.parse(form.dataset.texts), on);
  // The legend would lie over what is to be drawn.
  const legend = element.querySelector("[data-legend]");
  if (legend) legend.open = false;
  element.dataset.drawing = "true";
  return drawing;
}
