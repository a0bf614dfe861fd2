// Fetches the map when it is wanted: the list says all that it shows, so nothing waits for it.
(() => {
  "use strict";

  const { _ } = window.hubFinderWords;
  const body = document.querySelector("[data-map]");
  if (!body || !window.hubFinderMap) return;

  const { src, nonce } = document.currentScript;
  const part = (name) => body.querySelector(`[data-map-${name}]`);
  const button = part("show");
  const status = part("status");
  const frame = part("frame");
  let opening = null;

  const fetched = (tag, attributes) =>
    new Promise((resolve, reject) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.onload = resolve;
      element.onerror = () => {
        element.remove();
        reject(new Error("A part of the map did not arrive."));
      };
      document.head.append(element);
    });

  const files = JSON.parse(body.dataset.files);
  const address = (name) => files[name] || new URL(`../${name}`, src).href;
  const style = (name) => fetched("link", { rel: "stylesheet", href: address(name) });
  const script = (name) => fetched("script", { src: address(name), nonce });
  const leaflet = async () => {
    if (!window.L) await script("vendor/leaflet/leaflet.js");
    if (!L.markerClusterGroup) await script("vendor/leaflet/leaflet.markercluster.js");
    if (!window.hubFinderLook) await script("js/map-drawing.js");
  };
  const ground = async (path) => {
    if (!path) return null;
    const answer = await fetch(path).catch(() => null);
    return answer?.ok ? answer.json().catch(() => null) : null;
  };

  const open = async () => {
    button.hidden = true;
    status.textContent = _("The map is on its way.");
    const shapes = ground(body.dataset.basemap);
    await Promise.all([style("vendor/leaflet/leaflet.css"), style("css/map.css"), leaflet()]);
    status.textContent = "";
    frame.hidden = false;
    return window.hubFinderLook(body, window.hubFinderMap, shapes);
  };

  const show = () => {
    opening ??= open().catch(() => {
      opening = null;
      frame.hidden = true;
      button.hidden = false;
      status.textContent = _("The map did not load. The list has every place that is on it.");
    });
    return opening;
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-map-result]");
    if (!link) return;
    event.preventDefault();
    body.scrollIntoView({ block: "nearest" });
    (await show())?.point(link.dataset.mapResult);
  });
  button.addEventListener("click", show);
  window.addEventListener("hashchange", () => location.hash === "#map" && show());

  const asked = location.hash === "#map" || new URLSearchParams(location.search).get("view") === "map";
  const roomy = matchMedia("(min-width: 56.25em)").matches && !navigator.connection?.saveData;
  if (asked) show();
  else if (!roomy) button.hidden = false;
  else {
    const idle = window.requestIdleCallback || setTimeout;
    const near = new IntersectionObserver(([seen]) => {
      if (!seen.isIntersecting) return;
      near.disconnect();
      if (document.readyState === "complete") idle(show);
      else window.addEventListener("load", () => idle(show));
    }, { rootMargin: "300px" });
    near.observe(body);
  }
})();
