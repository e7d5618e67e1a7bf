// What the README shows, with drawings made on the spot. No top-level await: bundles may be scripts.
import { Learner } from 'mann';

function drawing(lines, document = globalThis.document) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [100, 100];
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, 100, 100);
  context.lineWidth = 6;
  for (const [x0, y0, x1, y1] of lines) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
  return canvas;
}

const cross = [
  [20, 20, 80, 80],
  [80, 20, 20, 80],
];
const bent = [
  [30, 20, 30, 80],
  [30, 80, 70, 80],
];

async function learn() {
  // In a page: ?weights=URL. The README's call has no argument.
  const weights = new URLSearchParams(location.search).get('weights') ?? undefined;
  const learner = await Learner.load(weights);
  learner.observe(drawing(cross), 'cross');
  learner.observe(drawing(bent), 'bent');
  const frame = document.body.appendChild(document.createElement('iframe'));
  const foreign = drawing(bent, frame.contentDocument);
  const pixels = foreign.getContext('2d').getImageData(0, 0, 100, 100);
  return {
    digest: learner.digest,
    labels: [drawing(cross), drawing(bent), foreign, pixels].map((d) => learner.predict(d).label),
    isForeign: !(pixels.data instanceof Uint8ClampedArray) && !(pixels instanceof ImageData),
  };
}

learn().then(
  (outcome) => Object.assign(globalThis, { outcome }),
  ({ name, message }) => Object.assign(globalThis, { outcome: { error: `${name}: ${message}` } }),
);
