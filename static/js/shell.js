// The frame around every page: theme, rail, keys, menus, guards. Pages work without it.
import { startSuggestions } from "./suggest.js";

const AGAIN_MS = 4000;
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function typing(event) {
  return event.target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

function startTheme() {
  for (const button of all("[data-theme-switch]")) {
    button.addEventListener("click", () => {
      root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      localStorage.setItem("theme", root.dataset.bsTheme);
      document.dispatchEvent(new CustomEvent("theme:change"));
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (query) => {
    if (localStorage.getItem("theme")) return;
    root.dataset.bsTheme = query.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("theme:change"));
  });
}

// A folded bar or list stays folded on the next page; theme.js reads it before painting.
function startFold(selector, name) {
  for (const button of all(selector)) {
    const tell = () => button.setAttribute("aria-pressed", root.classList.contains(`${name}-folded`));
    tell();
    button.addEventListener("click", () => {
      const folded = root.classList.toggle(`${name}-folded`);
      localStorage.setItem(name, folded ? "folded" : "open");
      tell();
    });
  }
}

function startRail() {
  startFold("[data-rail-fold]", "rail");
  startFold("[data-list-fold]", "list");
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function startKeys() {
  const keys = document.getElementById("keys");
  for (const button of all("[data-open-keys]")) button.addEventListener("click", () => keys.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event)) {
      const search = document.getElementById("search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "?" && !typing(event)) keys?.showModal();
    if (event.key === "e" && !typing(event)) document.querySelector(".actions a[href*='/edit/'], .actions a[href$='/record/']")?.click();
    if (event.key === "Escape") {
      for (const menu of all("[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of all("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}

// The map view lives behind the # and would be lost on the way through the server.
function startAddresses() {
  for (const form of all("[data-keep-hash]")) {
    form.addEventListener("submit", () => {
      const next = form.elements.next;
      next.value = next.value.split("#")[0] + location.hash;
    });
  }
  for (const form of all("[data-day-form]")) {
    form.addEventListener("submit", () => {
      form.action = location.pathname + location.hash;
    });
    // Browsers write dates their own way; the field says them as the records do, the picker helps.
    const picker = form.querySelector("[data-day-picker]");
    form.querySelector("[data-day-pick]").addEventListener("click", () => picker.showPicker());
    picker.addEventListener("change", () => {
      if (!picker.value) return;
      form.elements.at.value = picker.value;
      form.requestSubmit();
    });
  }
}

function startForms() {
  for (const form of all("form[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
  // A second click while the first is on its way sends nothing twice. What was sent and left the
  // page as it is (a file, a page gone back to) may be sent again, and at once what was changed.
  const free = (form) => delete form?.dataset.sent;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[method=post]")) return;
    if (form.dataset.sent) event.preventDefault();
    else setTimeout(free, AGAIN_MS, form);
    form.dataset.sent = "true";
  });
  document.addEventListener("change", (event) => free(event.target.form), true);
  addEventListener("pageshow", () => all("form[data-sent]").forEach(free));
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-refused]")) event.preventDefault();
  });
  for (const form of all("form[data-submit-on-change]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
}

function startTabs() {
  for (const workspace of all("[data-workspace]")) {
    const tabs = all("[data-pane]", workspace);
    const show = (name) => {
      workspace.dataset.shown = name;
      for (const tab of tabs) {
        tab.setAttribute("aria-selected", tab.dataset.pane === name);
        tab.tabIndex = tab.dataset.pane === name ? 0 : -1;
      }
      if (name === "map") document.dispatchEvent(new CustomEvent("map:shown"));
    };
    for (const tab of tabs) {
      tab.addEventListener("click", () => show(tab.dataset.pane));
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        const other = tabs.find((candidate) => candidate !== tab);
        show(other.dataset.pane);
        other.focus();
      });
    }
    show("list");
  }
}

// What scrolls sideways must be reachable without a pointer.
function startScrollers() {
  const tell = (holder) => { if (holder.scrollWidth > holder.clientWidth) holder.tabIndex = 0; };
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => tell(entry.target)));
  for (const holder of all(".table-responsive, pre")) watcher.observe(holder);
}

async function poll(holder) {
  const response = await fetch(holder.dataset.poll, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.ok) {
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
    // Unchanged parts stay, so that nobody loses the focus while reading.
    if (!fresh.isEqualNode(holder)) {
      holder.replaceWith(fresh);
      holder = fresh;
    }
    // What may be done with a finished job is on the full page.
    if (!holder.dataset.poll) return location.reload();
  }
  setTimeout(poll, Number(holder.dataset.every) || 1000, holder);
}

startTheme();
startRail();
startKeys();
startAddresses();
startForms();
startTabs();
startScrollers();
for (const holder of all("[data-poll]")) setTimeout(poll, Number(holder.dataset.every) || 1000, holder);
for (const form of all("form[data-suggest]")) startSuggestions(form);
