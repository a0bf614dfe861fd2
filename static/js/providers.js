// Makes the form of a listing lighter: all of it works without this.
(() => {
  "use strict";

  // Of the boxes for days, only those that what is chosen needs.
  const often = document.querySelectorAll("input[name=often]");
  const show = () => {
    const chosen = document.querySelector("input[name=often]:checked")?.value;
    for (const part of document.querySelectorAll("[data-for]")) {
      const holdsError = part.querySelector(".govuk-error-message");
      part.hidden = chosen && !holdsError && !part.dataset.for.split(" ").includes(chosen);
    }
  };
  for (const one of often) one.addEventListener("change", show);
  if (often.length) show();

  // What a family that has never been there would stumble over.
  const summary = document.querySelector("textarea#summary");
  if (summary) {
    const MOST = 300;
    const LONG_SENTENCE = 25;
    const hint = document.createElement("p");
    hint.className = "hf-count";
    hint.setAttribute("aria-live", "polite");
    summary.after(hint);
    const tell = () => {
      const left = MOST - summary.value.length;
      const sentences = summary.value.split(/[.!?]+\s/);
      const words = [left >= 0 ? `${left} characters left.` : `${-left} characters too many.`];
      if (sentences.some((one) => one.trim().split(/\s+/).length > LONG_SENTENCE)) {
        words.push("One sentence is long. Two short ones are easier to read.");
      }
      if (/\b(service users?|utilis\w+|facilitat\w+|provision|stakeholders?|holistic|multi-agency)\b/i.test(summary.value)) {
        words.push("Some words are for professionals. Would you say them to a friend?");
      }
      hint.textContent = words.join(" ");
    };
    let waiting = 0;
    summary.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(tell, 600);
    });
    tell();
  }
})();
