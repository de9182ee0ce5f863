// The slider through the days on which something changed; the links beside it work without script.
for (const slider of document.querySelectorAll("[data-time-slider]")) {
  const days = slider.dataset.timeSlider.split(" ");
  const shown = slider.parentElement.querySelector("output");
  slider.addEventListener("input", () => {
    shown.textContent = days[slider.value];
    slider.setAttribute("aria-valuetext", days[slider.value]);
  });
  // The page of another day is another page: whoever moved the slider goes on moving it there.
  if (sessionStorage.getItem("time-slider")) slider.focus({ preventScroll: true });
  sessionStorage.removeItem("time-slider");
  slider.addEventListener("change", () => {
    sessionStorage.setItem("time-slider", "moved");
    const address = new URL(location.href);
    address.searchParams.set("at", days[slider.value]);
    for (const key of ["after", "before"]) address.searchParams.delete(key);
    location.assign(address);
  });
}
