// How the map looks and behaves; map.js fetches this with Leaflet. Words that people wrote are only ever set as text.
(() => {
  "use strict";

  const { _, n_ } = window.hubFinderWords;
  const ICONS = {
    hub: "house", short_break: "kite", advice: "speech", online: "phone",
    library: "book", food: "bowl", health: "heart", community: "people",
  };
  const SEVERAL = { iconSize: [54, 54], iconAnchor: [27, 56] };
  const LAYERS = ["councils", "sea", "builtup", "borders"];
  const SIDES = { below: [0, 34], right: [1, 0], left: [-1, 0], above: [0, -34] };

  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const touch = matchMedia("(any-pointer: coarse)").matches;
  const markers = new Map();

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const icon = (shape) => {
    const id = `icon-${ICONS[shape] || shape}`;
    if (!document.getElementById(id)) return "";
    const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    use.setAttribute("href", `#${id}`);
    svg.setAttribute("class", "hf-icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(use);
    return svg;
  };

  const entry = (number) => (number === null ? null : document.getElementById(`result-${number}`));

  const find = (number) => {
    for (const other of document.querySelectorAll(".hf-result--found")) other.classList.remove("hf-result--found");
    entry(number)?.classList.add("hf-result--found");
  };

  const words = ({ number, title, url, label, approximate }) => {
    const heading = make("p", { class: "hf-popup__title" }, url ? make("a", { href: url }, title) : title);
    const content = make("div", { class: "hf-popup" }, heading);
    if (label) content.append(make("p", {}, label));
    if (approximate) content.append(make("p", {}, _("The pin is near the place, not on it.")));
    if (entry(number)) {
      const back = make("a", { href: `#result-${number}` }, _("Show in the list"));
      back.addEventListener("click", (event) => {
        event.preventDefault();
        const found = entry(number);
        found.tabIndex = -1;
        found.focus({ preventScroll: true });
        found.scrollIntoView({ block: "center" });
      });
      content.append(make("p", {}, back));
    }
    return content;
  };

  const origin = ({ title, approximate }, latlng) => {
    const html = make("span", { class: "hf-origin" }, make("b", {}, title));
    const className = approximate ? "hf-origin__point hf-origin__point--near" : "hf-origin__point";
    const look = L.divIcon({ className, html, iconSize: [22, 22] });
    const options = { icon: look, interactive: false, keyboard: false, zIndexOffset: -1000 };
    return L.marker(latlng, { ...options, words: title });
  };

  const pin = (feature, latlng) => {
    const { number, title, label, shape, approximate } = feature.properties;
    if (shape === "origin") return origin(feature.properties, latlng);
    const html = make("span", { class: `hf-spot hf-spot--${shape}` }, icon(shape));
    if (number !== null) html.append(make("b", {}, String(number)));
    const className = approximate ? "hf-spot__point hf-spot__point--near" : "hf-spot__point";
    const look = L.divIcon({ className, html, iconSize: [52, 46], iconAnchor: [26, 46], popupAnchor: [0, -40] });
    const marker = L.marker(latlng, { icon: look, riseOnHover: true });
    const name = [title, label].filter(Boolean).join(", ");
    marker.bindPopup(() => words(feature.properties), { minWidth: 180, maxWidth: 250, autoPanPadding: [12, 12] });
    marker.on("add", () => marker.getElement().setAttribute("aria-label", number === null ? name : `${number}: ${name}`));
    marker.on("popupopen", () => find(number));
    if (number !== null) markers.set(String(number), marker);
    return marker;
  };

  const cluster = (group) => {
    const count = group.getChildCount();
    const numbers = group.getAllChildMarkers().map((marker) => marker.feature.properties.number);
    const listed = numbers.filter((number) => number !== null).sort((a, b) => a - b).join(", ");
    const places = n_("%(num)s place", "%(num)s places", count);
    const name = listed ? `${places}: ${listed}` : places;
    group.on("add", () => group.getElement().setAttribute("aria-label", name));
    const html = make("span", { class: "hf-several" }, make("b", {}, String(count)), n_("place", "places", count));
    return L.divIcon({ className: "hf-several__point", html, ...SEVERAL });
  };

  const drawGround = (map, shapes) => {
    map.createPane("ground").style.zIndex = 210;
    const renderer = L.svg({ pane: "ground", padding: 0.5 });
    for (const name of LAYERS.filter((layer) => shapes[layer])) {
      const style = ({ properties }) => ({
        className: `hf-ground hf-ground--${name}${properties.served ? "-served" : ""}`,
        fill: name !== "borders",
      });
      L.geoJSON(shapes[name], { pane: "ground", renderer, interactive: false, style }).addTo(map);
    }
    if (shapes.attribution) map.attributionControl.addAttribution(make("i", {}, shapes.attribution).innerHTML);
  };

  // From which zoom a place is named.
  const rank = (people, postcodes) => {
    if (people >= 7000) return 8;
    if (people >= 2300) return 9.5;
    if (people >= 1000 || postcodes >= 50) return 11;
    return postcodes >= 12 ? 12 : 13;
  };

  // Names go where they hide neither a pin nor a larger place's name, or are left out.
  const writeNames = (map, places, names) => {
    const view = map.getBounds().pad(0.2);
    const taken = [];
    const free = (box) => taken.every((other) =>
      Math.abs(other.x - box.x) >= other.half + box.half || Math.abs(other.y - box.y) >= other.tall + box.tall);
    let start = null;
    names.clearLayers();
    map.eachLayer((layer) => {
      if (!(layer instanceof L.Marker)) return;
      if (layer.options.words) start = layer;
      const { x, y } = map.latLngToLayerPoint(layer.getLatLng());
      const { iconSize, iconAnchor } = layer instanceof L.MarkerCluster ? SEVERAL : layer.options.icon.options;
      const [width, height] = iconSize;
      const [left, top] = iconAnchor || [width / 2, height / 2];
      taken.push({ x: x - left + width / 2, y: y - top + height / 2, half: width / 2, tall: height / 2 });
    });
    if (start) {
      const { x, y } = map.latLngToLayerPoint(start.getLatLng());
      const half = start.options.words.length * 4.5 + 9;
      const boxAt = ([right, down]) => ({ x: x + right * (half + 14), y: y + down, half, tall: 9 });
      const side = Object.keys(SIDES).find((name) => free(boxAt(SIDES[name]))) || "below";
      taken.push(boxAt(SIDES[side]));
      start.getElement().firstChild.className = `hf-origin hf-origin--${side}`;
    }
    for (const [name, latitude, longitude, people, postcodes] of places) {
      if (map.getZoom() < rank(people, postcodes) || !view.contains([latitude, longitude])) continue;
      const { x, y } = map.latLngToLayerPoint([latitude, longitude]);
      const box = { x, y: y + 12, half: name.length * 4 + 4, tall: 9 };
      if (!free(box)) continue;
      taken.push(box);
      const html = make("span", { class: people >= 7000 ? "hf-place hf-place--town" : "hf-place" }, name);
      const look = L.divIcon({ className: "hf-place__point", html, iconSize: [0, 0], iconAnchor: [0, -4] });
      L.marker([latitude, longitude], { pane: "places", interactive: false, keyboard: false, icon: look }).addTo(names);
    }
  };

  // A wheel or a finger that only wants to scroll the page gets past the map; keys reach all of it.
  const setManners = (map, body) => {
    const container = map.getContainer();
    const touched = (event) => map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
    const wheeled = (event) => map.scrollWheelZoom[event.ctrlKey || event.metaKey ? "enable" : "disable"]();
    container.setAttribute("role", "group");
    container.setAttribute("aria-label", _("Map of places. Arrow keys move it, plus and minus zoom."));
    if (body.dataset.describedBy) container.setAttribute("aria-describedby", body.dataset.describedBy);
    container.addEventListener("pointerdown", touched, true);
    container.addEventListener("wheel", wheeled, true);
    container.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
      if (event.key !== " " || !event.target.matches(".leaflet-marker-icon")) return;
      event.preventDefault();
      event.target.click();
    });
    map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".hf-popup a")?.focus({ preventScroll: true }));
    map.on("popupclose", ({ popup }) => {
      const focus = document.activeElement;
      if (focus !== document.body && !popup.getElement().contains(focus)) return;
      popup._source.getElement()?.focus({ preventScroll: true });
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
  };

  window.hubFinderLook = (body, draw, ground) => {
    L.Map.mergeOptions({
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
      dragging: !touch, scrollWheelZoom: false,
    });
    L.MarkerClusterGroup.mergeOptions({ animate: false });
    L.Control.Zoom.mergeOptions({ zoomInTitle: _("Zoom in"), zoomOutTitle: _("Zoom out") });
    const { map, pins } = draw({ pin, cluster });
    setManners(map, body);
    body.dispatchEvent(new CustomEvent("hub-map", { detail: { map, pins } }));
    body.querySelector("[data-map-hint]").textContent =
      touch ? _("Use two fingers to move the map.") : _("Hold Ctrl and scroll to zoom.");
    map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
    body.querySelector("[data-map-frame]").append(map.attributionControl.getContainer());

    const pane = map.createPane("places");
    pane.style.zIndex = 450;
    pane.setAttribute("aria-hidden", "true");
    const names = L.layerGroup().addTo(map);
    let places = [];
    const write = () => writeNames(map, places, names);
    map.on("moveend", write);
    pins.on("animationend", write);
    write();
    ground.then((shapes) => {
      if (!shapes) return;
      drawGround(map, shapes);
      places = shapes.places;
      write();
    });

    const point = (number) => {
      const marker = markers.get(number);
      if (!marker) return;
      const centre = (zoom) => map.setView(marker.getLatLng(), zoom, { animate: false });
      centre(Math.max(map.getZoom(), 12));
      if (pins.getVisibleParent(marker) !== marker) centre(map.getMaxZoom());
      const several = pins.getVisibleParent(marker);
      if (several !== marker) several.spiderfy();
      marker.openPopup();
    };
    return { point };
  };
})();
