// The fields of a shape on a form (coordinates, shape, datum, division) and its drawing follow each
// other; the server reads what was typed and tells the division that holds it.
import { startDrawing } from "./draw.js";

const PAUSE = 300;

export function startShape(form, divisionFound) {
  const field = (name) => document.getElementById(`id_${name}`);
  const page = form.closest("form");
  const told = form.querySelector("[data-draw-told]");
  const inputs = ["coordinates", "shape", "datum", "division_code"].map(field);
  if (inputs[0].disabled) return;
  let asked = 0;
  const drawing = startDrawing(form, {
    drawn({ kind, text }) {
      field("shape").value = kind;
      field("datum").value = "CGCS2000";
      field("coordinates").value = text;
      page.dispatchEvent(new Event("input", { bubbles: true }));
      show(false);
    },
  });
  const show = async (redraw) => {
    const mine = ++asked;
    const body = new FormData();
    for (const input of inputs) body.append(input.name, input.value);
    body.append("csrfmiddlewaretoken", page.elements.csrfmiddlewaretoken.value);
    const response = await fetch(form.dataset.shape, { method: "POST", body }).catch(() => null);
    if (!response?.ok || mine !== asked) return;
    const answer = await response.json();
    told.textContent = answer.told;
    told.className = `draw-told state-${answer.state}`;
    if (redraw && (answer.geometry || !field("coordinates").value.trim())) (await drawing)?.show(answer.geometry);
    divisionFound(answer.code ?? "");
  };
  let timer;
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE, true);
  };
  for (const input of inputs) input.addEventListener("input", typed);
  if (field("coordinates").value.trim()) show(true);
}
