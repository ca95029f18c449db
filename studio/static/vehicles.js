// Renders go from the browser straight to the bucket, by forms that the studio has had signed.

const form = document.querySelector("#upload");
const files = new Map();
const inputs = new Map([...form.querySelectorAll("input[data-role]")].map((each) => [each.dataset.role, each]));
const words = new Map([...document.querySelector("#upload-words").content.querySelectorAll("[data-word]")].map((each) => [each.dataset.word, each.textContent]));
const note = (role, text) => {
  document.querySelector(`#file-${role}-note`).textContent = text;
  inputs.get(role).toggleAttribute("aria-invalid", Boolean(text));
  if (text) inputs.get(role).setAttribute("aria-invalid", "true");
};

// --- Choosing --------------------------------------------------------------------------------

const PNG = [0x89, 0x50, 0x4e, 0x47], TIFF = [[0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a]];
const begins = (bytes, with_) => with_.every((value, at) => bytes[at] === value);
const ending = (name) => name.toLowerCase().split(".").pop();

// What is wrong with a file, as the name of a word; "" for a good one.
async function fault(role, file) {
  if (!file.size) return "empty";
  const bytes = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (role === "sidecar") return ending(file.name) === "json" && (await sidecarOf(file)) ? "" : "type_sidecar";
  const isPng = begins(bytes, PNG) && ending(file.name) === "png";
  const isTiff = TIFF.some((each) => begins(bytes, each)) && ["tif", "tiff"].includes(ending(file.name));
  return isPng || (isTiff && role === "render") ? "" : `type_${role}`;
}

async function sidecarOf(file) {
  try {
    const told = JSON.parse(await file.text());
    return told && typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}

async function choose(role, file) {
  files.delete(role);
  note(role, "");
  if (file) {
    let wrong;
    try {
      wrong = await fault(role, file);
    } catch {
      wrong = "unreadable";
    }
    if (wrong) note(role, words.get(wrong));
    else files.set(role, file);
    if (!wrong) await fillIn(role, file);
  }
  tell();
}

// A sidecar says what it is of, and so does a render's name, VIEW.LIGHT.png.
async function fillIn(role, file) {
  const told = role === "sidecar" ? await sidecarOf(file) : {};
  const [, view, light] = /^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\./.exec(file.name) ?? [];
  const found = { model: told.model, generation: told.generation, paint: told.paint, view: told.view ?? view, light: told.lit ?? light };
  for (const [name, value] of Object.entries(found)) {
    const field = form.elements[name];
    if (!value || field.value) continue;
    if (field.options && ![...field.options].some((each) => each.value === value)) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// The files that a form is asked for, as fields: their contents never go to the studio.
function tell() {
  const box = form.querySelector("[data-told]");
  box.replaceChildren();
  for (const [role, file] of files) {
    for (const [name, value] of Object.entries({ role, file: file.name, size: file.size })) {
      box.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }
}

for (const [role, input] of inputs) input.addEventListener("change", () => choose(role, input.files[0]));

const zone = form.querySelector("[data-files]");
zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  for (const file of event.dataTransfer.files) give(roleOf(file), file);
});
// A picture that is dropped beside a good render under another name than a mask's replaces it.
const roleOf = (file) => (ending(file.name) === "json" ? "sidecar" : /\.badge\.\w+$/i.test(file.name) ? "badge" : "render");

function give(role, file) {
  const held = new DataTransfer();
  held.items.add(file);
  inputs.get(role).files = held.files;
  choose(role, file);
}

// --- Sending ---------------------------------------------------------------------------------

form.addEventListener("htmx:beforeRequest", (event) => {
  const wrong = [...inputs.values()].find((each) => each.hasAttribute("aria-invalid"));
  if (event.detail.elt !== form || !wrong) return;
  event.preventDefault();
  wrong.focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const sending = event.target.id === "sending" && event.target.querySelector("[data-sending]");
  if (sending) send(sending);
});

async function send(sending) {
  document.querySelector("#arrived").replaceChildren();
  // The render goes last, so that intake sees all that belongs to it.
  const rows = [...sending.querySelectorAll("li[data-role]")].sort((a, b) => (a.dataset.role === "render") - (b.dataset.role === "render"));
  for (const row of rows) row.querySelector("[data-state]").textContent = words.get("waiting");
  const waiting = sending.querySelector("[data-await]");
  for (const row of rows) {
    const file = files.get(row.dataset.role);
    const failure = await post(row, file);
    if (failure) return failed(sending, row, failure);
    row.querySelector("[data-state]").textContent = words.get("sent");
    waiting.append(Object.assign(document.createElement("input"), { type: "hidden", name: "digest", value: await digest(file) }));
  }
  waiting.dispatchEvent(new CustomEvent("uploaded"));
}

function failed(sending, row, failure) {
  row.querySelector("[data-state]").textContent = "";
  const box = sending.querySelector("[data-failed]");
  box.textContent = words.get(failure);
  box.hidden = false;
}

// Send one file; "" once it is there, else the name of the word that says what helps.
function post(row, file) {
  return new Promise((resolve) => {
    const body = new FormData(), request = new XMLHttpRequest();
    for (const [name, value] of Object.entries(JSON.parse(row.dataset.fields))) body.append(name, value);
    body.append("file", file);
    const bar = row.querySelector("progress"), state = row.querySelector("[data-state]");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
      state.textContent = `${Math.round(bar.value)} %`;
    });
    request.addEventListener("load", () => {
      if (request.status < 300) bar.value = 100;
      resolve(request.status < 300 ? "" : refusal(request));
    });
    request.addEventListener("error", () => resolve("failed_network"));
    request.addEventListener("timeout", () => resolve("failed_network"));
    request.timeout = 15 * 60_000;
    request.open("POST", row.dataset.url);
    request.send(body);
  });
}

function refusal(request) {
  if (request.status >= 500) return "failed_broken";
  const told = request.responseText ?? "";
  if (/EntityTooLarge|EntityTooSmall|content-length-range/i.test(told)) return "failed_size";
  return /expired/i.test(told) ? "failed_expired" : "failed_refused";
}

async function digest(file) {
  const found = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(found)].map((each) => each.toString(16).padStart(2, "0")).join("");
}
