/** What the page says of the picture; all numbers are those that were measured. */
import type { Measured, Point } from './chart.js';

/** What the pretrained network had learned from before: see models/mann-omniglot-20way.md. */
const LEARNED_FROM = { drawings: 22_800, characters: 1_140 };

/**
 * How many drawings it takes: `With one drawing of each it classifies 52% of new drawings correctly. It takes more than
 * 100 drawings of each to do as well as the network with a memory does with one. ...`
 */
export function needInWords({ ordinary, varied, memory }: Measured): string {
  const one = Math.round(ordinary[0]!.accuracy);
  const [plainly, trickily] = [ordinary, varied].map((points) => count(tooFew(points, memory)));
  return (
    `With one drawing of each it classifies ${one}% of new drawings correctly. It takes more than ${plainly} drawings ` +
    'of each to do as well as the network with a memory does with one. It takes more than ' +
    `${trickily} if they are turned and shifted at random every time the network sees them (dashed line).`
  );
}

/** The caption: who learned what from what. */
export function captionInWords(sets: number): string {
  return (
    'Accuracy on new drawings of five invented characters. The network with a memory is shown one drawing of each ' +
    `and is not trained on them. It has learned before, from ${count(LEARNED_FROM.drawings)} drawings, but of ` +
    `${count(LEARNED_FROM.characters)} other characters. Means of ${sets} sets of five.`
  );
}

/** The most drawings with which a network is still worse. */
function tooFew(points: readonly Point[], memory: number): number {
  return points.findLast(({ accuracy }) => accuracy < memory)?.drawings ?? 0;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
