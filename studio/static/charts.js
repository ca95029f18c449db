// Charts of the figures in the tables beneath them, in the page's colours, as wide as there is room.

const ZONE = "Asia/Shanghai";
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function figuresOf(table) {
  const rows = [...table.tBodies[0].rows].sort((one, other) => one.dataset.at - other.dataset.at);
  const heads = [...table.tHead.querySelectorAll("[data-series]")];
  const value = (cell) => ("value" in cell.dataset ? Number(cell.dataset.value) : null);
  return {
    at: rows.map((row) => Number(row.dataset.at)),
    words: rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
    series: heads.map((head, n) => ({
      name: head.dataset.series,
      colour: head.dataset.colour,
      values: rows.map((row) => value(row.cells[n + 1])),
    })),
  };
}

// The first series lies in front of what it and the later ones make together.
function stacked(series) {
  const sums = series[0].values.map(() => 0);
  return series.map(({ values }) => values.map((value, n) => (sums[n] += value ?? 0)));
}

function seriesOf(kind, { colour: name }, n) {
  const stroke = colour(name);
  if (kind === "lines") return { stroke, width: 2, dash: n ? [6, 4] : undefined, points: { show: true, size: 7, fill: stroke }, spanGaps: false };
  return { stroke, fill: stroke, width: 0, paths: uPlot.paths.bars({ size: [0.7, 40] }), points: { show: false } };
}

function axes(isByHour) {
  const line = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const parts = isByHour ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "2-digit", day: "2-digit" };
  const told = new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: ZONE });
  return [
    { ...line, grid: { show: false }, size: 28, space: 56, values: (_, marks) => marks.map((mark) => told.format(new Date(mark * 1000))) },
    { ...line, size: 46, space: 36 },
  ];
}

function draw(box) {
  const figure = box.closest("figure"), kind = box.dataset.chart;
  const found = figuresOf(figure.querySelector("table"));
  const values = kind === "stacked" ? stacked(found.series) : found.series.map((each) => each.values);
  const order = kind === "stacked" ? found.series.map((_, n) => found.series.length - 1 - n) : found.series.map((_, n) => n);
  const step = found.at.length > 1 ? found.at[1] - found.at[0] : 3600;
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height: box.clientHeight,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), ZONE),
      cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === "lines" } },
      scales: { x: { range: (_, low, high) => [low - step / 2, high + step / 2] }, y: { range: (_, low, high) => [0, Math.max(high * 1.08, 1e-2)] } },
      axes: axes(step < 86400),
      series: [{}, ...order.map((n) => seriesOf(kind, found.series[n], n))],
      hooks: { setCursor: [(u) => readOut(figure, found, u.cursor.idx)] },
    },
    [found.at, ...order.map((n) => values[n])],
    box,
  );
  drawn.get(box)?.destroy();
  drawn.set(box, chart);
}

function readOut(figure, found, index) {
  const words = index === null || index === undefined ? [] : found.words[index];
  for (const [n, { name }] of found.series.entries()) {
    figure.querySelector(`[data-readout="${name}"]`).textContent = words[n + 1] ?? "";
  }
  figure.querySelector('[data-readout="at"]').textContent = words[0] ?? "";
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = drawn.get(target);
    if (chart && chart.width !== target.clientWidth) chart.setSize({ width: target.clientWidth, height: target.clientHeight });
  }
});
for (const box of document.querySelectorAll("[data-chart]")) {
  draw(box);
  resized.observe(box);
}
dark.addEventListener("change", () => [...drawn.keys()].forEach(draw));
