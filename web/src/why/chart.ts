import { svg } from '../ui/element.js';
import type { Measured, Point } from './measured.js';
import { percent } from './words.js';

/** At most: on a phone as wide as it is, so that the letters keep their size. */
const WIDEST = 720;
const HEIGHT = 320;
const LEFT = 44;
const RIGHT = 22;
const TOP = 34;
const BOTTOM = 44;

/** Accuracy by number of drawings, on a logarithmic axis: `root.replaceChildren(chart(measured, root.clientWidth))`. */
export function chart(measured: Measured, available: number): SVGSVGElement {
  const { ordinary, varied, memory, chance } = measured;
  const width = Math.min(WIDEST, available);
  const most = Math.log(ordinary.at(-1)!.drawings);
  const xOf = (drawings: number) => LEFT + (Math.log(drawings) / most) * (width - LEFT - RIGHT);
  const across = (level: number) => `M${LEFT} ${yOf(level)}H${width - RIGHT}`;
  const along = (points: readonly Point[]) =>
    `M${points.map(({ drawings, accuracy }) => `${xOf(drawings)} ${yOf(accuracy)}`).join('L')}`;
  const picture = svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img' });
  picture.setAttribute('aria-label', inWords(measured));
  for (const level of [0, 50, 100]) {
    picture.append(svg('path', { class: 'why-grid', d: across(level) }));
    const text = level === 100 ? '100%' : String(level);
    picture.append(label(text, LEFT - 8, yOf(level) + 4, 'end'));
  }
  picture.append(
    svg('path', { class: 'why-chance', d: across(chance) }),
    label(`guessing: ${percent(chance)}`, width - RIGHT, yOf(chance) - 7, 'end'),
    svg('path', { class: 'why-level', d: across(memory) }),
    svg('path', { class: 'why-varied', d: along(varied) }),
    svg('path', { class: 'why-ordinary', d: along(ordinary) }),
  );
  for (const { drawings, accuracy } of ordinary) {
    const [x, y] = [xOf(drawings), yOf(accuracy)];
    const isLast = drawings === ordinary.at(-1)!.drawings;
    picture.append(
      svg('circle', { class: 'why-ordinary', cx: x, cy: y, r: 4 }),
      isLast
        ? label(percent(accuracy), width, y + 20, 'end', 'why-own')
        : label(percent(accuracy), x + 3, y + 20, 'start', 'why-own'),
      label(drawings.toLocaleString('en'), x, HEIGHT - BOTTOM + 20, 'middle'),
    );
  }
  const [x, y] = [xOf(1), yOf(memory)];
  picture.append(
    svg('path', { class: 'why-memory', d: `M${x} ${y - 8}l8 8l-8 8l-8 -8z` }),
    label(`with a memory: ${percent(memory)} from one`, x - 6, y - 15, 'start', 'why-memory'),
    label('ordinary network', xOf(10), yOf(62), 'start', 'why-own'),
    label('drawings of each character', width - RIGHT, HEIGHT - 4, 'end'),
  );
  return picture;
}

const yOf = (level: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - level / 100);

function label(text: string, x: number, y: number, anchor: string, kind = ''): SVGTextElement {
  const made = svg('text', { x, y, 'text-anchor': anchor, ...(kind && { class: kind }) });
  made.textContent = text;
  return made;
}

/** What the picture shows, for those who do not see it. */
function inWords({ ordinary, memory, chance }: Measured): string {
  const by = ordinary.map(
    ({ drawings, accuracy }) => `${percent(accuracy)} with ${drawings.toLocaleString('en')}`,
  );
  return (
    `Accuracy on new drawings of five characters, by drawings of each. Ordinary network: ${by.join(', ')}. ` +
    `Network with a memory: ${percent(memory)} with one. Guessing: ${percent(chance)}.`
  );
}
