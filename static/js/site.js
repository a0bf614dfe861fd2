// Nothing here is needed: every page works without it.
(() => {
  "use strict";

  // What scripts say is marked as elsewhere. In other languages their elements hold it, by the English words.
  const words = {};
  for (const { dataset } of document.querySelectorAll("script[data-words]")) Object.assign(words, JSON.parse(dataset.words));
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (hole, name) => values[name] ?? hole);
  const _ = (text, values = {}) => fill(words[text] || text, values);
  const n_ = (one, many, num) => {
    const english = num === 1 ? one : many;
    if (!words[many]) return fill(english, { num });
    const form = new Intl.PluralRules(document.documentElement.lang).select(num);
    return fill(words[many][form] || words[many].other || english, { num });
  };
  window.hubFinderWords = { _, n_ };

  const exit = document.querySelector("[data-leave]");

  // Blank the page at once, then replace it, so that "back" does not return here. What this site keeps in the browser
  // is cleared meanwhile: nobody waits for that.
  const leave = () => {
    navigator.serviceWorker?.controller?.postMessage("forget");
    document.body.hidden = true;
    document.title = "";
    fetch(exit.href, { redirect: "manual", keepalive: true, cache: "no-store" }).catch(() => {});
    window.location.replace(exit.dataset.leave);
  };

  if (exit) {
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });

    // Three presses within five seconds. Who does not see the screen is told how many are left, and when it is off.
    const said = document.querySelector("[data-leave-said]");
    let presses = 0;
    let wait;
    const stop = (words) => {
      clearTimeout(wait);
      presses = 0;
      said.textContent = words;
    };
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") {
        if (presses) stop("");
        return;
      }
      if (event.repeat) return; // a key that is held down is one press
      presses += 1;
      if (presses === 1) wait = setTimeout(() => stop(_("You stay on this site.")), 5000);
      if (presses === 3) leave();
      else said.textContent = n_("Press Escape %(num)s more time to leave.", "Press Escape %(num)s more times to leave.", 3 - presses);
    });

    const hint = document.querySelector("[data-escape]");
    if (hint) hint.hidden = false;
  }

  // Older browsers leave out of the paper what is folded away on the screen.
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("main details:not(.hf-again)")) part.open = true;
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
