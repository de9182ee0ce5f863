// A naming case being typed: spelling and findings beside the form follow, figures by category.
import { startShape } from "./shape_fields.js";

const PAUSE = 300;
const part = document.querySelector("[data-case-form]");
const form = part.closest("form");
const spelling = document.querySelector("[data-live-spelling]");
const findings = document.querySelector("[data-findings]");
const field = (name) => form.elements[name];
// What the form does not ask (the category of a place that exists) stands on the part itself.
const value = (name) => field(name)?.value.trim() ?? part.dataset[name] ?? "";
let found = "";

function showFigures() {
  const category = value("category");
  for (const holder of part.querySelectorAll("[data-categories]")) {
    // A figure that is filled in stays in sight whatever the category.
    holder.hidden = !holder.dataset.categories.split(" ").includes(category) && !holder.querySelector("input").value;
  }
  const figures = part.querySelector("[data-figures]");
  if (figures) figures.hidden = !figures.querySelector("[data-categories]:not([hidden])");
}

// A vertex in the middle stands for the shape: near enough for the scope in which names are unique.
function point() {
  const lines = value("coordinates").split("\n").filter((line) => line.trim());
  const pair = lines[Math.floor((lines.length - 1) / 2)] ?? "";
  return value("datum") === "CGCS2000" && /^[\d.,\s]+$/.test(pair) ? pair : "";
}

function question() {
  const asked = { text: value("text"), category: value("category"), division: value("division_code") || found, point: point(), reading: value("reading") };
  for (const name of ["place", "case"]) asked[name] = part.dataset[name] ?? "";
  for (const input of part.querySelectorAll("[data-categories] input")) asked[input.name] = input.value;
  return new URLSearchParams(Object.entries(asked).filter(([, text]) => text));
}

// Only the last question's answer is shown, whichever comes first.
let asked = 0;
async function follow() {
  const mine = ++asked;
  const query = question();
  if (!query.get("text") || !query.get("category")) return;
  const ask = async (holder, address) => {
    const response = await fetch(`${address}?${query}`).catch(() => null);
    if (response?.ok && mine === asked) holder.innerHTML = await response.text();
  };
  ask(spelling, spelling.dataset.liveSpelling);
  if (/^\d{4,12}$/.test(query.get("division") ?? "")) ask(findings, findings.dataset.findings);
}

let timer;
function later() {
  clearTimeout(timer);
  timer = setTimeout(follow, PAUSE);
}

form.addEventListener("input", () => {
  showFigures();
  if (spelling) later();
});
showFigures();
if (spelling) follow();
if (field("coordinates")) {
  startShape(part, (code) => {
    if (code === found) return;
    found = code;
    if (spelling) later();
  });
}
