// The claims of a dispute: one at a time is drawn, those of the other sides stay to be seen.
import { startDrawing } from "./draw.js";

const workspace = document.querySelector("[data-workspace]");
const told = document.querySelector("[data-drawing-for]");
const claims = [...document.querySelectorAll("[data-claim]")];
const field = (claim, name) => document.getElementById(`id_${claim.dataset.claim}-${name}`);
const code = /^\d{6,12}$/;
let current = claims[0];

// What is typed as vertices in the datum of the map; WKT and other datums are left to the server.
function geometryOf(claim) {
  if (field(claim, "datum").value !== "CGCS2000") return null;
  const ring = field(claim, "outline").value.split("\n").filter((line) => line.trim()).map((line) => line.split(/[,，\s]+/).map(Number));
  if (ring.length < 3 || !ring.every((point) => point.length === 2 && point.every(Number.isFinite))) return null;
  return { type: "Polygon", coordinates: [[...ring, ring[0]]] };
}

const drawing = startDrawing(workspace, {
  kinds: ["area"],
  drawn({ text }) {
    field(current, "outline").value = text;
    field(current, "datum").value = "CGCS2000";
    field(current, "outline").dispatchEvent(new Event("input", { bubbles: true }));
  },
});

async function others() {
  const panel = (await drawing)?.panel;
  const features = claims.filter((claim) => claim !== current).map(geometryOf).filter(Boolean).map((geometry) => ({ type: "Feature", properties: {}, geometry }));
  panel?.map.getSource("focus")?.setData({ type: "FeatureCollection", features });
}

async function choose(claim, { draw = false } = {}) {
  current = claim;
  for (const each of claims) each.querySelector("[data-draw-claim]").setAttribute("aria-pressed", each === claim);
  told.textContent = claim.querySelector("legend").textContent;
  const tools = await drawing;
  if (!tools) return;
  tools.show(geometryOf(claim));
  tools.past = [];
  others();
  if (draw && !geometryOf(claim)) tools.mode("area");
}

for (const claim of claims) {
  claim.querySelector("[data-draw-claim]").addEventListener("click", () => {
    choose(claim, { draw: true });
    workspace.scrollIntoView({ block: "nearest" });
  });
  for (const name of ["outline", "datum"]) field(claim, name).addEventListener("change", () => choose(claim));
}
// A division clicked while nothing is drawn is the claimant, where none is named yet.
document.addEventListener("map:select", (event) => {
  const { key } = event.detail;
  if (code.test(key) && !field(current, "code").value) field(current, "code").value = key;
});
choose(current);
