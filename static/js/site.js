// Nothing here is needed: every page works without it.
(() => {
  "use strict";

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
      if (presses === 1) wait = setTimeout(() => stop("You stay on this site."), 5000);
      if (presses === 3) leave();
      else said.textContent = presses === 1 ? "Press Escape 2 more times to leave." : "Press Escape 1 more time to leave.";
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
