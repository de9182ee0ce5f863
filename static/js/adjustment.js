// The workspace of a draft: units picked on the map, a line or an area drawn, changes kept as JSON.
import { startDrawing } from "./draw.js";
import "./swipe.js";

const workspace = document.querySelector("[data-workspace]");
const texts = JSON.parse(workspace.dataset.texts);
const field = (name) => document.getElementById(`change-${name}`);
const json = document.getElementById("id_changes");
const list = document.querySelector("[data-changes]");
const told = document.querySelector("[data-drawn]");
let drawn = {};
const drawing = startDrawing(workspace, {
  sides: true,
  drawn({ kind, text }) {
    const points = text ? text.split("\n").map((line) => line.split(", ").map(Number)) : [];
    // What is kept is what the map shows: a line, a line with its side, or an area.
    if (!points.length) drawn = {};
    else if (kind === "point") drawn = { line: drawn.line, points };
    else if (kind === "line") drawn = { line: points };
    else drawn = { area: { type: "Polygon", coordinates: [[...points, points[0]]] } };
    tell();
  },
});

// What a new edge cuts off goes to the other neighbour, on both sides of it: nobody marks one.
const sided = () => field("act").value !== "boundary";

function tell() {
  const parts = [];
  if (drawn.line) parts.push(`${texts.line}: ${drawn.line.length} ${texts.vertices}`);
  if (drawn.area) parts.push(`${texts.area}: ${drawn.area.coordinates[0].length - 1} ${texts.vertices}`);
  if (drawn.points) parts.push(`${texts.point}: ${drawn.points[0].map((n) => n.toFixed(4)).join(", ")}`);
  if (drawn.line && !drawn.points && sided()) parts.push(texts.howPoint);
  told.textContent = parts.join(" · ");
}

const pieces = (name) => field(name).value.split(/[\s,，、]+/).filter(Boolean);
const codes = () => pieces("units");

// The list, or null where what was typed is none.
function read() {
  try {
    const changes = JSON.parse(json.value || "[]");
    return Array.isArray(changes) ? changes : null;
  } catch {
    return null;
  }
}

function write(changes) {
  json.value = JSON.stringify(changes, null, 1);
  json.dispatchEvent(new Event("input", { bubbles: true }));
  show();
}

function show() {
  const words = new Map([...field("act").options].map((option) => [option.value, option.textContent]));
  list.replaceChildren(
    ...(read() ?? []).map((change, n) => {
      const item = document.createElement("li");
      const parts = [words.get(change.act) ?? change.act, [change.units ?? []].flat().join(" "), change.to && `→ ${change.to}`, change.code, change.name, Object.entries(change.codes ?? {}).map((pair) => pair.filter(Boolean).join("=")).join(" "), change.seat, change.line && texts.line, change.area && texts.area];
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: texts.remove });
      button.addEventListener("click", () => write(read().filter((_, other) => other !== n)));
      item.append(`${parts.filter(Boolean).join(" ")} `, button);
      return item;
    }),
  );
}

document.addEventListener("map:select", (event) => {
  const code = event.detail.key;
  if (!/^\d{6,12}$/.test(code)) return;
  const picked = codes();
  field("units").value = (picked.includes(code) ? picked.filter((each) => each !== code) : [...picked, code]).join(" ");
});

const shown = (name) => !field(name).closest(".field").hidden;

// Only what the chosen kind of change needs; what is hidden is not sent.
function fit() {
  for (const input of document.querySelectorAll("[data-builder] [data-for]")) {
    const kinds = input.dataset.for.split(" ").filter(Boolean);
    input.closest(".field").hidden = kinds.length > 0 && !kinds.includes(field("act").value);
  }
  field("side").closest(".field").hidden ||= !field("file").value;
  field("datum").closest(".field").hidden ||= !field("file").value;
  // Enter in any field tries the draft out; a file alone has to be sent to be added.
  document.querySelector("[data-add]").type = shown("file") && field("file").value ? "submit" : "button";
}
field("act").addEventListener("change", () => { fit(); tell(); });
field("file").addEventListener("change", fit);
fit();

document.querySelector("[data-add]").addEventListener("click", async (event) => {
  // A file is read by the server, which adds the change itself.
  if (shown("file") && field("file").value) return;
  event.preventDefault();
  const change = { act: field("act").value };
  if (codes().length && shown("units")) change.units = codes();
  if (pieces("codes").length && shown("codes"))
    change.codes = Object.fromEntries(pieces("codes").map((each) => each.split(/[=＝]/)).map(([old, fresh = ""]) => [old, fresh]));
  for (const name of ["to", "code", "name", "seat"]) if (shown(name) && field(name).value.trim()) change[name] = field(name).value.trim();
  // What takes a file takes a shape; another kind would leave what was drawn unread.
  if (shown("file")) for (const name of ["line", "area"]) if (drawn[name]) change[name] = drawn[name];
  if (change.line && drawn.points && sided()) change.points = drawn.points;
  if (!change.units && change.act !== "establish") {
    told.textContent = texts.needsUnits;
    field("units").focus();
    return;
  }
  const changes = read();
  if (!changes) {
    told.textContent = texts.noList;
    json.closest("details").open = true;
    json.focus();
    return;
  }
  write([...changes, change]);
  for (const name of ["units", "to", "code", "codes", "name", "seat"]) field(name).value = "";
  (await drawing)?.take(null);
});

json.addEventListener("change", show);
show();
