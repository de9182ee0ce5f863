// The automatic spelling beside the form follows what is typed.
const PAUSE = 250;

for (const holder of document.querySelectorAll("[data-spelling]")) {
  const input = document.getElementById(holder.dataset.input);
  let timer;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const response = await fetch(`${holder.dataset.url}?text=${encodeURIComponent(input.value)}`);
    if (response.ok && mine === asked) holder.innerHTML = await response.text();
  };
  input?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
}
