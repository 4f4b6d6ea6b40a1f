// Search boxes: while somebody types, articles that fit are offered in a list box below (WAI-ARIA APG, combobox with list
// autocomplete). Without this script the form does the same in two steps.

const DELAY = 120;

function prepare(form) {
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let timer = 0;
  let asking = null;
  let quietUntil = 0;
  let chosen = -1;

  list.id = `${box.id}-options`;
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0].textContent);
  list.hidden = true;
  status.className = "hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  function choose(number) {
    const options = [...list.children];
    chosen = number < -1 ? options.length - 1 : number >= options.length ? -1 : number;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  function show(open) {
    list.hidden = !open || !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) choose(-1);
  }

  async function ask() {
    const typed = box.value.trim();
    asking?.abort();
    if (typed.length < 2 || Date.now() < quietUntil) {
      list.replaceChildren();
      status.textContent = "";
      show(false);
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, {
        headers: { Accept: "application/json" },
        signal: asking.signal,
      });
      if (!answer.ok) {
        quietUntil = Date.now() + 1000 * Number(answer.headers.get("Retry-After") ?? 10);
        return;
      }
      const { options, said } = await answer.json();
      list.innerHTML = options;
      [...list.children].forEach((option, place) => { option.id = `${list.id}-${place}`; });
      chosen = -1;
      status.textContent = said;
      show(document.activeElement === box);
    } catch (error) {
      if (error.name !== "AbortError") show(false);
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      show(true);
      if (list.hidden) return;
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      list.children[chosen].querySelector("a").click();
    }
  });
  // A press on an option must not take the focus away first: the list would be gone before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("focus", () => show(true));
  box.addEventListener("blur", () => show(false));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}

for (const form of document.querySelectorAll("form[data-suggest]")) prepare(form);
