// Nothing here is needed: every page works without it.
(() => {
  "use strict";

  const exit = document.querySelector("[data-leave]");

  // Blank the page at once, then replace it, so that "back" does not return here.
  const leave = () => {
    navigator.serviceWorker?.controller?.postMessage("forget");
    document.body.hidden = true;
    document.title = "";
    window.location.replace(exit.href);
  };

  if (exit) {
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });

    let presses = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") {
        presses = [];
        return;
      }
      presses = [...presses.slice(-2), event.timeStamp];
      if (presses.length === 3 && event.timeStamp - presses[0] < 5000) leave();
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
