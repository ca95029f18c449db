// The outlines of what is white in a picture, as polygons through the edges of its pixels.

const LEAST_AREA = 4, MOST_OUTLINES = 16, TOLERANCE = 0.6, HALF = 128;

// Return polygons of [x, y], the largest first; holes are no outlines.
export async function trace(address, width, height) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const sheet = Object.assign(document.createElement("canvas"), { width, height });
  const pen = sheet.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, width, height);
  const bytes = pen.getImageData(0, 0, width, height).data;
  const white = (x, y) => x >= 0 && y >= 0 && x < width && y < height && bytes[4 * (y * width + x)] >= HALF;
  return loops(edges(white, width, height))
    .map((points) => ({ points, area: areaOf(points) }))
    .filter(({ area }) => area >= LEAST_AREA)
    .sort((a, b) => b.area - a.area)
    .slice(0, MOST_OUTLINES)
    .map(({ points }) => simplified(middles(points)));
}

// The middle of each edge, so that slanting steps become a line.
const middles = (points) => points.map(([x, y], i) => {
  const [nextX, nextY] = points[(i + 1) % points.length];
  return [(x + nextX) / 2, (y + nextY) / 2];
});

// Every pixel's edges towards black, clockwise, by where they begin.
function edges(white, width, height) {
  const found = new Map();
  const add = (x0, y0, x1, y1) => {
    const key = `${x0},${y0}`;
    if (!found.has(key)) found.set(key, []);
    found.get(key).push([x1, y1]);
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!white(x, y)) continue;
      if (!white(x, y - 1)) add(x, y, x + 1, y);
      if (!white(x + 1, y)) add(x + 1, y, x + 1, y + 1);
      if (!white(x, y + 1)) add(x + 1, y + 1, x, y + 1);
      if (!white(x - 1, y)) add(x, y + 1, x, y);
    }
  }
  return found;
}

function loops(found) {
  const made = [];
  for (const [key, ends] of found) {
    while (ends.length) {
      const start = key.split(",").map(Number), points = [start];
      let at = ends.pop();
      while (at[0] !== start[0] || at[1] !== start[1]) {
        points.push(at);
        at = found.get(at.join()).pop();
      }
      made.push(points);
    }
  }
  return made;
}

// Positive for what is clockwise as one sees it, negative for a hole.
function areaOf(points) {
  return points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

// Douglas and Peucker's way, for both halves of a ring.
function simplified(points) {
  const far = points.reduce((best, each, i) => (away(each, points[0]) > away(points[best], points[0]) ? i : best), 0);
  const kept = [...halved(points.slice(0, far + 1)), ...halved([...points.slice(far), points[0]])];
  return kept.length >= 3 ? kept : points;
}

const away = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

// The last point is left to the half that follows.
function halved(points) {
  const first = points[0], last = points[points.length - 1], long = away(first, last) || 1;
  let worst = 0, at = 0;
  for (let i = 1; i < points.length - 1; i += 1) {
    const off = Math.abs((last[0] - first[0]) * (first[1] - points[i][1]) - (first[0] - points[i][0]) * (last[1] - first[1])) / long;
    if (off > worst) [worst, at] = [off, i];
  }
  if (worst <= TOLERANCE) return [first];
  return [...halved(points.slice(0, at + 1)), ...halved(points.slice(at))];
}
