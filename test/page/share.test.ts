/** Links that hold symbols: what they hold, how long they are, and what of hostile ones comes through. */
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { Random, UserError } from 'mann';
import { describe, expect, test } from 'vitest';
import { isLook } from '../../web/src/session/kept-look.js';
import type { Look, Named } from '../../web/src/session/step.js';
import { holdsSymbols, linkOf, symbolsOf } from '../../web/src/share/link.js';
import { LONGEST_NAME, tidyName } from '../../web/src/share/name.js';
import { simplify, slim } from '../../web/src/share/simplify.js';
import { anyText, drawn, look, symbols } from './drawings.js';

const base = new URL('https://example.org/mann/');
const open = (link: string) => symbolsOf(new URL(link).hash);
const dot = (name: string): Named => ({ name, look: { strokes: [[500, 500]] } });

/** All of it, to compare: `toEqual` is slow with thousands of pixels. */
const textOf = (value: unknown) =>
  JSON.stringify(value, (_, part) => (part instanceof Float32Array ? [...part] : part));

/** A fragment of bytes that no page would write. */
const forged = (bytes: Uint8Array | readonly number[], version = 1) =>
  `#s=${Buffer.from([version, ...deflateRawSync(Uint8Array.from(bytes))]).toString('base64url')}`;
/** One symbol called "a", with these bytes for its drawing. */
const symbol = (...drawing: number[]) => [1, 1, 97, ...drawing];

/** What a fragment says is wrong; undefined where it is right, and then it holds only what is allowed. */
async function complaint(fragment: string): Promise<string | undefined> {
  try {
    const found = await symbolsOf(fragment);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(20);
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
    for (const { name, look } of found) {
      expect(name).toBe(tidyName(name));
      expect(name).not.toBe('');
      expect(isLook('strokes' in look ? look : { ink: [...look.ink] })).toBe(true);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,200}$/);
    return error.message;
  }
}

describe('a slim drawing', () => {
  test('stays as it is when it is slimmed again', () => {
    fc.assert(
      fc.property(look, (look) => {
        const once = slim(look);
        expect(textOf(slim(once))).toBe(textOf(once));
      }),
    );
  });

  test('keeps to the limits, and to where the pen went', () => {
    const distance = (x: number, y: number, line: readonly number[]) => {
      let least = Math.hypot(x - line[0]!, y - line[1]!);
      for (let i = 2; i < line.length; i += 2) {
        const [ax, ay] = [line[i - 2]!, line[i - 1]!];
        const [dx, dy] = [line[i]! - ax, line[i + 1]! - ay];
        const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
        const t = Math.max(0, Math.min(1, along));
        least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
      }
      return least;
    };
    fc.assert(
      fc.property(look, (look) => {
        const made = slim(look);
        if ('strokes' in look && 'strokes' in made) {
          expect(isLook(made)).toBe(true);
          expect(made.strokes.length).toBe(look.strokes.length);
          look.strokes.forEach((stroke, s) => {
            for (let i = 0; i < stroke.length; i += 2) {
              // The tolerance and half a diagonal of the grid.
              const away = distance(stroke[i]!, stroke[i + 1]!, made.strokes[s]!);
              expect(away).toBeLessThan(3 + Math.SQRT2 + 1e-9);
            }
          });
        } else if ('ink' in look && 'ink' in made) {
          expect(made.side).toBe(Math.min(look.side, 70));
          expect(made.ink.length).toBe(made.side ** 2);
          const mean = (ink: Float32Array) => ink.reduce((a, b) => a + b, 0) / ink.length;
          expect(Math.abs(mean(made.ink) - mean(look.ink))).toBeLessThan(0.5 / 15 + 1e-3);
        } else expect.fail('another kind of drawing');
      }),
    );
  });

  test('has few points, and corners twice so that they stay corners', () => {
    const side = (x0: number, y0: number, x1: number, y1: number) =>
      Array.from({ length: 60 }, (_, i) => [
        Math.round(x0 + ((x1 - x0) * i) / 59),
        Math.round(y0 + ((y1 - y0) * i) / 59),
      ]).flat();
    const angle = [...side(200, 200, 800, 200), ...side(800, 200, 800, 800)];
    expect(slim({ strokes: [angle] })).toEqual({
      strokes: [[200, 200, 800, 200, 800, 200, 800, 800]],
    });
    const { strokes } = slim(drawn('wave', 3).look) as { strokes: number[][] };
    expect(strokes.flat().length / 2).toBeLessThan(60);
    expect(slim({ strokes: [[500, 500, 502, 500, 500, 500]] })).toEqual({
      strokes: [[500, 500]],
    });
  });

  test('takes no more of the stack for a line that is simplified point by point', () => {
    const spiral = Array.from({ length: 6000 }, (_, i) => {
      const radius = 500 * 0.999 ** i;
      return [500 + radius * Math.cos(i / 9), 500 + radius * Math.sin(i / 9)];
    }).flat();
    expect(simplify(spiral, 0).length).toBeGreaterThan(10_000);
  });
});

describe('a name', () => {
  test('is tidied once and for all', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string()), (text) => {
        const name = tidyName(text);
        expect(tidyName(name)).toBe(name);
        expect([...name].length).toBeLessThanOrEqual(LONGEST_NAME);
        expect(name).toBe(name.normalize('NFC'));
        expect(name).not.toMatch(
          /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\s|\s$/u,
        );
      }),
    );
  });

  test.each([
    [' cat\n', 'cat'],
    ['two\t\u00a0words', 'two words'],
    ['e\u0301', 'é'],
    ['\u202egod\u202c', 'god'],
    ['a\u0000b\ufeffc\u2028d', 'ab c d'],
    ['👨\u200d👩\u200d👧 ❤\ufe0f', '👨\u200d👩\u200d👧 ❤\ufe0f'],
    ['\u200d\u200b\u3164', ''],
    ['\ud800', ''],
    ['x'.repeat(30), 'x'.repeat(24)],
    ['😀'.repeat(30), '😀'.repeat(24)],
  ])('%j becomes %j', (text, name) => expect(tidyName(text)).toBe(name));
});

describe('a link', () => {
  test('holds slim drawings and tidy names exactly', async () => {
    await fc.assert(
      fc.asyncProperty(symbols, async (symbols) => {
        const link = await linkOf(symbols, base);
        expect(link.startsWith('https://example.org/mann/#s=')).toBe(true);
        expect(link).toMatch(/#s=[\w-]+$/);
        const slimmed = symbols.map(({ name, look }) => ({ name, look: slim(look) }));
        expect(textOf(await open(link))).toBe(textOf(slimmed));
        expect(await linkOf(slimmed, base)).toBe(link);
      }),
      { numRuns: 30 },
    );
  });

  test('replaces what the address has after the #, and nothing else', async () => {
    const link = await linkOf([dot('a')], new URL('https://example.org/x/embed.html?seed=3#draw'));
    expect(link).toMatch(/^https:\/\/example\.org\/x\/embed\.html\?seed=3#s=[\w-]+$/);
  });

  test('has less than 900 characters for five symbols, and 4,000 for twenty', async () => {
    const twenty = Array.from({ length: 20 }, (_, i) => drawn(`symbol ${i + 1}`, 2 + (i % 7)));
    expect((await linkOf(twenty.slice(0, 5), base)).length).toBeLessThan(900);
    expect((await linkOf(twenty, base)).length).toBeLessThan(4000);
  });

  test.each<[string, Named[], RegExp]>([
    ['no symbols', [], /^there is nothing to share yet/],
    ['21 symbols', Array.from({ length: 21 }, (_, i) => dot(`${i}`)), /up to 20 symbols.* 21/],
    ['a name twice', [dot('é'), dot('e\u0301')], /^two symbols are called "é"/],
    ['no name', [dot('\u202e ')], /^a symbol has no name/],
    ['a scribble', [{ name: 'a', look: scribble() }], /^the drawing of "a" has too many lines/],
    ['twenty noisy pictures', noise(), /^these symbols would take a link of \d+ kB/],
  ])('is not made of %s', async (_, symbols, message) => {
    await expect(linkOf(symbols, base)).rejects.toThrow(message);
    await expect(linkOf(symbols, base)).rejects.toBeInstanceOf(UserError);
  });

  test('is not made or opened by a browser that lacks CompressionStream', async () => {
    const link = await linkOf([dot('a')], base);
    const { CompressionStream } = globalThis;
    try {
      Object.assign(globalThis, { CompressionStream: undefined });
      const message = /^this browser is too old for links with symbols: .*Safari 16\.4/;
      await expect(linkOf([dot('a')], base)).rejects.toThrow(message);
      await expect(open(link)).rejects.toThrow(message);
    } finally {
      Object.assign(globalThis, { CompressionStream });
    }
  });

  test.each([
    ['', false],
    ['#draw', false],
    ['#s=', true],
    ['#s=abc', true],
  ])('is told from others: %j', (hash, is) => expect(holdsSymbols(hash)).toBe(is));
});

describe('a hostile link', () => {
  test('is read like any other when it is right', async () => {
    expect(await symbolsOf(forged(symbol(1, 1, 200, 1, 200, 1)))).toEqual([
      { name: 'a', look: { strokes: [[200, 200]] } },
    ]);
  });

  test.each<[string, string | (() => string), RegExp]>([
    ['nothing', '', /holds no symbols/],
    ['another fragment', '#train', /holds no symbols/],
    ['no bytes', '#s=', /cut off/],
    ['other letters', '#s=AB!C', /other characters/],
    ['a length that base64 cannot have', '#s=AAAAA', /cut off/],
    ['another version', forged(symbol(1, 1, 0, 0), 2), /version 2/],
    ['too much text', `#s=${'A'.repeat(70_000)}`, /too long/],
    ['a bomb of zeros', () => forged(new Uint8Array(40e6)), /holds too much/],
    ['a bomb of symbols', () => forged(new Uint8Array(30e6).fill(20)), /holds too much/],
    ['no symbols', forged([0]), /no symbols/],
    ['nothing compressed', forged([]), /missing/],
    [
      '10,000 symbols',
      forged([0x90, 0x4e, ...Array(10_000).fill([1, 97, 1, 1, 0, 0]).flat()]),
      /range/,
    ],
    ['21 symbols', forged([21, ...Array(21).fill([1, 97, 1, 1, 0, 0]).flat()]), /range/],
    ['an endless number', forged(Array(50).fill(255)), /range/],
    ['a long name', forged([1, 97, ...Array(97).fill(97), 1, 1, 0, 0]), /range/],
    ['a name that is no text', forged([1, 1, 0xff, 1, 1, 0, 0]), /not text/],
    ['a name of nothing', forged([1, 0, 1, 1, 0, 0]), /no name/],
    ['a name of spaces', forged([1, 2, 32, 10, 1, 1, 0, 0]), /no name/],
    ['a name twice', forged([2, 1, 97, 1, 1, 0, 0, 1, 97, 1, 1, 0, 0]), /two symbols/],
    ['a point outside the pad', forged(symbol(1, 1, 1, 0)), /leaves the pad/],
    ['a point far outside', forged(symbol(1, 1, 0xe9, 7, 0)), /leaves the pad/],
    ['a stroke without points', forged(symbol(1, 0)), /leaves the pad/],
    ['too many strokes', forged(symbol(0xff, 0x7f)), /range/],
    ['too many points', forged(symbol(2, 0xa0, 31, ...Array(8000).fill(0), 1, 0, 0)), /range/],
    ['lines that are too long', forged(symbol(1, 0x90, 3, ...zigzag(400))), /too long/],
    ['a picture without pixels', forged(symbol(0, 0)), /leaves the pad/],
    ['a picture that is too large', forged(symbol(0, 71, ...Array(71 * 71).fill(0))), /range/],
    ['a picture that is cut off', forged(symbol(0, 70, ...Array(4899).fill(0))), /missing/],
    ['17 grey levels', forged(symbol(0, 1, 16)), /grey levels/],
    ['more behind the symbols', forged(symbol(1, 1, 0, 0, 0)), /follows/],
  ])('of %s is a sentence', async (_, fragment, message) => {
    expect(await complaint(typeof fragment === 'string' ? fragment : fragment())).toMatch(message);
  });

  test('turns no name around, hides none and has no long ones', async () => {
    const bytes = [...new TextEncoder().encode('\u202ea\u2066\u0000b\u200f')];
    const [{ name }] = (await symbolsOf(forged([1, bytes.length, ...bytes, 1, 1, 0, 0]))) as [
      Named,
    ];
    expect(name).toBe('ab');
    const long = forged([1, 30, ...Array(30).fill(97), 1, 1, 0, 0]);
    expect((await symbolsOf(long))[0]!.name).toBe('a'.repeat(24));
  });

  test('of 300 that are cut, changed or mixed is a sentence or allowed symbols', async () => {
    const random = new Random(1, 'hostile links');
    const links = await Promise.all(
      [1, 5, 20].map((count) =>
        linkOf(
          Array.from({ length: count }, (_, i) => drawn(`n${i}`, i % 6)),
          base,
        ),
      ),
    );
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    let complaints = 0;
    for (let i = 0; i < 300; i++) {
      const hash = new URL(links[i % 3]!).hash;
      const at = 3 + random.below(hash.length - 3);
      const other = letters[random.below(64)]!;
      const changed = [
        hash.slice(0, at),
        hash.slice(0, at) + other + hash.slice(at + 1),
        hash.slice(0, at) + hash.slice(at + 1 + random.below(9)),
        hash.slice(0, at) + hash.slice(3),
        hash.toLowerCase(),
      ][i % 5]!;
      if (changed !== hash && (await complaint(changed)) !== undefined) complaints++;
    }
    expect(complaints).toBeGreaterThan(150);
    // The same below the compression, where most changes would be noticed at once.
    for (let i = 0; i < 300; i++) {
      const bytes = Array.from({ length: 1 + random.below(60) }, () => random.below(256));
      await complaint(forged(i % 2 ? bytes : symbol(...bytes.map((byte) => byte % 24))));
    }
  });
});

/** Steps of a pen from side to side of the pad. */
function zigzag(points: number): number[] {
  return [
    0,
    0,
    ...Array.from({ length: points - 1 }, (_, i) => [...(i % 2 ? [0xe7, 7] : [0xe8, 7]), 0]).flat(),
  ];
}

function scribble(): Look {
  return {
    strokes: [Array.from({ length: 10_000 }, (_, i) => (i % 4 < 2 ? 0 : 30) + 4 * (i % 7))],
  };
}

/** Pictures that don't compress. */
function noise(): Named[] {
  const random = new Random(1, 'noise');
  return Array.from({ length: 20 }, (_, i) => ({
    name: `${i}`,
    look: { ink: Float32Array.from({ length: 4900 }, () => random.uniform()), side: 70 },
  }));
}
