// Runs before anything is painted, so that neither theme nor rail jumps.
(() => {
  const root = document.documentElement;
  const chosen = localStorage.getItem("theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.classList.remove("no-js");
  root.dataset.bsTheme = dark ? "dark" : "light";
  for (const name of ["rail", "list"]) {
    root.classList.toggle(`${name}-folded`, localStorage.getItem(name) === "folded");
  }
})();
