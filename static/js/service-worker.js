// Opens the reader's list, the pages of its listings, and what these are drawn with, when there is no signal.
// Whenever the network answers, its answer is what is shown: nothing kept here is older news than what can be had.
"use strict";

// Put before this program where the pages that it looks after are in another language than English.
const { language = "", since = ", from %(when)s" } = self.hubFinder || {};
// Another number throws away what was kept before. Each language has a worker of its own, for the pages below its
// address, and all have this one store: it holds the list as it was last read.
const KEPT = "hub-finder-list-1";
const LIST = new URL("shortlist", registration.scope).href;
const LISTINGS = new URL("services/", registration.scope).href;
const FILES = new URL(language ? "../static/" : "static/", registration.scope).href;
const DAY = 24 * 60 * 60 * 1000;
let forgotten = false;

// Only these pages: never one with a question mark, where a family's words and postcode stand.
const isPage = (url) => url === LIST || (url.startsWith(LISTINGS) && !/[?#./]/.test(url.slice(LISTINGS.length)));
const isOurs = (url) => isPage(url) || url.startsWith(FILES);

// What is for one reader's eyes says so, as every page does for those who are signed in.
const mayBeKept = (answer) =>
  answer.ok && !answer.redirected && !/no-store/.test(answer.headers.get("Cache-Control") || "");

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const old = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.split("#")[0];
  if (request.method !== "GET" || !isOurs(url)) return;
  event.respondWith(networkFirst(event, url));
});

const networkFirst = async (event, url) => {
  try {
    const answer = await fetch(event.request);
    // A page of the list that is looked at again is kept as it is now.
    if (event.request.mode === "navigate") event.waitUntil(renewOne(url, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await caches.match(url, { cacheName: KEPT });
    if (!kept) throw error;
    return event.request.mode === "navigate" ? asCopy(kept) : kept;
  }
};

const renewOne = async (url, answer) => {
  const cache = await caches.open(KEPT);
  if (!(await cache.match(url))) return;
  if (mayBeKept(answer) && !forgotten) await cache.put(url, answer);
  else await cache.delete(url);
};

// A proxy may have put a date of its own behind the first.
const madeAt = (answer) => new Date((answer.headers.get("Date") || "").split(" GMT")[0] + " GMT");

// The page says itself that it is a copy, and of when.
const asCopy = async (kept) => {
  const at = madeAt(kept);
  const words = at.toLocaleString(language || "en-GB", { dateStyle: "long", timeStyle: "short" });
  const when = isNaN(at) ? "" : since.replace("%(when)s", words);
  const text = (await kept.text())
    .replace("<html", "<html data-copy")
    .replace("<span data-copied>", `<span data-copied>${when}`);
  return new Response(text, { status: kept.status, headers: kept.headers });
};

// ---- what the pages ask for

self.addEventListener("message", (event) => {
  if (event.data === "renew") event.waitUntil(renew().catch(() => {}));
  if (event.data === "forget") event.waitUntil(forget());
});

const found = (html, pattern) => [...html.matchAll(pattern)].map((match) => new URL(match[1], LIST).href);
const filesOf = (html) => found(html, /(?:href|src)="([^"]+\.(?:css|js|svg|woff2)\b[^"]*)"/g).filter((url) => url.startsWith(FILES));

// The list as it is now, then the pages that it names, then the files that these are drawn with.
const renew = async () => {
  forgotten = false;
  const answer = await fetch(LIST);
  if (!mayBeKept(answer)) return forget();
  const html = await answer.clone().text();
  const pages = found(html, /data-kept="([^"]+)"/g).filter(isPage);
  if (!pages.length) return forget();
  const cache = await caches.open(KEPT);
  const wanted = new Set([LIST, ...pages, ...filesOf(html)]);
  await cache.put(LIST, answer);
  for (const page of pages) {
    const kept = (await freshly(cache, page)) || (await keep(cache, page));
    if (kept) filesOf(await kept.text()).forEach((file) => wanted.add(file));
    if (forgotten) return forget();
  }
  for (const url of wanted) if (!isPage(url) && !(await cache.match(url))) await keep(cache, url);
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  if (forgotten) await forget();
};

const freshly = async (cache, url) => {
  const kept = await cache.match(url);
  return kept && Date.now() - madeAt(kept) < DAY ? kept : null;
};

const keep = async (cache, url) => {
  const answer = await fetch(url).catch(() => null);
  if (!answer) return null;
  if (!mayBeKept(answer)) {
    await cache.delete(url);
    return null;
  }
  await cache.put(url, answer.clone());
  return answer;
};

const forget = async () => {
  forgotten = true;
  await caches.delete(KEPT);
};
