/** What the page says of the picture; all numbers are those that were measured. */
import type { Measured, Point } from './measured.js';

/** What the pretrained network had learned from before: see models/mann-omniglot-20way.md. */
const LEARNED_FROM = { drawings: 22_800, characters: 1_140 };

/**
 * How many drawings it takes: `With one drawing of each it classifies 52% of new drawings correctly. It takes more than
 * 100 drawings of each to do as well as the network with a memory does with one.`
 */
export function needInWords({ ordinary, memory }: Measured): string {
  return (
    `With one drawing of each it classifies ${percent(ordinary[0]!.accuracy)} of new drawings correctly. It takes more ` +
    `than ${count(tooFew(ordinary, memory))} drawings of each to do as well as the network with a memory does with one.`
  );
}

/** The caption: what is shown, and who learned what from what. */
export function captionInWords({ varied, memory }: Measured, sets: number): string {
  return (
    'Accuracy on new drawings of five invented characters. The network with a memory is shown one drawing of each ' +
    `and is not trained on them. It has learned before, from ${count(LEARNED_FROM.drawings)} drawings, but of ` +
    `${count(LEARNED_FROM.characters)} other characters. The dashed line is an ordinary network for which every ` +
    'drawing is turned and shifted at random each time it is used in training. It takes more than ' +
    `${count(tooFew(varied, memory))} drawings then. Means of ${sets} sets of five.`
  );
}

/** With a decimal where that is what differs: `52%`, `98.9%`. */
export function percent(accuracy: number): string {
  return `${accuracy < 95 ? Math.round(accuracy) : accuracy.toFixed(1)}%`;
}

/** The most drawings with which a network is still worse. */
function tooFew(points: readonly Point[], memory: number): number {
  return points.findLast(({ accuracy }) => accuracy < memory)?.drawings ?? 0;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
