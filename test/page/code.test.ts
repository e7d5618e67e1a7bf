/** Symbols as code that people take elsewhere. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { Learner } from 'mann';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { raster } from '../../web/src/pad/strokes.js';
import { codeOf, embedOf, fileNameOf, type Seen } from '../../web/src/share/code.js';
import { anyText } from './drawings.js';

const cat = [
  [200, 300, 300, 150, 400, 300, 600, 300, 700, 150, 800, 300, 800, 700, 200, 700, 200, 300],
];
const dog = [
  [300, 150, 300, 850],
  [300, 500, 700, 150],
  [300, 500, 700, 850],
];
const catAgain = [
  [230, 330, 310, 200, 420, 320, 580, 330, 690, 190, 760, 330, 790, 690, 240, 670, 230, 330],
];
const dogAgain = [
  [320, 190, 290, 800],
  [310, 480, 680, 200],
  [300, 520, 640, 830],
];
const other = [
  [500, 150, 500, 850],
  [150, 500, 850, 500],
  [650, 200, 700, 150],
];

const names = ['the "cat" \\ </script>\u2028`\u0024{1}`', 'ü 🐶'];

describe('code for Node.js', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mann-code-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let learner: Learner;
  let code: string;

  beforeAll(async () => {
    learner = await Learner.load('mann-omniglot-20way');
    const side = learner.config.inputWidth;
    const symbols = [cat, dog].map((strokes, i): Seen => {
      const { ink } = learner.prepare(raster(strokes));
      learner.observe(raster(strokes), names[i]!);
      return { name: names[i]!, ink: Uint8Array.from(ink, (x) => Math.round(255 * x)) };
    });
    code = codeOf(symbols, side);
    // As after npm install mann.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(
      fileURLToPath(new URL('../..', import.meta.url)),
      join(folder, 'node_modules/mann'),
    );
    writeFileSync(join(folder, 'symbols.mjs'), code);
  });

  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['symbols.mjs', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });

  test.each([
    ['cat', catAgain, names[0]],
    ['dog', dogAgain, names[1]],
    ['other', other, undefined],
  ])('says of a file with a %s what a learner says that saw the same', (name, strokes, label) => {
    const { width, height, data } = raster(strokes);
    const picture = { width, height, data: data.map((ink) => 255 - ink), channels: 1 };
    writeFileSync(join(folder, `${name}.png`), encode(picture));
    const said = learner.predict(picture);
    expect(said.known ? said.label : undefined).toBe(label);
    const line = said.known
      ? `${said.label}, ${Math.round(100 * said.confidence)}%`
      : 'none of these';
    expect(run(`${name}.png`)).toBe(`${line}\n`);
  });

  test('says what it wants when no file is named', () => {
    expect(() => run()).toThrow(/Which picture\? node symbols\.mjs drawing\.png/);
  });

  test('is short', () => {
    const lines = code.split('\n');
    expect(lines.length).toBeLessThan(30);
    expect(lines.filter((line) => line.length > 100).length).toBe(names.length);
  });

  test('holds names and drawings whatever they are, and nothing that is not seen', () => {
    const symbol = fc.record({
      name: fc.oneof(
        anyText,
        fc.string(),
        fc.constantFrom(
          '</script>',
          '<!--',
          "'",
          '`\u0024{0}`',
          '\u2028',
          '\u202e',
          '\ud800',
          '*/',
          '\n',
        ),
      ),
      ink: fc.uint8Array({ minLength: 1, maxLength: 9 }),
    });
    fc.assert(
      fc.property(fc.array(symbol, { minLength: 1, maxLength: 5 }), (symbols) => {
        const code = codeOf(symbols, 20);
        expect(code).not.toMatch(/<[/!]|[^\P{C}\n]|\p{Zl}|\p{Zp}/u);
        const examples = new Function(
          `${code.slice(code.indexOf('function examples'))}; return examples();`,
        )() as [string, string][];
        expect(examples.map(([name]) => name)).toEqual(symbols.map(({ name }) => name));
        expect(examples.map(([, ink]) => Uint8Array.from(Buffer.from(ink, 'base64')))).toEqual(
          symbols.map(({ ink }) => Uint8Array.from(ink)),
        );
      }),
    );
  });

  test.each([
    [['cat', 'Dog'], 'cat-or-dog.mjs'],
    [['a'], 'a.mjs'],
    [['a', 'b', 'c', 'd'], 'symbols.mjs'],
    [['../x'], 'symbols.mjs'],
    [['a b'], 'symbols.mjs'],
    [['\n'], 'symbols.mjs'],
    [['constructor-'], 'symbols.mjs'],
  ])('for %j is called %s', (names, file) => expect(fileNameOf(names)).toBe(file));
});

describe('a frame', () => {
  test('is one line of HTML with the address in it', () => {
    expect(embedOf('https://example.org/embed.html?a=1&b=2#s=AbC-_')).toBe(
      '<iframe src="https://example.org/embed.html?a=1&amp;b=2#s=AbC-_" width="480" height="640" ' +
        'title="Draw a symbol: a neural network says which it is" loading="lazy"></iframe>',
    );
  });

  test('lets nothing out of its attributes', () => {
    const frame = embedOf(`https://example.org/"><script>'&`);
    expect(frame.match(/[<>]/g)).toHaveLength(4);
    expect(frame.match(/"/g)).toHaveLength(10);
  });

  test.each(['javascript:alert(1)', 'file:///x', ' https://x'])('is not made of %s', (address) =>
    expect(() => embedOf(address)).toThrow(/only a page/),
  );
});
