// The wall: the keyboard walks it, Back lands where one was, and many posters are picked.

const posters = document.querySelector("#posters");
const form = document.querySelector("#picked");
const cards = () => [...posters.querySelectorAll(".poster > a")];

// --- Back lands where one was: the address tells which batch is seen, and which poster was opened

function place(id) {
  const batch = id ? document.getElementById(id).closest(".batch") : null;
  const address = new URL(location.href);
  const at = batch?.dataset.at;
  if (at) address.searchParams.set("at", at);
  else address.searchParams.delete("at");
  address.hash = id ?? "";
  history.replaceState(null, "", address);
}

posters.addEventListener("click", (event) => {
  const card = event.target.closest(".poster");
  if (card && event.target.closest("a")) place(card.id);
});

const returned = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (returned) {
  returned.scrollIntoView({ block: "center" });
  returned.querySelector("a").focus({ preventScroll: true });
}

// --- The keyboard: arrows walk, x picks -------------------------------------------------------

posters.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const all = cards();
  const now = all.indexOf(event.target.closest(".poster")?.querySelector("a"));
  if (now < 0) return;
  const top = (card) => Math.round(card.getBoundingClientRect().top);
  const columns = Math.max(1, all.findIndex((card) => top(card) !== top(all[0])) > 0 ? all.findIndex((card) => top(card) > top(all[0])) : all.length);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  if (event.key in steps) {
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, now + steps[event.key]))].focus();
  } else if (event.key === "x") {
    event.preventDefault();
    all[now].closest(".poster").querySelector("input").click();
  }
});

// --- Picked ones --------------------------------------------------------------------------------

const picked = () => [...posters.querySelectorAll("[name=job]:checked")];

function count() {
  const number = picked().length;
  form.hidden = number === 0;
  const words = form.querySelector("[data-picked]");
  words.textContent = words.dataset.words.replace("#", number);
  form.querySelector("[data-compare]").hidden = number !== 2;
}

document.addEventListener("change", (event) => event.target.name === "job" && count());
form.addEventListener("reset", () => setTimeout(count));
form.querySelector("[data-compare]").addEventListener("click", () => {
  const [one, other] = picked().map((each) => each.closest(".poster").id);
  place(one);
  location.href = `/studio/compare?a=${one}&b=${other}`;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = document.querySelector("#many-dialog");
  if (event.target.id === "many" && !dialog.open) dialog.showModal();
});
document.querySelector("#many-dialog").addEventListener("close", (event) => {
  if (event.target.querySelector("[data-done]")) location.reload();
});
count();
