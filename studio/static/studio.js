// What every page needs: notices, the sign-in that loses nothing, drafts, polls, keys, drop zones.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- Notices and dialogs -------------------------------------------------------------------

export function notice(html) {
  const box = one("#notices");
  box.append(html);
  while (box.children.length > 3) box.firstElementChild.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close], [data-dismiss], [data-open]");
  if (!button) return;
  if (button.dataset.open) one(button.dataset.open)?.showModal();
  else if ("close" in button.dataset) button.closest("dialog").close();
  else button.closest(".notice").remove();
});

// What lies behind an open dialog can be neither read well nor closed.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const dialog = one("dialog[open]"), told = target.id === "notices" && target.lastElementChild;
  if (!dialog || !told) return;
  all(":scope > .notice", dialog).forEach((each) => each.remove());
  told.setAttribute("role", "alert");
  dialog.append(told);
  dialog.addEventListener("close", () => told.remove(), { once: true });
});

document.addEventListener("htmx:sendError", unreachable);
document.addEventListener("htmx:timeout", unreachable);

function unreachable() {
  // A part that polls goes on by itself, so one notice is enough.
  if (one("#notices [data-unreachable]")) return;
  const shown = one("#unreachable").content.firstElementChild.cloneNode(true);
  shown.dataset.unreachable = "";
  notice(shown);
}

// What a poll is refused with is told once, and changes nothing that is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (!requestConfig.elt.matches?.("[data-poll]") || xhr.status < 500) return;
  event.detail.shouldSwap = false;
  unreachable();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) all("#notices [data-unreachable]").forEach((each) => each.remove());
});

// --- The sign-in that loses nothing --------------------------------------------------------

const channel = new BroadcastChannel("studio");
document.addEventListener("signed-out", () => {
  const dialog = one("#signed-out");
  if (!dialog.open) dialog.showModal();
});
channel.addEventListener("message", (event) => {
  if (event.data === "signed-in" && one("#signed-out").open) one("#signed-out").close();
});
if (one("[data-signed-in]")) {
  channel.postMessage("signed-in");
  setTimeout(() => window.close(), 800);
}

// --- Drafts: what was typed survives a reload, a crash and a lost session, in this tab ------

const MOST_KEPT = 20_000;
for (const form of all("form[data-draft]")) {
  const name = `draft:${form.dataset.draft}`;
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
  if (kept && !("filled" in form.dataset)) fill(form, kept);
  form.addEventListener("input", () => keep(form, name));
  form.addEventListener("change", () => keep(form, name));
}
document.addEventListener("draft-done", (event) => sessionStorage.removeItem(`draft:${event.detail.value ?? event.detail.name}`));

function keep(form, name) {
  const values = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value.length < MOST_KEPT);
  sessionStorage.setItem(name, JSON.stringify(values));
}

function fill(form, values) {
  const given = new Map();
  for (const [name, value] of values) given.set(name, [...(given.get(name) ?? []), value]);
  // What the page's address has chosen goes before what was chosen earlier.
  const chosen = (form.dataset.chosen ?? "").split(" ");
  for (const field of form.elements) {
    if (chosen.includes(field.name)) continue;
    if (!field.name || field.type === "hidden" || field.type === "file") continue;
    const told = given.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = told.includes(field.value);
    else if (told.length) field.value = told[0];
  }
}

// --- What a field cannot take is said beside it, once it is left ------------------------------

function check(field) {
  const { least, most, longest, wrong } = field.dataset, value = field.value.trim(), number = Number(value);
  const isOff = [...value].length > longest || (value && (number < least || number > most));
  field.setCustomValidity(isOff ? wrong : "");
  const { valid } = field.validity;
  one(`#${field.id}-wrong`).textContent = valid ? "" : wrong;
  field.setAttribute("aria-invalid", !valid);
}

const checked = (event) => event.target.matches("[data-wrong]") && check(event.target);
document.addEventListener("change", checked);
document.addEventListener("htmx:validation:validate", checked);
document.addEventListener("input", (event) => event.target.matches('[aria-invalid="true"]') && checked(event));
document.addEventListener("htmx:validation:halted", (event) => {
  one("[data-wrong]:invalid", event.target)?.focus();
});

// --- Polls rest while nobody looks -----------------------------------------------------------

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches?.("[data-poll]:not([data-poll=always])") && document.hidden) event.preventDefault();
});

// --- Elapsed time, counted here between two answers ------------------------------------------

setInterval(() => {
  for (const each of all("[data-since]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(each.dataset.since)) / 1000);
    const minutes = Math.floor(seconds / 60);
    each.textContent = minutes ? `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}` : `${seconds.toFixed(0)} s`;
  }
}, 1000);

// --- Keys: every element with data-key is pressed by that key, and listed under "?" ----------

const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]");
const ARROWS = { ArrowLeft: "←", ArrowRight: "→" };
let lastKey = 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const dialog = one("dialog[open]");
  if (event.key === "?" && !dialog) return showKeys();
  const button = all(`[data-key~="${CSS.escape(event.key)}"]`, dialog ?? document).find((each) => !each.disabled && each.getClientRects().length);
  if (!button || event.repeat) return;
  event.preventDefault();
  // One key never acts twice while the first press is still being answered.
  if (one("form.htmx-request, .htmx-request[data-key], .htmx-swapping, .htmx-settling") || Date.now() - lastKey < 250) return;
  lastKey = Date.now();
  if (button.matches("input:not([type=checkbox]), select, textarea")) button.focus();
  else button.click();
});

function showKeys() {
  const list = one("#keys dl");
  list.replaceChildren();
  for (const each of all("[data-key]")) {
    const term = document.createElement("dt"), what = document.createElement("dd"), names = each.dataset.key.split(" ");
    for (const name of names) {
      const key = document.createElement("kbd");
      key.textContent = ARROWS[name] ?? name;
      term.append(key, " ");
    }
    const words = each.cloneNode(true);
    all("kbd", words).forEach((shown) => shown.remove());
    what.textContent = each.dataset.keyLabel ?? words.textContent.trim();
    list.append(term, what);
  }
  one("#keys").showModal();
}

// --- Files and text that are dropped or chosen land in a text field --------------------------

const MOST_DROPPED = 200_000;
for (const zone of all("[data-drop]")) {
  const into = one(zone.dataset.drop);
  const take = async (file, text) => {
    if (file && file.size > MOST_DROPPED) return notice(one("#too-large").content.firstElementChild.cloneNode(true));
    into.value = file ? await readText(file) : text;
    into.dispatchEvent(new Event("input", { bubbles: true }));
    one(zone.dataset.dropSubmit).click();
  };
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const { files } = event.dataTransfer, text = event.dataTransfer.getData("text/plain");
    if (files.length || text) take(files[0], text);
  });
  one("input[type=file]", zone)?.addEventListener("change", (event) => event.target.files[0] && take(event.target.files[0]));
}

async function readText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = (bytes[0] << 8) | bytes[1];
  if (mark === 0xfffe || mark === 0xfeff) return new TextDecoder(mark === 0xfffe ? "utf-16le" : "utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

// --- After a part was swapped in, the focus goes where it says -------------------------------

// Not before htmx knows its buttons: one that is pressed earlier sends its form in the old way.
document.addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.target.matches?.("[data-focus]") ? event.target : one("[data-focus]", event.target);
  if (wanted) { wanted.removeAttribute("data-focus"); wanted.focus({ preventScroll: false }); }
});
