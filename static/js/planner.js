// Lines are dragged between the years of a round. What is dropped fills in the card's own form, so
// that dragging does nothing that the keyboard cannot do; the totals come back from the server.
const cardOf = (target) => target.closest?.("[data-line][draggable]");
let dragged = null;

const totalOf = (year) => document.querySelector(`[data-year="${year}"]`)?.dataset.total;

async function send(form) {
  const line = form.elements.line.value;
  const from = form.closest("[data-year]").dataset.year;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-plan]");
  if (!fresh) return location.reload();
  const board = document.querySelector("[data-plan] .board");
  const left = board.scrollLeft;
  document.querySelector("[data-plan]").replaceWith(fresh);
  document.querySelector("[data-plan] .board").scrollLeft = left;
  // Whoever works with the keyboard or by ear stays at the card and hears what the years hold now.
  const card = fresh.querySelector(`[data-line="${CSS.escape(line)}"]`);
  card?.querySelector("select")?.focus();
  if (!card || fresh.querySelector("[role=alert]")) return;
  const to = card.closest("[data-year]").dataset.year;
  const totals = [...new Set([from, to])].map(totalOf);
  document.querySelector("[data-plan-said]").textContent =
    `${card.querySelector("h3").textContent.trim()} → ${to}. ${totals.join("; ")}`;
}

document.addEventListener("dragstart", (event) => {
  dragged = cardOf(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.line);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  for (const column of document.querySelectorAll(".is-over")) column.classList.remove("is-over");
  dragged = null;
});
document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-year]");
  if (!dragged || !column) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".is-over")) other.classList.remove("is-over");
  column.classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-year]");
  if (!dragged || !column) return;
  event.preventDefault();
  const form = dragged.querySelector("form");
  form.elements.year.value = column.dataset.year;
  send(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".round-move")) return;
  event.preventDefault();
  send(event.target);
});
