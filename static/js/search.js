// Suggestions under the box for words, and "use my location". Nothing here is needed: the form works without it.
(() => {
  "use strict";

  const { _, n_ } = window.hubFinderWords;
  const box = document.querySelector("[data-suggestions]");
  const place = document.getElementById("postcode");
  const SHORTEST = 3;
  const PAUSE_MS = 250;

  // The editable combobox with a list, by the ARIA patterns: the focus stays in the box, the arrows move in the list.
  const suggest = () => {
    const list = document.createElement("ul");
    const status = document.createElement("div");
    list.id = "q-list";
    list.className = "hf-suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", _("Suggestions"));
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    box.after(list, status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) box.setAttribute(name, value);

    let at = -1;
    let waiting = null;
    let asking = null;

    const point = (to) => {
      list.children[at]?.setAttribute("aria-selected", "false");
      at = to;
      const option = list.children[at];
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    };
    const stop = () => {
      clearTimeout(waiting);
      asking?.abort();
    };
    const close = () => {
      stop();
      point(-1);
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
    };
    const take = (option) => {
      box.value = option.dataset.text;
      status.textContent = "";
      close();
    };
    const open = () => {
      list.hidden = !list.children.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
    };
    const show = (suggestions) => {
      point(-1);
      list.replaceChildren(...suggestions.map(({ text, kind }, number) => {
        const option = document.createElement("li");
        option.id = `q-${number}`;
        option.dataset.text = text;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(text);
        if (kind === "listing") {
          const note = document.createElement("span");
          note.className = "hf-muted hf-small";
          note.textContent = _(" – a place or service");
          option.append(note);
        }
        return option;
      }));
      open();
      const count = suggestions.length;
      status.textContent = count
        ? n_("%(num)s suggestion. Use the up and down arrows.", "%(num)s suggestions. Use the up and down arrows.", count)
        : "";
    };
    const ask = async (words) => {
      asking = new AbortController();
      const { signal } = asking;
      try {
        const answer = await fetch(`${box.dataset.suggestions}?typing=1&q=${encodeURIComponent(words)}`, { signal });
        const { suggestions = [] } = await answer.json();
        if (document.activeElement === box) show(suggestions.filter(({ text }) => text !== box.value));
      } catch {
        if (!signal.aborted) show([]);
      }
    };

    box.addEventListener("input", () => {
      stop();
      const words = box.value.trim();
      if (words.length < SHORTEST) return show([]);
      waiting = setTimeout(ask, PAUSE_MS, words);
    });
    box.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        take(list.children[at]);
      } else if (event.key === "ArrowDown" && last >= 0) {
        event.preventDefault();
        open();
        if (!event.altKey) point(at < last ? at + 1 : 0);
      } else if (event.key === "ArrowUp" && last >= 0 && !list.hidden) {
        event.preventDefault();
        point(at > 0 ? at - 1 : last);
      } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) point(-1);
    });
    box.addEventListener("blur", close);
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
  };

  // What a phone says is rounded here, before it goes anywhere: two decimals are about a kilometre.
  const locate = (button) => {
    const status = document.querySelector("[data-locate-status]");
    const say = (words, wrong = false) => {
      status.className = wrong ? "govuk-error-message" : "hf-small";
      status.textContent = words;
    };
    button.addEventListener("click", () => {
      say(_("Finding where you are."));
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          place.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
          say(_("We will search near you, to within about a mile."));
        },
        ({ code, PERMISSION_DENIED }) => say(
          code === PERMISSION_DENIED
            ? _("We may not see where you are. Type a postcode or a town.")
            : _("We could not find where you are. Type a postcode or a town."),
          true,
        ),
        { enableHighAccuracy: false, maximumAge: 600_000, timeout: 15_000 },
      );
    });
    place.addEventListener("input", () => say(""));
  };

  // Boxes left empty would only make the address long.
  const shorten = ({ formData }) => {
    const given = [...formData].filter(([, value]) => value);
    if (!given.length) return;
    for (const name of new Set(formData.keys())) {
      if (!given.some(([one]) => one === name)) formData.delete(name);
    }
  };

  if (box) suggest();
  const button = document.querySelector("[data-locate]");
  if (button && place && navigator.geolocation) locate(button);
  for (const form of document.querySelectorAll("form[role=search]")) form.addEventListener("formdata", shorten);
})();
