// The form of a place: classes found by word, fields of the class, checks and spelling as one types.
import { startShape } from "./shape_fields.js";

const PAUSE = 300;
const form = document.querySelector("[data-place-form]");
const field = (name) => document.getElementById(`id_${name}`);

function later(work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, PAUSE);
  };
}

// Only the last question's answer is shown, whichever comes first.
function asker(holder) {
  let asked = 0;
  return async (url, values) => {
    const mine = ++asked;
    const response = await fetch(`${url}?${new URLSearchParams(values)}`).catch(() => null);
    if (response?.ok && mine === asked) holder.innerHTML = await response.text();
  };
}

function startClasses() {
  const search = document.getElementById("class-search");
  const select = field("class_code");
  const options = [...select.options].slice(1);
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const category = field("legal_category").value;
    for (const option of options) {
      const found = words.every((word) => option.dataset.words.includes(word));
      const fits = option.dataset.legal === "" || option.dataset.legal.split(",").includes(category);
      option.hidden = !option.selected && !(found && fits);
      option.disabled = option.dataset.legal === "" && !option.selected;
    }
  };
  search.addEventListener("input", narrow);
  field("legal_category").addEventListener("change", narrow);
  narrow();
  [...select.selectedOptions][0]?.scrollIntoView?.({ block: "nearest" });

  const holder = form.querySelector("[data-attributes]");
  const ask = asker(holder);
  select.addEventListener("change", () => {
    // What was typed for the other class stays where this one has the same field.
    const typed = [...holder.querySelectorAll("input, select")].filter((input) => input.value).map((input) => [input.name, input.value]);
    ask(form.dataset.classFields, [["class_code", select.value], ...typed]);
  });
}

function startChecks() {
  const findings = document.querySelector("[data-findings]");
  if (!findings) return () => {};
  const spelling = document.querySelector("[data-live-spelling]");
  const [check, spell] = [asker(findings), asker(spelling)];
  let found = "";
  const look = later(() => {
    const [text, category] = [field("text").value.trim(), field("legal_category").value];
    const division = field("division_code").value.trim() || found;
    if (!text) return;
    spell(spelling.dataset.liveSpelling, { text, category, division, reading: field("reading").value });
    if (/^\d{4,12}$/.test(division)) check(findings.dataset.findings, { text, category, division });
  });
  for (const name of ["text", "reading", "legal_category", "division_code"]) field(name).addEventListener("input", look);
  look();
  return (code) => {
    if (code === found) return;
    found = code;
    look();
  };
}

startClasses();
startShape(form, startChecks());
