// The chat: sends without leaving the page, and shows what arrives, every line once and in order.
// The stream is closed while nobody looks, and goes on from the last line it brought.

const chat = document.querySelector("[data-chat]");
const lines = chat.querySelector("[data-lines]");
const composer = chat.querySelector("[data-composer]");
const box = composer.querySelector("textarea");
const status = chat.querySelector("[data-connection]");
const typing = chat.querySelector("[data-typing]");

let last = Number(chat.dataset.last);
let known = chat.dataset.session === "yes";
let source = null;
let retry = 0;
let typingEnds = 0;
let answered = 0;

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function atEnd() {
  return window.innerHeight + window.scrollY >= document.querySelector("#latest").offsetTop - 80;
}

function work(on) {
  typing.hidden = !on;
  clearTimeout(typingEnds);
  if (on) typingEnds = setTimeout(() => work(false), 20000);
}

function add(seq, item) {
  if (!item || lines.querySelector(`[data-seq="${seq}"]`)) return;
  const holder = document.createElement("template");
  holder.innerHTML = item.trim();
  const line = holder.content.firstElementChild;
  const after = Array.from(lines.children).find((other) => Number(other.dataset.seq) > seq);
  lines.insertBefore(line, after ?? null);
  chat.classList.add("ask-open");
  box.placeholder = box.dataset.placeholder;
  line.dispatchEvent(new CustomEvent("helpdesk:added", { bubbles: true }));
  if (!after) composer.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function heard(event) {
  const line = JSON.parse(event.data);
  last = Math.max(last, line.seq);
  if (line.reaction) {
    const place = document.getElementById(line.target)?.querySelector("[data-reactions]");
    if (place) place.textContent = `${place.textContent} ${line.reaction}`.trim();
    return;
  }
  if (line.side === "desk") {
    answered = Math.max(answered, line.seq);
    work(false);
  }
  add(line.seq, line.item);
}

function connect() {
  if (source || !known || document.hidden) return;
  source = new EventSource(`${chat.dataset.stream}?after=${last}`);
  source.addEventListener("line", heard);
  source.addEventListener("open", () => {
    retry = 0;
    chat.dataset.live = "yes";
    status.textContent = "";
  });
  source.addEventListener("error", () => {
    chat.dataset.live = "no";
    if (document.hidden) return;
    status.textContent = status.dataset.lost;
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      retry = Math.min(retry + 1, 5);
      setTimeout(connect, 1000 * 2 ** retry);
    }
  });
}

function disconnect() {
  source?.close();
  source = null;
  chat.dataset.live = "no";
}

async function send(form, text) {
  const body = new URLSearchParams({ form: form.elements.form.value, key: form.elements.key.value, text });
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    status.textContent = status.dataset.failed;
    return false;
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    status.textContent = told.error ?? status.dataset.failed;
    return false;
  }
  form.elements.key.value = fresh();
  status.textContent = "";
  known = true;
  add(told.seq, told.item);
  // The stream may have been faster than the answer to our own request.
  if (answered < told.seq) work(true);
  connect();
  return true;
}

let busy = false;
composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text || busy) return;
  busy = true;
  if (await send(composer, text)) {
    box.value = "";
    box.style.height = "";
  }
  busy = false;
  box.focus();
});

box.addEventListener("keydown", (event) => {
  const touch = matchMedia("(pointer: coarse)").matches;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

chat.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-quick]")) return;
  event.preventDefault();
  const words = event.submitter?.value;
  if (!words || busy) return;
  busy = true;
  event.submitter.disabled = true;
  await send(event.target, words);
  event.submitter.disabled = false;
  busy = false;
});

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
connect();
if (lines.lastElementChild) composer.scrollIntoView({ block: "end" });
