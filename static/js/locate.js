// Puts the position of the device into the page's fields for longitude and latitude, or into the
// address where the button names a page. The browser asks the person first.
for (const button of document.querySelectorAll("[data-locate]")) {
  const said = document.querySelector("[data-locate-said]");
  const failed = () => {
    if (said) said.textContent = button.dataset.failed ?? "";
  };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const [lon, lat] = [coords.longitude.toFixed(6), coords.latitude.toFixed(6)];
      if (button.dataset.locate) {
        const url = new URL(location.href);
        url.searchParams.set(button.dataset.locate, `${lon},${lat}`);
        location.assign(url);
        return;
      }
      document.querySelector("[name=longitude]").value = lon;
      document.querySelector("[name=latitude]").value = lat;
      // The device names the radius of 95 %, which is more than a mean error: on the safe side.
      const accuracy = document.querySelector("[name=accuracy_m]");
      if (accuracy) accuracy.value = coords.accuracy.toFixed(1);
      if (said) said.textContent = `${lon}, ${lat}`;
    }, failed, { enableHighAccuracy: true, timeout: 15000 });
  });
}
