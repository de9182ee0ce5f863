// The form of a facility: a point drawn on the map is its position, an area its footprint.
import { startDrawing } from "./draw.js";

const holder = document.querySelector("[data-facility-draw]");
const field = (name) => document.getElementById(`id_${name}`);

function put(name, value) {
  const input = field(name);
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const drawing = startDrawing(holder, {
  drawn({ kind, text }) {
    if (kind === "area") put("footprint", text);
    else if (!text) put("footprint", "");
    else if (kind === "point") {
      const [x, y] = text.split(", ");
      put("longitude", Number(x).toFixed(6));
      put("latitude", Number(y).toFixed(6));
    }
  },
});
if (holder.dataset.shape) drawing.then((made) => made?.show(JSON.parse(holder.dataset.shape)));
