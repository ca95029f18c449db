// Looking closely: zoom, overlays and sliders; everything in a page zooms and moves together.

const every = (selector) => [...document.querySelectorAll(selector)];
const stages = () => every("[data-stage]");

function zoom(how) {
  for (const stage of stages()) {
    const layers = stage.querySelector(".layers"), poster = stage.querySelector("[data-poster]");
    if (!poster) continue;
    // The first picture sets the scale for all.
    const width = document.querySelector("[data-poster]").naturalWidth;
    layers.classList.toggle("zoomed", how !== "fit");
    layers.style.width = how === "fit" ? "" : `${how === "badge" ? width * 2 : width}px`;
    if (how === "badge") toBadge(stage, layers);
  }
}

function toBadge(stage, layers) {
  const { badge, size } = document.querySelector("[data-looking]").dataset;
  const [left, top, right, bottom] = badge.split(",").map(Number), [width] = size.split(",").map(Number);
  const scale = layers.getBoundingClientRect().width / width;
  stage.scrollTo(((left + right) / 2) * scale - stage.clientWidth / 2, ((top + bottom) / 2) * scale - stage.clientHeight / 2);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) zoom(button.dataset.zoom);
});

document.addEventListener("change", (event) => {
  const { show } = event.target.dataset;
  if (show) {
    const layer = document.querySelector(`[data-overlay="${show}"]`);
    // Loaded when it is first asked for; the badge's difference lies within a drawing.
    const picture = layer.matches("img") ? layer : layer.querySelector("image");
    if (picture?.dataset.src) {
      picture.setAttribute(picture === layer ? "src" : "href", picture.dataset.src);
      delete picture.dataset.src;
    }
    layer.toggleAttribute("hidden", !event.target.checked);
  }
  if ("together" in event.target.dataset) together(event.target.checked);
});

document.addEventListener("input", (event) => event.target.dataset.slide && slide(event.target));

// The layer above is seen up to the slider's place.
function slide(range) {
  const layer = document.querySelector(`[data-${range.dataset.slide}]`);
  layer.hidden = range.value === "0";
  layer.style.clipPath = `inset(0 ${100 - range.value}% 0 0)`;
}

function together(on) {
  document.querySelector("[data-together-slider]").hidden = !on;
  document.querySelector("[data-pair]").classList.toggle("together", on);
  const other = document.querySelector("[data-other]");
  if (on) slide(document.querySelector("[data-slide=other]"));
  else if (other) other.hidden = true;
}

// Two stages move as one.
let leading = null;
document.addEventListener("scroll", (event) => {
  const stage = event.target;
  if (!stage.matches?.("[data-stage]") || (leading && leading !== stage)) return;
  leading = stage;
  for (const other of stages()) if (other !== stage) other.scrollTo(stage.scrollLeft, stage.scrollTop);
  requestAnimationFrame(() => requestAnimationFrame(() => { leading = null; }));
}, true);
