// A naming case being typed: spelling and findings beside the form follow, figures by category.
const PAUSE = 300;
const part = document.querySelector("[data-case-form]");
const form = part?.closest("form");
const field = (name) => form.elements[name];
// What the form does not ask (the category of a place that exists) stands on the part itself.
const value = (name) => field(name)?.value.trim() ?? part.dataset[name] ?? "";

function showFigures() {
  const category = value("category");
  for (const holder of form.querySelectorAll("[data-categories]")) {
    // A figure that is filled in stays in sight whatever the category.
    holder.hidden = !holder.dataset.categories.split(" ").includes(category) && !holder.querySelector("input").value;
  }
  const figures = form.querySelector("[data-figures]");
  if (figures) figures.hidden = !figures.querySelector("[data-categories]:not([hidden])");
}

// A point on the shape stands for it: first corner, near enough for the division and its scopes.
function point() {
  const text = field("geometry")?.value;
  if (!text) return null;
  let at = JSON.parse(text).coordinates;
  while (Array.isArray(at[0])) at = at[Math.floor((at.length - 1) / 2)];
  return at;
}

function question() {
  const asked = new URLSearchParams({ text: value("text"), category: value("category") });
  for (const name of ["place", "case"]) if (part.dataset[name]) asked.set(name, part.dataset[name]);
  if (value("reading")) asked.set("reading", value("reading"));
  const at = point();
  if (at) asked.set("point", at.join(","));
  for (const input of form.querySelectorAll("[data-categories] input")) if (input.value) asked.set(input.name, input.value);
  return asked;
}

let asked = 0;
async function follow() {
  const mine = ++asked;
  const spelling = document.querySelector("[data-case-spelling]");
  const findings = document.querySelector("[data-case-findings]");
  if (!spelling) return;
  const query = question();
  if (!query.get("text") || !query.get("category")) return;
  query.set("division", value("division_code"));
  const first = await fetch(`${spelling.dataset.url}?${query}`);
  if (!first.ok || mine !== asked) return;
  spelling.innerHTML = await first.text();
  const division = spelling.querySelector("[data-division]")?.dataset.division;
  if (!division) return;
  query.set("division", division);
  const second = await fetch(`${findings.dataset.url}?${query}`);
  if (second.ok && mine === asked) findings.innerHTML = await second.text();
}

if (form) {
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(follow, PAUSE);
    showFigures();
  });
  form.addEventListener("change", showFigures);
  showFigures();
  follow();
}
