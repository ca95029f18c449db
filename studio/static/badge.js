// The outline of a badge on its render: moved by pointer or keyboard, or typed into a table.

const form = document.querySelector("[data-badge]");
const one = (selector) => form.querySelector(selector);
const stage = one("[data-stage]"), layers = one("[data-layers]"), svg = one("svg.outlines");
const table = one("[data-points]"), field = one("[name=polygons]"), status = one("[data-says]");
const WIDTH = Number(form.dataset.width), HEIGHT = Number(form.dataset.height);
const MOST_POINTS = 400, MOST_OUTLINES = 16, LEAST_POINTS = 3;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DRAFT = `badge:${form.dataset.badge}`;

const { trace } = await import(`./tracing.js${new URL(import.meta.url).search}`);

const first = JSON.stringify(await stored());
let baseline = first;
let outlines = JSON.parse(sessionStorage.getItem(DRAFT) ?? first);
let zoom = 1;
const past = [], future = [];
let lastStep = { name: "", at: 0 };

// What was drawn before; where there is but the badge's box, the outline of its mask.
async function stored() {
  const told = JSON.parse(form.dataset.polygons), [box] = told;
  const isBox = told.length === 1 && box.length === 4 && box.every(([x, y], i) => x === box[(i + 1) % 4][0] || y === box[(i + 1) % 4][1]);
  if (!isBox) return told;
  try {
    const traced = await trace(form.dataset.mask, WIDTH, HEIGHT);
    return traced.length ? traced : told;
  } catch {
    return told;
  }
}

// --- Words ---------------------------------------------------------------------------------

const words = new Map([...document.querySelector("#badge-words").content.querySelectorAll("[data-word]")].map((each) => [each.dataset.word, each.textContent]));
const word = (name, values = {}) => words.get(name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
const say = (name, values) => { status.textContent = word(name, values); };
const shown = (value) => Math.round(value * 10) / 10;
const pointName = (p, i) => word("point_of", { point: i + 1, outline: p + 1, x: shown(outlines[p][i][0]), y: shown(outlines[p][i][1]) });

// --- Steps, and back -------------------------------------------------------------------------

// Steps of one name in quick succession are one, such as those of a key that is held.
function step(name, change) {
  const before = JSON.stringify(outlines);
  change();
  if (JSON.stringify(outlines) === before) return;
  const now = Date.now();
  if (name !== lastStep.name || now - lastStep.at > 700) past.push(before);
  lastStep = { name, at: now };
  future.length = 0;
  draw();
}

function back(from, to, said) {
  if (!from.length) return say("nothing_undone");
  to.push(JSON.stringify(outlines));
  outlines = JSON.parse(from.pop());
  lastStep = { name: "", at: 0 };
  draw();
  say(said);
}

const within = (value, most) => Math.min(Math.max(value, 0), most);
const put = (p, i, x, y) => { outlines[p][i] = [within(x, WIDTH), within(y, HEIGHT)]; };

function moveOutline(p, dx, dy) {
  // The whole outline stops at the edge, so that it keeps its form.
  const xs = outlines[p].map(([x]) => x), ys = outlines[p].map(([, y]) => y);
  dx = Math.min(Math.max(dx, -Math.min(...xs)), WIDTH - Math.max(...xs));
  dy = Math.min(Math.max(dy, -Math.min(...ys)), HEIGHT - Math.max(...ys));
  outlines[p] = outlines[p].map(([x, y]) => [x + dx, y + dy]);
}

function addAfter(p, i, at) {
  const points = outlines[p];
  if (points.length >= MOST_POINTS) return say("most_points", { most: MOST_POINTS });
  const [a, b] = [points[i], points[(i + 1) % points.length]];
  step("", () => points.splice(i + 1, 0, at ?? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]));
  focusPoint(p, i + 1);
  say("added", { name: pointName(p, i + 1) });
}

function removePoint(p, i) {
  if (outlines[p].length <= LEAST_POINTS) return say("least_points");
  step("", () => outlines[p].splice(i, 1));
  focusPoint(p, Math.min(i, outlines[p].length - 1));
  say("removed", { point: i + 1, outline: p + 1 });
}

function removeOutline(p) {
  if (outlines.length <= 1) return say("least_outlines");
  step("", () => outlines.splice(p, 1));
  focusPoint(Math.min(p, outlines.length - 1), 0);
}

function addOutline() {
  if (outlines.length >= MOST_OUTLINES) return say("most_outlines", { most: MOST_OUTLINES });
  const half = 30 / zoom;
  const x = within((stage.scrollLeft + stage.clientWidth / 2) / zoom, WIDTH), y = within((stage.scrollTop + stage.clientHeight / 2) / zoom, HEIGHT);
  step("", () => outlines.push([[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => [Math.round(within(x + a * half, WIDTH)), Math.round(within(y + b * half, HEIGHT))])));
  focusPoint(outlines.length - 1, 0);
  say("added", { name: pointName(outlines.length - 1, 0) });
}

// --- Drawing -----------------------------------------------------------------------------------

const make = (name, attributes, parent) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
};
const shape = () => outlines.map((each) => each.length).join();
const handle = (p, i) => svg.querySelector(`.handle[data-p="${p}"][data-i="${i}"]`);
const focusPoint = (p, i) => handle(p, i)?.focus();

function draw() {
  const text = JSON.stringify(outlines.map((each) => each.map(([x, y]) => [Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000])));
  field.value = text;
  if (text === baseline) sessionStorage.removeItem(DRAFT);
  else sessionStorage.setItem(DRAFT, text);
  if (svg.dataset.shape !== shape()) rebuild();
  outlines.forEach((points, p) => {
    const outline = svg.querySelector(`.outline[data-p="${p}"]`);
    outline.setAttribute("d", `M${points.map((each) => each.join()).join("L")}Z`);
    outline.setAttribute("aria-label", word("outline_of", { outline: p + 1, count: points.length }));
    points.forEach(([x, y], i) => {
      const point = handle(p, i);
      point.setAttribute("transform", `translate(${x} ${y}) scale(${1 / zoom})`);
      point.setAttribute("aria-label", pointName(p, i));
      for (const axis of [0, 1]) {
        const input = table.querySelector(`input[data-p="${p}"][data-i="${i}"][data-axis="${axis}"]`);
        if (input !== document.activeElement) input.value = shown(outlines[p][i][axis]);
      }
    });
  });
  one("[data-do=undo]").disabled = !past.length;
  one("[data-do=redo]").disabled = !future.length;
}

function rebuild() {
  svg.dataset.shape = shape();
  svg.replaceChildren();
  outlines.forEach((_, p) => make("path", { class: "outline", "data-p": p, tabindex: 0, role: "button" }, svg));
  outlines.forEach((points, p) => points.forEach((_, i) => {
    const point = make("g", { class: "handle", "data-p": p, "data-i": i, tabindex: 0, role: "button" }, svg);
    make("circle", { class: "reach", r: 12 }, point);
    make("circle", { class: "dot", r: 5 }, point);
  }));
  table.replaceChildren(...outlines.map(tableOf));
}

function tableOf(points, p) {
  const made = document.createElement("table");
  made.createCaption().textContent = word("outline", { outline: p + 1 });
  const head = made.createTHead().insertRow(), body = made.createTBody();
  for (const name of ["point", "column", "row"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = word(name);
    head.append(cell);
  }
  head.insertCell();
  points.forEach((_, i) => {
    const row = body.insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = i + 1;
    row.append(name);
    for (const axis of [0, 1]) {
      const input = Object.assign(document.createElement("input"), { type: "number", min: 0, max: axis ? HEIGHT : WIDTH, step: "any" });
      Object.assign(input.dataset, { p, i, axis });
      input.setAttribute("aria-label", `${word("outline", { outline: p + 1 })}, ${word("point")} ${i + 1}, ${word(axis ? "row" : "column")}`);
      row.insertCell().append(input);
    }
    row.insertCell().append(button("add_after", p, i), button("remove", p, i));
  });
  const foot = made.createTFoot().insertRow().insertCell();
  foot.colSpan = 4;
  foot.append(button("remove_outline", p));
  return made;
}

function button(name, p, i) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: word(name) });
  Object.assign(made.dataset, { do: name, p, ...(i === undefined ? {} : { i }) });
  made.setAttribute("aria-label", `${word(name)}: ${word("outline", { outline: p + 1 })}${i === undefined ? "" : `, ${word("point")} ${i + 1}`}`);
  return made;
}

// --- Zoom ----------------------------------------------------------------------------------------

function show(wanted, x, y) {
  zoom = Math.min(Math.max(wanted, 0.2), 24);
  layers.style.width = `${WIDTH * zoom}px`;
  stage.scrollTo(x * zoom - stage.clientWidth / 2, y * zoom - stage.clientHeight / 2);
  draw();
}

const middle = () => [(stage.scrollLeft + stage.clientWidth / 2) / zoom, (stage.scrollTop + stage.clientHeight / 2) / zoom];
const zoomBy = (factor) => show(zoom * factor, ...middle());

function zoomToBadge() {
  const points = outlines.flat(), xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const fits = Math.min(stage.clientWidth / (x1 - x0 + 1), stage.clientHeight / (y1 - y0 + 1)) / 1.8;
  show(fits, (x0 + x1) / 2, (y0 + y1) / 2);
}

// --- What people do ----------------------------------------------------------------------------

const DO = {
  undo: () => back(past, future, "undone"),
  redo: () => back(future, past, "redone"),
  zoom_in: () => zoomBy(1.4),
  zoom_out: () => zoomBy(1 / 1.4),
  zoom_badge: zoomToBadge,
  zoom_all: () => show(Math.min(stage.clientWidth / WIDTH, stage.clientHeight / HEIGHT), WIDTH / 2, HEIGHT / 2),
  add_outline: addOutline,
  add_after: ({ p, i }) => addAfter(Number(p), Number(i)),
  remove: ({ p, i }) => removePoint(Number(p), Number(i)),
  remove_outline: ({ p }) => removeOutline(Number(p)),
  reset: () => { step("", () => { outlines = JSON.parse(first); }); say("reset_done"); },
};

form.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do]");
  if (pressed) DO[pressed.dataset.do](pressed.dataset);
});

one("[data-mask]").addEventListener("change", (event) => { one("img.now").hidden = !event.target.checked; });

table.addEventListener("change", (event) => {
  const { p, i, axis } = event.target.dataset, value = event.target.valueAsNumber;
  if (Number.isNaN(value)) return draw();
  const at = [...outlines[p][i]];
  at[axis] = value;
  step("", () => put(p, i, ...at));
  event.target.value = shown(outlines[p][i][axis]);
  say("moved", { name: pointName(Number(p), Number(i)) });
});
table.addEventListener("keydown", (event) => {
  // Enter in a table of numbers ends typing; it saves nothing.
  if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); event.target.dispatchEvent(new Event("change", { bubbles: true })); }
});

svg.addEventListener("keydown", (event) => {
  const point = event.target.closest(".handle"), outline = event.target.closest(".outline");
  if ((!point && !outline) || event.ctrlKey || event.metaKey || event.altKey) return;
  const p = Number(event.target.dataset.p), i = Number(event.target.dataset.i), arrow = ARROWS[event.key];
  if (arrow) {
    const by = event.shiftKey ? 10 : 1, [dx, dy] = [arrow[0] * by, arrow[1] * by];
    if (point) step(`key ${p} ${i}`, () => put(p, i, outlines[p][i][0] + dx, outlines[p][i][1] + dy));
    else step(`key ${p}`, () => moveOutline(p, dx, dy));
    say("moved", { name: point ? pointName(p, i) : word("outline", { outline: p + 1 }) });
  } else if (point && event.key === "Enter") addAfter(p, i);
  else if (event.key === "Delete" || event.key === "Backspace") point ? removePoint(p, i) : removeOutline(p);
  else if (event.key === "Home" || event.key === "End") focusPoint(p, event.key === "Home" ? 0 : outlines[p].length - 1);
  else if (event.key === "Escape") one("button.main").focus();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "z") { event.preventDefault(); event.shiftKey ? DO.redo() : DO.undo(); }
  else if (key === "y") { event.preventDefault(); DO.redo(); }
});

// --- Pointer -------------------------------------------------------------------------------------

const at = (event) => {
  const box = svg.getBoundingClientRect();
  return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
};
let drag = null;

svg.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  const held = event.target.closest(".handle, .outline");
  // A finger on the picture itself scrolls it, as anywhere.
  if (!held && event.pointerType !== "mouse") return;
  event.preventDefault();
  held?.focus({ preventScroll: true });
  svg.setPointerCapture(event.pointerId);
  drag = { held, from: at(event), started: JSON.parse(JSON.stringify(outlines)), name: `drag ${Date.now()}`, client: [event.clientX, event.clientY], scroll: [stage.scrollLeft, stage.scrollTop] };
});
svg.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.held) return stage.scrollTo(drag.scroll[0] - event.clientX + drag.client[0], drag.scroll[1] - event.clientY + drag.client[1]);
  const [x, y] = at(event), [dx, dy] = [Math.round(x - drag.from[0]), Math.round(y - drag.from[1])];
  const p = Number(drag.held.dataset.p), i = Number(drag.held.dataset.i);
  lastStep.at = Date.now();
  step(drag.name, () => {
    outlines[p] = JSON.parse(JSON.stringify(drag.started[p]));
    if (drag.held.matches(".handle")) put(p, i, outlines[p][i][0] + dx, outlines[p][i][1] + dy);
    else moveOutline(p, dx, dy);
  });
});
for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => { drag = null; });

svg.addEventListener("dblclick", (event) => {
  const outline = event.target.closest(".outline");
  if (!outline) return;
  const p = Number(outline.dataset.p), [x, y] = at(event), points = outlines[p];
  const far = points.map((a, i) => {
    const b = points[(i + 1) % points.length], [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = Math.min(Math.max(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    return Math.hypot(a[0] + along * dx - x, a[1] + along * dy - y);
  });
  addAfter(p, far.indexOf(Math.min(...far)), [Math.round(x), Math.round(y)]);
});

stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
}, { passive: false });

// --- Saving --------------------------------------------------------------------------------------

form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== form || field.value !== baseline) return;
  event.preventDefault();
  say("unchanged");
});
document.addEventListener("badge-saved", () => {
  baseline = field.value;
  sessionStorage.removeItem(DRAFT);
});

zoomToBadge();
if (field.value !== baseline) say("restored");
