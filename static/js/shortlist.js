// Nothing here is needed: the buttons are those of a form, and lead back to where one was.
(() => {
  "use strict";

  const { _ } = window.hubFinderWords;
  const form = document.getElementById("keep");
  const count = document.querySelector("[data-count]");
  const status = document.querySelector("[data-said]");
  const workers = navigator.serviceWorker;
  const worker = form.dataset.worker;

  // A status that says the same as before is not read out again, unless it was empty in between.
  const say = (words) => {
    status.textContent = "";
    setTimeout(() => (status.textContent = words), 50);
  };

  // ---- what the phone keeps for when there is no signal

  const tellWorker = async (word) => {
    if (!workers) return;
    const registration = await workers.getRegistration();
    registration?.active?.postMessage(word);
  };

  const keepForLater = async () => {
    if (!workers || navigator.connection?.saveData) return;
    await workers.register(worker);
    const { active } = await workers.ready;
    active.postMessage("renew");
  };

  let waiting = 0;
  const keepSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keepForLater().catch(() => {}), 1000);
  };

  // ---- adding, taking out, moving

  const send = async (address, data) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(data),
    });
    const told = await answer.json();
    if (answer.ok) {
      count.textContent = told.count;
      count.hidden = !told.count;
      if (told.count) keepSoon();
      else tellWorker("forget");
    }
    return { ok: answer.ok, ...told };
  };

  const toggle = async (button) => {
    const adding = !button.hasAttribute("formaction");
    const told = await send(adding ? form.action : button.formAction, { service: button.value });
    say(told.said);
    if (!told.ok) return;
    if (adding) button.setAttribute("formaction", form.dataset.remove);
    else button.removeAttribute("formaction");
    button.querySelector("span").textContent = adding ? form.dataset.out : form.dataset.in;
  };

  const move = async (button) => {
    const item = button.closest("li");
    const up = button.value === "up";
    const told = await send(button.form.action, { service: button.form.elements.service.value, to: button.value });
    const beside = up ? item.previousElementSibling : item.nextElementSibling;
    if (beside) up ? beside.before(item) : beside.after(item);
    const all = [...item.parentElement.children];
    const at = all.indexOf(item);
    // At an end the button that was pressed is gone: the other one of the pair takes the focus.
    const [first, second] = button.form.querySelectorAll("[name=to]");
    const stays = up ? (at === 0 ? second : first) : at === all.length - 1 ? first : second;
    stays.focus();
    const { name } = item.dataset;
    say(_("%(name)s: %(said)s It is %(at)s of %(all)s.", { name, said: told.said, at: at + 1, all: all.length }));
  };

  // One after the other: each answer holds the whole list, and two at once would each leave out the other's change.
  let turn = Promise.resolve();
  const inTurn = (button, change) => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const made = turn.then(() => change(button)).catch(() => {
      if (navigator.onLine === false) return say(_("You have no signal. Try again when you have."));
      button.dataset.plainly = "yes";
      button.form.requestSubmit(button);
    });
    turn = made.then(() => (button.ariaBusy = "false"));
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const change = event.target === form ? toggle : event.target.matches("[data-move]") ? move : null;
    if (!button || !change || button.dataset.plainly) return;
    event.preventDefault();
    inTurn(button, change);
  });

  // ---- the pages of the list

  if (document.querySelector("[data-list]")) keepSoon();
  if (document.querySelector("[data-cleared]")) tellWorker("forget").catch(() => {});

  for (const button of document.querySelectorAll("[data-copy-from]")) {
    if (!navigator.clipboard) break;
    const field = document.getElementById(button.dataset.copyFrom);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        say(_("Copied."));
      } catch {
        field.select();
        say(_("Press Control and C to copy."));
      }
    });
  }
})();
