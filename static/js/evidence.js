// Two photos over each other, with a slider between them; and the button that prints a page.
for (const box of document.querySelectorAll("[data-overlay]")) {
  const share = box.querySelector("[data-overlay-share]");
  const blend = box.querySelector("[data-overlay-blend]");
  const draw = () => {
    box.style.setProperty("--share", `${share.value}%`);
    box.classList.toggle("overlay-blend", blend.checked);
    box.style.setProperty("--blend", String(Number(share.value) / 100));
  };
  share.addEventListener("input", draw);
  blend.addEventListener("change", draw);
  box.classList.add("overlay-on");
  draw();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
