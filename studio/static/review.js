// Review: the queue's place, one decision at a time, undo, zoom, and what was typed.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const page = one("#review");
const desk = () => one("#desk");
const current = () => desk().dataset.job ?? "";

// A picture that has just come was not looked at yet: a key pressed twice means the one before.
const FIRST_LOOK_MS = 350;
const UNDO_MS = 10_000;
// So long a list may still hold what was decided here.
const LAG_MS = { approve: 180_000, reject: 180_000, repaint: 600_000 };
const NEXT_PICTURE_MS = 120_000;

let deciding = false, pressedLast = null, wanted = "", isShown = false;

// --- What is kept in this tab -----------------------------------------------------------------

const read = (name, otherwise) => JSON.parse(sessionStorage.getItem(name) ?? "null") ?? otherwise;
const write = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const lately = () => read("review:lately", []);
const noteName = (id) => `review:note:${id}`;

function isDecided(item) {
  return lately().some((each) => each.id === item.dataset.job && each.attempts === item.dataset.attempts && Date.now() - each.at < LAG_MS[each.decision]);
}

// --- The queue ----------------------------------------------------------------------------------

const items = () => all("#queue-list > li");
const itemOf = (id) => one(`#queue-list > li[data-job="${CSS.escape(id)}"]`);
let place = 0;

function neighbour(step) {
  const ids = items().map((each) => each.dataset.job), at = ids.indexOf(current());
  if (at < 0) return ids[Math.min(place, ids.length - 1)] ?? "";
  return ids.length > 1 ? ids[(at + step + ids.length) % ids.length] : "";
}

function following() {
  const ids = items().map((each) => each.dataset.job), at = ids.indexOf(current());
  return [...ids.slice(at + 1), ...ids.slice(0, Math.max(at, 0))];
}

function tellQueue() {
  for (const item of items()) {
    const link = one("a", item);
    if (item.dataset.job === current()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const count = one("#count");
  count.textContent = count.dataset.text.replace("#", items().length + one("#queue-list").dataset.more);
}

// What is there stays as it is, with its picture, its place and the focus; the rest comes and goes.
function merge(html) {
  const list = one("#queue-list"), told = new DOMParser().parseFromString(html, "text/html").querySelector("#queue-list");
  if (!told) return;
  const focused = document.activeElement?.id;
  const kept = all("li", told).filter((item) => !isDecided(item)).map((item) => {
    const known = itemOf(item.dataset.job);
    return known?.dataset.attempts === item.dataset.attempts ? known : document.importNode(item, true);
  });
  list.replaceChildren(...kept);
  list.dataset.more = told.dataset.more;
  if (focused?.startsWith("q-")) document.getElementById(focused)?.focus({ preventScroll: true });
  tellQueue();
  sync();
  if (desk().dataset.state === "none" && kept.length) openNext();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, xhr } = event.detail;
  if (target.id === "queue") {
    event.detail.shouldSwap = false;
    if (xhr.status === 200) merge(xhr.responseText);
  } else if (target.id === "desk" && xhr.status === 200 && requestConfig.parameters && wantedElsewhere(requestConfig)) {
    event.detail.shouldSwap = false;
  }
});

const wantedElsewhere = (request) => request.path.endsWith("/open") && wanted !== "" && !request.path.includes(wanted);

// --- Opening, and what the poster that is there may have done to it ---------------------------

function open(id) {
  if (deciding || !id) return;
  wanted = id;
  const leaving = current() === id ? "" : current();
  desk().setAttribute("aria-busy", "true");
  const done = htmx.ajax("POST", `/studio/review/${encodeURIComponent(id)}/open`, { target: "#desk", swap: "outerHTML", values: { leaving } });
  done.finally(() => desk().removeAttribute("aria-busy"));
}

function openNext() {
  if (deciding) return;
  wanted = "";
  htmx.ajax("POST", "/studio/review/open", { target: "#desk", swap: "outerHTML", values: { then: following().slice(0, 4).join(","), leaving: current() } });
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, successful, xhr } = event.detail;
  if (successful || !requestConfig?.path.endsWith("/open")) return;
  // What was erased waits no longer; of a first poster that did not come there is another try.
  if (xhr?.status === 404 || xhr?.status === 410) itemOf(wanted)?.remove();
  if (!current()) one("#desk [data-go=open]").hidden = false;
  tellQueue();
  sync();
});

function sync() {
  const told = one("#told [data-standing], #told-repaint [data-standing]")?.dataset.standing;
  const state = ["decided", "held", "closed"].includes(told) ? told : one("#claim")?.dataset.state;
  const may = !deciding && isShown && ["mine", "unsure"].includes(state);
  for (const button of all("[data-decision], #repaint-form button.main")) button.disabled = !may;
  for (const button of all("[data-go]:not([data-go=open])")) button.disabled = deciding || !neighbour(button.dataset.go === "next" ? 1 : -1);
}

function shown() {
  const id = current(), at = items().findIndex((each) => each.dataset.job === id);
  if (at >= 0) place = at;
  wanted = "";
  isShown = false;
  one("#told-repaint").replaceChildren();
  tellQueue();
  itemOf(id)?.scrollIntoView({ block: "nearest" });
  history.replaceState(null, "", id ? `/studio/review/${encodeURIComponent(id)}` : "/studio/review");
  if (id) {
    one("#note").value = read(noteName(id), "");
    showVerdict(!one("#hide-verdict").checked);
    showPicture();
  }
  sync();
}

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "desk") shown();
  else if (event.detail.elt.id === "claim" || event.detail.elt.closest?.("#told, #told-repaint")) sync();
});

// --- The picture, and the next one before it is asked for --------------------------------------

const coming = new Map();

function showPicture() {
  const picture = one("#picture"), id = current(), ready = coming.get(id);
  const isReady = ready && ready.attempt === desk().dataset.attempt && Date.now() - ready.at < NEXT_PICTURE_MS;
  const url = isReady ? ready.url : picture.dataset.src;
  const look = () => setTimeout(() => {
    if (current() !== id) return;
    isShown = true;
    sync();
    prefetch();
  }, FIRST_LOOK_MS);
  picture.addEventListener("load", look, { once: true });
  picture.addEventListener("error", () => {
    const told = one("#no-picture").content.cloneNode(true);
    one("#told").replaceChildren(told);
    look();
  }, { once: true });
  if (url) picture.src = url;
  else picture.dispatchEvent(new Event("error"));
  coming.delete(id);
}

async function prefetch() {
  const id = neighbour(1);
  if (!id || coming.has(id)) return;
  coming.set(id, null);
  try {
    const answer = await fetch(`/studio/review/${encodeURIComponent(id)}/picture`, { redirect: "error" });
    const told = answer.ok ? await answer.json() : {};
    if (!told.url) return coming.delete(id);
    const picture = new Image();
    picture.src = told.url;
    coming.set(id, { url: told.url, attempt: String(told.attempt), at: Date.now(), picture });
  } catch {
    coming.delete(id);
  }
}

// --- Zoom: to the badge by its key, anywhere by a click; dragged or moved by arrows ------------

const zoomed = () => one("#stage.zoomed");
// So many pixels of the screen show one of the picture at most.
const MOST_ZOOM = 3, BADGE_SHARE = 0.4, CLICK_ZOOM = 2.5;

// As wide as the picture is where all of it is seen.
function wholeWidth(stage, picture) {
  return Math.min(stage.clientWidth, (stage.clientHeight * picture.naturalWidth) / picture.naturalHeight);
}

function zoomTo(x, y, factor) {
  const stage = one("#stage"), layers = one(".layers", stage), picture = one("#picture"), width = wholeWidth(stage, picture);
  if (!width) return;
  const [own] = stage.dataset.size.split(",").map(Number);
  const wide = Math.min(width * factor, Math.max(MOST_ZOOM * (own || picture.naturalWidth), CLICK_ZOOM * width));
  const high = (wide * picture.naturalHeight) / picture.naturalWidth;
  stage.classList.add("zoomed");
  layers.style.width = `${wide}px`;
  stage.scrollLeft = x * wide - stage.clientWidth / 2;
  stage.scrollTop = y * high - stage.clientHeight / 2;
  sharpen(picture, stage.dataset.full);
  pressed(true);
}

function zoomOut() {
  one("#stage")?.classList.remove("zoomed");
  one("#stage .layers")?.style.removeProperty("width");
  pressed(false);
}

const pressed = (is) => one("[data-zoom]")?.setAttribute("aria-pressed", String(is));

function zoomToBadge() {
  const stage = one("#stage"), [left, top, right, bottom] = stage.dataset.badge.split(",").map(Number);
  const [width, height] = stage.dataset.size.split(",").map(Number), whole = wholeWidth(stage, one("#picture"));
  if (!width || !right) return zoomTo(0.5, 0.6, CLICK_ZOOM);
  const factor = (BADGE_SHARE * stage.clientWidth * width) / ((right - left) * whole);
  zoomTo((left + right) / 2 / width, (top + bottom) / 2 / height, Math.max(CLICK_ZOOM, factor));
}

// The app's copy is enough for the whole; from near the master is looked at.
function sharpen(picture, url) {
  if (!url || picture.dataset.sharp) return;
  picture.dataset.sharp = "1";
  const full = new Image();
  full.addEventListener("load", () => { if (picture.isConnected) picture.src = url; }, { once: true });
  full.src = url;
}

let drag = null;
document.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest?.("#stage");
  if (!stage || event.button !== 0 || event.pointerType === "touch") return;
  drag = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop, moved: false };
});
document.addEventListener("pointermove", (event) => {
  if (!drag || !zoomed()) return;
  const stage = one("#stage"), dx = event.clientX - drag.x, dy = event.clientY - drag.y;
  drag.moved ||= Math.abs(dx) + Math.abs(dy) > 4;
  stage.classList.toggle("dragged", drag.moved);
  stage.scrollLeft = drag.left - dx;
  stage.scrollTop = drag.top - dy;
});
document.addEventListener("pointerup", () => {
  one("#stage")?.classList.remove("dragged");
  setTimeout(() => { drag = null; });
});
document.addEventListener("dragstart", (event) => event.target.closest?.("#stage") && event.preventDefault());

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 80;
// While a picture is zoomed the arrows are its own; before and after they go through the queue.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  const isTyping = event.target.matches?.("textarea, select, input[type=text]");
  if (event.key === "Escape" && isTyping) return one("#stage")?.focus();
  if (event.key === "Escape" && zoomed()) return zoomOut();
  if (isTyping || !zoomed() || !ARROWS[event.key]) return;
  const [x, y] = ARROWS[event.key];
  zoomed().scrollBy(x * STEP, y * STEP);
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// --- The machine's verdict, where wanted after the first look ----------------------------------

function showVerdict(is) {
  const verdict = one("[data-verdict]"), button = one("[data-verdict-hidden]");
  if (verdict) { verdict.hidden = !is; button.hidden = is; }
}

one("#hide-verdict").checked = localStorage.getItem("review:hide-verdict") === "yes";
one("#hide-verdict").addEventListener("change", (event) => {
  localStorage.setItem("review:hide-verdict", event.target.checked ? "yes" : "no");
  showVerdict(!event.target.checked);
});

// --- Deciding -------------------------------------------------------------------------------------

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.matches?.("[data-decides]")) event.detail.parameters.set?.("then", following().slice(0, 4).join(","));
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches?.("[data-decides]")) return;
  // A button that waits for the answer, or for a first look, decides nothing by another way in.
  if (deciding || !isShown) return event.preventDefault();
  deciding = true;
  pressedLast = document.activeElement;
  one("#told").replaceChildren();
  one("#told-repaint").replaceChildren();
  sync();
});

document.addEventListener("htmx:afterRequest", (event) => {
  // The form itself may have gone with the poster that was decided on.
  const form = event.detail.requestConfig?.elt;
  if (!form?.matches?.("[data-decides]")) return;
  deciding = false;
  sync();
  if (event.detail.successful) return;
  if (document.activeElement === document.body) pressedLast?.focus();
  const status = event.detail.xhr?.status ?? 0, repaint = one("#repaint");
  if (!status) lost(form);
  else if (![400, 409, 422, 503].includes(status) && repaint.open) repaint.close();
  if (status === 409 && one("#claim[hx-post]")) htmx.trigger("#claim", "renew");
});

function lost(form) {
  const told = one("#lost").content.cloneNode(true), place = form.id === "repaint-form" ? "#told-repaint" : "#told";
  one(place).replaceChildren(told);
  one(`${place} [data-focus]`).focus();
}

document.addEventListener("decided", (event) => {
  const { job_id: id, decision } = event.detail, item = itemOf(id);
  const label = item ? one("strong", item).textContent : desk().dataset.label;
  const attempts = item?.dataset.attempts ?? String(event.detail.attempt);
  write("review:lately", [{ id, attempts, decision, label, at: Date.now(), note: read(noteName(id), "") }, ...lately().filter((each) => each.id !== id)].slice(0, 20));
  sessionStorage.removeItem(noteName(id));
  item?.remove();
  if (one("#repaint").open) one("#repaint").close();
  one("#repaint-form").reset();
  tellLately();
  offerUndo(lately()[0]);
});

const wordOf = (decision) => one(`[data-decision="${decision}"]`, one("#decision-words").content)?.textContent ?? decision;

function offerUndo(kept) {
  all("#notices [data-undo]").forEach((each) => each.remove());
  const toast = one("#undo-toast").content.firstElementChild.cloneNode(true);
  one(".what", toast).textContent = wordOf(kept.decision);
  one(".label", toast).textContent = kept.label;
  one("[data-take-back]", toast).dataset.job = kept.id;
  one("#notices").append(toast);
  const end = () => (toast.matches(":hover, :focus-within") ? setTimeout(end, 1000) : toast.remove());
  setTimeout(end, UNDO_MS);
}

function tellLately() {
  const list = one("#lately"), made = lately().map((kept) => {
    const item = one("#lately-item").content.firstElementChild.cloneNode(true), time = one("time", item);
    one(".label", item).textContent = kept.label;
    one(".what", item).textContent = wordOf(kept.decision);
    time.dateTime = new Date(kept.at).toISOString();
    time.textContent = new Date(kept.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
    one("[data-take-back]", item).dataset.job = kept.id;
    return item;
  });
  list.replaceChildren(...made);
  one("#lately-part").hidden = !made.length;
}

function takeBack(id) {
  if (deciding) return;
  deciding = true;
  sync();
  wanted = "";
  const leaving = current() === id ? "" : current();
  const done = htmx.ajax("POST", `/studio/review/${encodeURIComponent(id)}/take-back`, { target: "#desk", swap: "outerHTML", values: { leaving } });
  done.finally(() => { deciding = false; sync(); });
}

document.addEventListener("taken-back", (event) => {
  const id = event.detail.job_id, kept = lately().find((each) => each.id === id);
  if (kept?.note) write(noteName(id), kept.note);
  write("review:lately", lately().filter((each) => each.id !== id));
  all("#notices [data-undo]").forEach((each) => each.remove());
  tellLately();
  setTimeout(() => htmx.trigger("#queue", "renew"));
});

// --- Buttons, links and what is typed ------------------------------------------------------------

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  const link = at("#queue-list a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.closest("li").dataset.job);
  } else if (at("[data-go]")) {
    const go = at("[data-go]").dataset.go;
    if (go === "open") openNext();
    else open(neighbour(go === "next" ? 1 : -1));
  } else if (at("[data-take-back]")) takeBack(at("[data-take-back]").dataset.job);
  else if (at("[data-zoom]")) zoomed() ? zoomOut() : zoomToBadge();
  else if (at("[data-show-verdict]")) {
    showVerdict(true);
    one("[data-verdict]").closest("section").querySelector("h3").focus();
  } else if (at("[data-again]")) open(current());
  else if (at('[data-open="#repaint"]')) fillRepaint();
  else if (at("#picture") && !drag?.moved) clickZoom(event);
});

function clickZoom(event) {
  if (zoomed()) return zoomOut();
  const box = one("#picture").getBoundingClientRect();
  zoomTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, CLICK_ZOOM);
}

function fillRepaint() {
  const form = one("#repaint-form");
  if (form.elements.job_id.value !== current()) offerViews(form);
  form.elements.job_id.value = current();
  form.elements.attempt.value = desk().dataset.attempt;
  form.elements.note.value ||= one("#note").value;
}

// What the poster's car has, and no more: its views, and the layouts that take the chosen one.
function offerViews(form) {
  form.reset();
  const { view, layout } = form.elements, groups = all("optgroup", one("#own-views").content);
  const named = groups.filter((group) => group.label).map((group) => new Option(group.label, group.dataset.view));
  view.replaceChildren(view.options[0], ...named);
  view.onchange = () => {
    const own = groups.find((group) => (view.value ? group.dataset.view === view.value : "own" in group.dataset));
    layout.replaceChildren(layout.options[0], ...(own ? all("option", own.cloneNode(true)) : []));
  };
  view.onchange();
}

document.addEventListener("input", (event) => {
  if (event.target.name === "note") write(noteName(current()), event.target.value);
});

// --- A claim lives as long as somebody looks ----------------------------------------------------

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && one("#claim[hx-post]")) htmx.trigger("#claim", "renew");
});
window.addEventListener("pagehide", () => {
  if (current()) navigator.sendBeacon(`/studio/review/${encodeURIComponent(current())}/let-go`, new URLSearchParams());
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && one("#claim[hx-post]")) htmx.trigger("#claim", "renew");
});

document.addEventListener("DOMContentLoaded", () => {
  for (const item of items()) if (isDecided(item)) item.remove();
  if (matchMedia("(max-width: 48rem)").matches) one("#waiting").open = false;
  tellLately();
  tellQueue();
  if (page.dataset.wanted) open(page.dataset.wanted);
  else openNext();
});
