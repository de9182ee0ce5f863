// List ↔ map: rows with data-key tell the map what is meant, and answer what the map tells.
// Events on document: row:hover, row:select (from here), map:hover, map:select (from the map).
const drawer = document.querySelector("[data-drawer]");

const rowOf = (target) => target.closest?.("[data-key]");
const rows = () => [...document.querySelectorAll("[data-key]")];
const detail = (row) => ({
  key: row.dataset.key,
  point: row.dataset.lon ? [Number(row.dataset.lon), Number(row.dataset.lat)] : null,
  // A second place that the row is about: a name's double.
  other: row.dataset.otherLon ? [Number(row.dataset.otherLon), Number(row.dataset.otherLat)] : null,
});

function tell(name, row) {
  document.dispatchEvent(new CustomEvent(name, { detail: row ? detail(row) : { key: null, point: null } }));
}

export function rowFor(key) {
  return document.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function mark(row) {
  for (const other of document.querySelectorAll("[data-key].is-selected")) {
    other.classList.remove("is-selected");
    other.removeAttribute("aria-current");
  }
  if (!row) return;
  row.classList.add("is-selected");
  row.setAttribute("aria-current", "true");
}

// Returns whether the drawer has something to say about the row.
export function select(row, { scroll = false } = {}) {
  mark(row);
  if (row && scroll) row.scrollIntoView({ block: "nearest" });
  const template = row?.querySelector("template[data-detail]");
  if (!drawer || !template) return false;
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    className: "drawer-close",
    title: drawer.dataset.close,
    ariaLabel: drawer.dataset.close,
    textContent: "×",
  });
  close.addEventListener("click", closeDrawer);
  drawer.replaceChildren(close, template.content.cloneNode(true));
  return true;
}

function closeDrawer() {
  drawer.replaceChildren();
  mark(null);
  tell("row:hover", null);
}

document.addEventListener("pointerover", (event) => {
  const row = rowOf(event.target);
  if (row && !row.contains(event.relatedTarget)) tell("row:hover", row);
});
document.addEventListener("pointerout", (event) => {
  const row = rowOf(event.target);
  if (row && !row.contains(event.relatedTarget)) tell("row:hover", null);
});
document.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row) tell("row:hover", row);
});
document.addEventListener("click", (event) => {
  const row = rowOf(event.target);
  if (!row || event.target.closest("a, button, input, label, select, summary")) return;
  select(row);
  tell("row:select", row);
});
document.addEventListener("map:hover", (event) => {
  for (const row of rows()) row.classList.toggle("is-hovered", row.dataset.key === event.detail.key);
});

// j and k go down and up the list; Enter opens.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  if (event.key === "Escape" && drawer?.childElementCount) return closeDrawer();
  const step = { j: 1, k: -1 }[event.key];
  const now = document.querySelector("[data-key].is-selected");
  if (step) {
    const list = rows();
    const next = list[Math.max(0, Math.min(list.length - 1, list.indexOf(now) + step))];
    if (!next) return;
    select(next, { scroll: true });
    tell("row:select", next);
  } else if (event.key === "Enter" && now && !event.target.closest("a, button, summary")) {
    now.querySelector("a")?.click();
  }
});
