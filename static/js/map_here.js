// What is here? A right click, a long press, or the button and then a click (Enter: the middle).
import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";

const LONG_PRESS_MS = 600;

class Here {
  constructor(panel) {
    this.panel = panel;
    this.choosing = false;
  }

  onAdd(map) {
    this.map = map;
    const { texts } = this.panel;
    const holder = Object.assign(document.createElement("div"), { className: "maplibregl-ctrl maplibregl-ctrl-group" });
    this.button = Object.assign(document.createElement("button"), { type: "button", title: texts.here });
    this.button.setAttribute("aria-label", texts.here);
    this.button.setAttribute("aria-pressed", "false");
    const icon = Object.assign(document.createElement("i"), { className: "ti ti-map-pin-question" });
    icon.setAttribute("aria-hidden", "true");
    this.button.append(icon);
    this.button.addEventListener("click", () => this.choose(!this.choosing));
    holder.append(this.button);
    map.on("contextmenu", (event) => { if (!this.panel.measuring || this.choosing) this.show(event.lngLat); });
    map.on("click", (event) => { if (this.choosing) this.show(event.lngLat); });
    map.getCanvas().addEventListener("keydown", (event) => this.key(event));
    this.listenToFingers(map);
    return holder;
  }

  onRemove() {}

  choose(on) {
    // The ruler gives way, and a click chooses a point instead of what is drawn there.
    this.panel.element.dispatchEvent(new CustomEvent("ruler:end"));
    this.choosing = on;
    this.panel.measuring = on;
    this.button.setAttribute("aria-pressed", on);
    const told = this.panel.element.querySelector("[data-measured]");
    told.textContent = on ? this.panel.texts.hereHow : "";
    told.hidden = !on;
    if (on) this.map.getCanvas().focus();
  }

  key(event) {
    if (!this.choosing) return;
    if (event.key === "Enter") this.show(this.map.getCenter());
    else if (event.key === "Escape") this.choose(false);
    else return;
    event.preventDefault();
  }

  listenToFingers(map) {
    let timer = 0;
    const end = () => clearTimeout(timer);
    map.on("touchstart", (event) => {
      end();
      if (event.points.length === 1 && !this.panel.measuring) timer = setTimeout(() => this.show(event.lngLat), LONG_PRESS_MS);
    });
    for (const name of ["touchend", "touchcancel", "touchmove"]) map.on(name, end);
  }

  async show(at) {
    if (this.choosing) this.choose(false);
    const query = new URLSearchParams({ point: `${at.lng.toFixed(6)},${at.lat.toFixed(6)}` });
    const day = new URLSearchParams(location.search).get("at");
    if (day) query.set("at", day);
    const address = `${this.panel.config.here}?${query}`;
    const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!response || response.redirected) return;
    const body = new DOMParser().parseFromString(await response.text(), "text/html").body;
    const holder = Object.assign(document.createElement("div"), { className: "here-popup" });
    holder.append(...body.childNodes);
    const open = Object.assign(document.createElement("a"), { className: "popup-open", href: address, textContent: this.panel.texts.open });
    holder.append(open);
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.popup.remove();
      this.map.getCanvas().focus();
    });
    this.popup?.remove();
    this.popup = new maplibre.Popup({ maxWidth: "340px" }).setLngLat(at).setDOMContent(holder).addTo(this.map);
  }
}

export function addHere(panel) {
  panel.map.addControl(new Here(panel), "bottom-left");
}
