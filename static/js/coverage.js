// Coverage over the base map: districts shaded by share, facilities, cells that are not covered.
// The numbers come from the page's data block; the table beside the map says the same.
const data = JSON.parse(document.getElementById("coverage-data").textContent);
const element = document.querySelector("[data-map]");
const cellsSwitch = document.querySelector("[data-cells-switch]");
const zonesSwitch = document.querySelector("[data-zones-switch]");
const EMPTY = { type: "FeatureCollection", features: [] };
let cells = EMPTY;
let zones = EMPTY;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function shade() {
  const steps = [1, 2, 3, 4, 5].flatMap((step) => [step, colour(`--coverage-${step}`)]);
  return ["match", ["get", "shade"], ...steps, colour("--coverage-0")];
}

function specs() {
  const made = ["get", "synthetic"];
  return [
    ["below", { id: "coverage-fill", type: "fill", source: "coverage-areas", paint: { "fill-color": shade(), "fill-opacity": 0.82 } }],
    ["below", { id: "coverage-cells", type: "circle", source: "coverage-cells", paint: {
      "circle-color": colour("--dm-wrong"),
      "circle-opacity": 0.5,
      "circle-radius": ["interpolate", ["linear"], ["zoom"],
        8, ["+", 0.6, ["/", ["sqrt", ["get", "elders"]], 12]],
        14, ["+", 2, ["/", ["sqrt", ["get", "elders"]], 1.5]]],
    } }],
    ["below", { id: "coverage-zones", type: "fill", source: "coverage-zones", paint: {
      "fill-color": colour("--coverage-facility"), "fill-opacity": 0.22 } }],
    ["above", { id: "coverage-zones-network", type: "line", source: "coverage-zones", filter: ["==", ["get", "way"], "network"],
      paint: { "line-color": colour("--coverage-facility"), "line-width": 1.5 } }],
    ["above", { id: "coverage-zones-line", type: "line", source: "coverage-zones", filter: ["==", ["get", "way"], "line"],
      paint: { "line-color": colour("--coverage-facility"), "line-width": 1.5, "line-dasharray": [3, 2] } }],
    ["above", { id: "coverage-facilities", type: "circle", source: "coverage-facilities", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 12, 6],
      "circle-color": ["case", made, colour("--dm-paper"), colour("--coverage-facility")],
      "circle-stroke-color": ["case", made, colour("--coverage-facility"), colour("--dm-paper")],
      "circle-stroke-width": 1.5,
    } }],
    ["above", { id: "coverage-label", type: "symbol", source: "coverage-labels", minzoom: data.labelsFrom, layout: {
      "text-field": ["concat", ["get", "name"], "\n", ["get", "label"]],
      "text-font": ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"],
      "text-size": 13,
      "text-optional": true,
    }, paint: { "text-color": colour("--dm-ink"), "text-halo-color": colour("--dm-paper"), "text-halo-width": 2 } }],
  ];
}

// Changing the theme rebuilds the style: what is ours is put back then.
function draw(map) {
  if (map.getSource("coverage-areas")) return;
  map.addSource("coverage-areas", { type: "geojson", data: data.areas });
  map.addSource("coverage-labels", { type: "geojson", data: data.labels });
  map.addSource("coverage-cells", { type: "geojson", data: cells });
  map.addSource("coverage-zones", { type: "geojson", data: zonesSwitch.checked ? zones : EMPTY });
  map.addSource("coverage-facilities", { type: "geojson", data: data.facilities });
  const lines = map.getStyle().layers.find((layer) => layer.type === "line");
  for (const [where, spec] of specs()) map.addLayer(spec, where === "below" ? lines?.id : undefined);
  element.dataset.coverage = "drawn";
}

async function showCells(map) {
  if (cellsSwitch.checked && cells === EMPTY) {
    const answer = await fetch(data.cellsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      cellsSwitch.checked = false;
      return;
    }
    const found = (await answer.json()).cells;
    cells = {
      type: "FeatureCollection",
      features: found.map(([x, y, people, elders]) => ({
        type: "Feature",
        properties: { people, elders },
        geometry: { type: "Point", coordinates: [x, y] },
      })),
    };
  }
  map.getSource("coverage-cells")?.setData(cellsSwitch.checked ? cells : EMPTY);
}

// Zones are drawn only when asked for: over streets they take a while.
async function showZones(map) {
  if (zonesSwitch.checked && zones === EMPTY) {
    const answer = await fetch(data.zonesUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      zonesSwitch.checked = false;
      return;
    }
    zones = await answer.json();
  }
  map.getSource("coverage-zones")?.setData(zonesSwitch.checked ? zones : EMPTY);
  element.dataset.zones = zonesSwitch.checked ? String(zones.features.length) : "";
}

function start(panel) {
  const { map } = panel;
  panel.clickable.unshift("coverage-facilities", "coverage-fill");
  const attempt = () => {
    try {
      draw(map);
    } catch {
      // The style is still on its way: one of the later events finds it ready.
    }
  };
  for (const event of ["styledata", "load", "idle"]) map.on(event, attempt);
  attempt();
  cellsSwitch.addEventListener("change", () => showCells(map));
  if (cellsSwitch.checked) showCells(map);
  zonesSwitch.addEventListener("change", () => showZones(map));
  if (zonesSwitch.checked) showZones(map);
}

// The map starts on its own; where WebGL is missing it never comes and the table stands alone.
function wait(triesLeft = 200) {
  const panel = element?.diming;
  if (panel?.map && panel.clickable) start(panel);
  else if (triesLeft && element?.dataset.ready !== "none") setTimeout(wait, 50, triesLeft - 1);
}
if (element) wait();

// On a phone the list hides the map that these links speak of.
const mapTab = document.getElementById("tab-map");
for (const link of document.querySelectorAll(".coverage-missed a")) {
  link.addEventListener("click", () => {
    if (mapTab.offsetParent) mapTab.click();
  });
}
