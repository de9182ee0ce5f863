// Suggestions as you type: arrow keys choose, Enter goes, Escape closes (ARIA combobox).
const WAIT_MS = 120;

function element(tag, className, textContent = "", attributes = {}) {
  const made = Object.assign(document.createElement(tag), { className, textContent });
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}

function option(hit) {
  const made = element("a", "suggest-hit", "", { role: "option", "aria-selected": "false", href: hit.url, tabindex: "-1" });
  made.append(...["title", "subtitle", "why"].map((part) => element("span", `suggest-${part}`, hit[part])));
  return made;
}

function group({ label, hits }) {
  const made = element("div", "suggest-group", "", { role: "group", "aria-label": label });
  made.append(element("p", "suggest-kind", label, { "aria-hidden": "true" }), ...hits.map(option));
  return made;
}

export function startSuggestions(form) {
  const input = form.querySelector("[role=combobox]");
  const list = form.querySelector("[role=listbox]");
  let timer = 0;
  let asked = 0;
  let chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", open);
    if (!open) choose(-1);
  }

  function choose(index) {
    const found = options();
    chosen = found.length ? Math.max(-1, Math.min(index, found.length - 1)) : -1;
    found.forEach((option, n) => option.setAttribute("aria-selected", n === chosen));
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", found[chosen].id);
      found[chosen].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  async function ask() {
    const text = input.value.trim();
    const number = ++asked;
    if (!text) return show(false);
    const query = new URLSearchParams(new FormData(form));
    const response = await fetch(`${form.dataset.suggest}?${query}`).catch(() => null);
    // An answer to an earlier question must not replace a later one.
    if (!response?.ok || response.redirected || number !== asked) return;
    const found = await response.json();
    if (number !== asked) return;
    list.replaceChildren(...found.groups.map(group), ...(found.none ? [element("p", "suggest-none", found.none)] : []));
    options().forEach((option, n) => { option.id = `hit-${n + 1}`; });
    show(document.activeElement === input);
    choose(-1);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("focus", () => { if (list.childElementCount && input.value.trim()) show(true); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(list.childElementCount > 0);
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      show(false);
    }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}
