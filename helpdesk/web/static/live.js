// Pages that show what others change: on every change the page fetches itself and takes over the parts that differ.
// What is being written stays: a draft is in local storage before its box is replaced.

const main = document.querySelector("[data-changes]");
const status = document.querySelector("[data-changed]");

let version = main.dataset.version;
let source = null;
let retry = 0;
let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (answer.status === 403 || answer.status === 404) location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    let changed = false;
    for (const part of page.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (!old || old.dataset.live === part.dataset.live) continue;
      const writing = old.contains(document.activeElement) ? document.activeElement.id : "";
      const place = writing ? document.activeElement.selectionStart : null;
      const adopted = document.importNode(part, true);
      old.replaceWith(adopted);
      adopted.dispatchEvent(new CustomEvent("helpdesk:added", { bubbles: true }));
      const box = writing && document.getElementById(writing);
      if (box) {
        box.focus();
        if (place !== null && box.setSelectionRange) box.setSelectionRange(place, place);
      }
      changed = true;
    }
    if (changed && status) status.textContent = status.dataset.changed;
  } catch {
    // The stream tells when the service is back.
  } finally {
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function connect() {
  if (source || document.hidden) return;
  source = new EventSource(`${main.dataset.changes}?after=${encodeURIComponent(version)}`);
  source.addEventListener("changed", (event) => {
    version = event.lastEventId;
    refresh();
  });
  source.addEventListener("open", () => {
    retry = 0;
    main.dataset.connected = "yes";
  });
  source.addEventListener("error", () => {
    main.dataset.connected = "no";
    if (source?.readyState === EventSource.CLOSED && !document.hidden) {
      source = null;
      retry = Math.min(retry + 1, 5);
      setTimeout(connect, 1000 * 2 ** retry);
    }
  });
}

function disconnect() {
  source?.close();
  source = null;
  main.dataset.connected = "no";
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
connect();
