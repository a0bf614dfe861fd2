// Press the map where the door is. Buttons and numbers do the same without this.
(() => {
  "use strict";

  const body = document.querySelector("[data-map]");
  const hint = document.querySelector("[data-place-hint]");
  const said = document.querySelector("[data-place-status]");
  if (!body) return;

  body.addEventListener("hub-map", ({ detail: { map, pins } }) => {
    hint.hidden = false;
    body.classList.add("hf-map--aim");
    map.on("click", ({ latlng }) => {
      document.getElementById("latitude").value = latlng.lat.toFixed(5);
      document.getElementById("longitude").value = latlng.lng.toFixed(5);
      for (const pin of pins.getLayers()) pin.setLatLng(latlng);
      pins.refreshClusters();
      said.textContent = "The pin is moved. Press “Save this place” to keep it there.";
    });
  });
})();
