/** Drawings for the tests of the page's parts that need no browser. */
import fc from 'fast-check';
import type { Stroke } from '../../web/src/pad/strokes.js';
import type { Look, Named } from '../../web/src/session/step.js';
import { tidyName } from '../../web/src/share/name.js';

/** Lines as a pen makes them: a random walk of small steps that turns slowly, anywhere on the pad. */
const stroke: fc.Arbitrary<Stroke> = fc
  .record({
    x: fc.integer({ min: 0, max: 1000 }),
    y: fc.integer({ min: 0, max: 1000 }),
    heading: fc.double({ min: 0, max: 6.28, noNaN: true }),
    turns: fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { maxLength: 120 }),
  })
  .map(({ x, y, heading, turns }) => {
    const line = [x, y];
    for (const turn of turns) {
      heading += turn;
      x = Math.max(0, Math.min(1000, x + 9 * Math.cos(heading)));
      y = Math.max(0, Math.min(1000, y + 9 * Math.sin(heading)));
      line.push(Math.round(x), Math.round(y));
    }
    return line;
  });

/** Anything that the limits allow: jumps, points twice, dots. */
const wildStroke: fc.Arbitrary<Stroke> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((points) => points.flat());

const picture: fc.Arbitrary<Look> = fc.integer({ min: 1, max: 80 }).chain((side) =>
  fc
    .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
    .map((some) => ({
      ink: Float32Array.from({ length: side * side }, (_, i) => some[(i * i + i) % some.length]!),
      side,
    })),
);

export const look: fc.Arbitrary<Look> = fc.oneof(
  fc.array(fc.oneof(stroke, wildStroke), { minLength: 1, maxLength: 6 }).map((strokes) => ({
    strokes,
  })),
  picture,
);

/** Of any code points, halves of pairs among them. (fast-check's unit 'binary' takes seconds to set up.) */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 })
  .map((codes) => String.fromCodePoint(...codes));

export const name: fc.Arbitrary<string> = fc
  .oneof(anyText, fc.string({ unit: 'grapheme' }), fc.string())
  .map(tidyName)
  .filter((name) => name !== '');

export const symbols: fc.Arbitrary<Named[]> = fc.uniqueArray(fc.record({ name, look }), {
  minLength: 1,
  maxLength: 20,
  selector: ({ name }) => name,
});

/** A symbol that a visitor might draw, of about 200 points: a loop with so many waves, and a line below. */
export function drawn(name: string, waves: number): Named {
  const loop = Array.from({ length: 160 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 159;
    const radius = 270 + 60 * Math.sin(waves * angle) + 1.5 * Math.sin(37 * i);
    return [Math.round(500 + radius * Math.cos(angle)), Math.round(430 + radius * Math.sin(angle))];
  });
  const line = Array.from({ length: 40 }, (_, i) => [
    200 + 15 * i,
    850 + Math.round(8 * Math.sin(i)),
  ]);
  return { name, look: { strokes: [loop.flat(), line.flat()] } };
}
