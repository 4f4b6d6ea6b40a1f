// Every page: times in the reader's own zone and language, boxes that grow, drafts that are kept.

const spoken = document.documentElement.lang;
const lang = navigator.languages.find((tag) => tag.split("-")[0] === spoken) ?? spoken;
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });

function told(at) {
  return (at.toDateString() === new Date().toDateString() ? clock : day).format(at);
}

function age(at) {
  const seconds = Math.round((at - Date.now()) / 1000);
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (seconds <= -size) return relative.format(Math.ceil(seconds / size), unit);
  }
  return relative.format(0, "minute");
}

function localise(root) {
  for (const element of root.querySelectorAll("time[data-when], time[data-age]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    element.textContent = "age" in element.dataset ? age(at) : told(at);
    element.title = full.format(at);
  }
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

const storage = (form) => `${document.body.dataset.storage}draft:${form.dataset.draft}`;

function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    const box = form.querySelector("textarea");
    const key = storage(form);
    if (document.querySelector("[data-flash]") && localStorage.getItem(`${key}:sent`) === localStorage.getItem(key)) {
      localStorage.removeItem(key);
    }
    localStorage.removeItem(`${key}:sent`);
    if (!box.value) box.value = localStorage.getItem(key) ?? "";
    box.addEventListener("input", () => {
      if (box.value) localStorage.setItem(key, box.value);
      else localStorage.removeItem(key);
    });
    form.addEventListener("submit", () => {
      localStorage.setItem(key, box.value);
      localStorage.setItem(`${key}:sent`, box.value);
    });
  }
}

function prepare(root) {
  localise(root);
  keepDrafts(root);
  for (const box of root.querySelectorAll("textarea[data-grow]")) if (box.value) grow(box);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-grow]")) grow(event.target);
});
document.addEventListener("helpdesk:added", (event) => prepare(event.target));
setInterval(() => localise(document), 30000);
prepare(document);
