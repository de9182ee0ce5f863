// The record of a place: copies the permanent address, loads what takes its time.
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // Offices reach the system without TLS too, where browsers keep the clipboard to themselves.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value).catch(() => document.execCommand("copy"));
  else document.execCommand("copy");
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.done;
  setTimeout(() => { words.textContent = before; }, 2000);
}

async function load(holder) {
  const response = await fetch(holder.dataset.load).catch(() => null);
  // The link to the same stands there where it could not be had.
  if (response?.ok) holder.innerHTML = await response.text();
}

for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
for (const holder of document.querySelectorAll("[data-load]")) load(holder);
