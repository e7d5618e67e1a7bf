import type { SequenceRecord } from '../data.js';
import { html, Markup } from '../page/html.js';

/** Shades of a probability: cells of one shade are one path. */
const SHADES = 16;

/** The bits of an answer that are wrong, as indices: above a half is 1, below is 0, and a half says nothing. */
export function wrongBits({ asked, answers }: SequenceRecord): number[] {
  const wrong: number[] = [];
  for (const [i, bit] of asked.entries()) {
    const isRight = bit === 1 ? answers[i]! > 0.5 : answers[i]! < 0.5;
    if (!isRight) wrong.push(i);
  }
  return wrong;
}

/** What was asked for and what came out of each sequence: a column is a vector, a row one of its bits. */
export function copiesFigure(sequences: readonly SequenceRecord[]): Markup {
  return html`<figure class="copies">${sequences.map((sequence) => {
    const { vectors, asked, answers } = sequence;
    const name = `${vectors} ${vectors === 1 ? 'vector' : 'vectors'}`;
    const wrong = wrongBits(sequence);
    return html`
<div class="pair">
${map(vectors, asked, [], `${name}: asked for`, `Heat map: the ${name} that were asked for`)}
${map(vectors, answers, wrong, `${name}: came out`, `Heat map: the ${name} that came out, ${wrong.length} of ${asked.length} bits wrong`)}
</div>`;
  })}
<figcaption>Each column is a vector, each row one of its bits; the first vector is on the left. Full colour: the
probability that the bit is 1 is 100%. Crosses: wrong bits.</figcaption></figure>`;
}

function map(
  L: number,
  values: Float32Array,
  wrong: readonly number[],
  title: string,
  label: string,
): Markup {
  const D = values.length / L;
  const shades = Array.from({ length: SHADES }, (): string[] => []);
  for (let l = 0; l < L; l++) {
    for (let d = 0; d < D; d++) {
      const shade = Math.round(values[l * D + d]! * SHADES);
      shades[shade - 1]?.push(`M${l} ${d}h1v1h-1z`);
    }
  }
  const cells = shades.map((paths, i) =>
    paths.length === 0 ? '' : `<path opacity="${(i + 1) / SHADES}" d="${paths.join('')}"/>`,
  );
  const crosses = wrong.map((i) => {
    const [l, d] = [Math.floor(i / D), i % D];
    return `M${l + 0.25} ${d + 0.25}l.5 .5m0 -.5l-.5 .5`;
  });
  return html`<div class="copy" style="--vectors:${L}"><span>${title}</span>
<svg class="bits" viewBox="0 0 ${L} ${D}" role="img" aria-label="${label}"><g class="on">${new Markup(cells.join(''))}</g>${
    crosses.length > 0 && html`<path class="cross" d="${crosses.join('')}"/>`
  }</svg></div>`;
}
