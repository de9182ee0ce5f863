// The automatic spelling beside the form follows what is typed.
const PAUSE = 250;

for (const holder of document.querySelectorAll("[data-spelling]")) {
  const [input, reading] = [holder.dataset.input, holder.dataset.reading].map((id) => document.getElementById(id));
  let timer;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ text: input.value, reading: reading?.value ?? "" });
    const response = await fetch(`${holder.dataset.url}?${query}`);
    if (response.ok && mine === asked) holder.innerHTML = await response.text();
  };
  for (const each of [input, reading]) {
    each?.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
  }
}
