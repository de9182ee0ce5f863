// Two maps in one frame: the slider tells how much of it shows the state before.
for (const frame of document.querySelectorAll("[data-swipe]")) {
  const clip = frame.querySelector("[data-swipe-clip]");
  const line = frame.querySelector("[data-swipe-line]");
  const range = frame.querySelector("[data-swipe-range]");
  const width = frame.querySelector("svg").viewBox.baseVal.width;
  const show = () => {
    const x = (width * range.value) / 100;
    clip.setAttribute("width", x);
    for (const name of ["x1", "x2"]) line.setAttribute(name, x);
  };
  range.addEventListener("input", show);
  show();
}
