// The slider through the days on which something changed; the links beside it work without script.
for (const slider of document.querySelectorAll("[data-time-slider]")) {
  const days = slider.dataset.timeSlider.split(" ");
  const shown = slider.parentElement.querySelector("output");
  slider.addEventListener("input", () => {
    shown.textContent = days[slider.value];
    slider.setAttribute("aria-valuetext", days[slider.value]);
  });
  slider.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("at", days[slider.value]);
    for (const key of ["after", "before"]) address.searchParams.delete(key);
    location.assign(address);
  });
}
