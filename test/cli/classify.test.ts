import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { glyphs } from '../../dist/data/glyphs.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { letter } from '../learner/drawings.js';
import { hasShipped, untrained } from '../learner/weights.js';
import { mann, temporaryFolder } from './run.js';

/** A picture of a letter; each number moves it and takes another pen. */
function picture(name: string, number: number): Uint8Array {
  const { width, height, data } = letter(name, { left: 10 + 7 * number, pen: 4 + number });
  return encode({ width, height, data, channels: 1 });
}

/** A folder with weights, three classes of two examples, and two pictures to name. */
function desk(more: Record<string, string | Uint8Array> = {}): string {
  const folder = temporaryFolder();
  const files: Record<string, string | Uint8Array> = {
    'weights.safetensors': serialiseCheckpoint(untrained()),
    'query/one.png': picture('L', 2),
    'query/two.png': picture('T', 2),
    ...more,
  };
  for (const name of ['L', 'T', 'Z']) {
    for (const i of [0, 1]) files[`support/${name}/${i}.png`] = picture(name, i);
  }
  for (const [path, data] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  }
  return folder;
}

const base = ['classify', '--weights', 'weights.safetensors', '--support', 'support'];

describe('mann classify', () => {
  it('names pictures in a table', async () => {
    const { code, stdout, stderr } = await mann([...base, '--query', 'query'], { cwd: desk() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^picture +class +confidence +second$/);
    expect(lines[1]).toMatch(/^one\.png +[LTZ] +\d+% +[LTZ] \d+%/);
    expect(lines[2]).toMatch(/^two\.png /);
    expect(lines[3]).toBe('');
    // The summary counts what the rows say.
    const classes = lines.slice(1, 3).map((line) => line.split(/ +/)[1]!);
    const counted = [...new Set(classes)]
      .sort()
      .map((label) => `${classes.filter((other) => other === label).length} ${label}`);
    const doubtful = lines.slice(1, 3).filter((line) => line.endsWith('perhaps none of these'));
    const doubt = doubtful.length > 0 ? ` (${doubtful.length} perhaps none of these)` : '';
    expect(lines[4]).toBe(`2 pictures in query: ${counted.join(', ')}${doubt}.`);
  });

  it('prints JSON, the same every time, with how it would do', async () => {
    const cwd = desk();
    const args = [...base, '--query', 'query', '--loo', '--json'];
    const [first, second] = [await mann(args, { cwd }), await mann(args, { cwd })];
    expect(first.stdout).toBe(second.stdout);
    const result = JSON.parse(first.stdout);
    expect(result).toMatchObject({
      weights: 'weights.safetensors',
      rounds: 1,
      classes: ['L', 'T', 'Z'].map((label) => ({ label, examples: 2 })),
      queries: [{ file: 'query/one.png' }, { file: 'query/two.png' }],
      loo: { of: 6, skipped: 0 },
    });
    expect(result.digest).toMatch(/^fnv1a64:[0-9a-f]{16}$/);
    for (const { label, confidence, confidences, known } of result.queries) {
      expect(confidences[0]).toEqual({ label, confidence });
      expect(confidences).toHaveLength(3);
      expect(typeof known).toBe('boolean');
    }
    expect(result.loo.wrong).toHaveLength(6 - result.loo.right);
    expect(result.loo.accuracy).toBeCloseTo((100 * result.loo.right) / 6, 9);
  });

  it.skipIf(!hasShipped)(
    'tells more than twenty classes apart, which a network for twenty refuses',
    async () => {
      const cwd = temporaryFolder();
      const { classes, atlas, side } = glyphs({ classes: 25, drawings: 2, seed: 9 });
      for (const [number, { first }] of classes.entries()) {
        const png = (i: number) => {
          const ink = atlas.subarray((first + i) * side ** 2, (first + i + 1) * side ** 2);
          const data = ink.map((value) => 255 - value);
          return encode({ width: side, height: side, data, channels: 1 });
        };
        mkdirSync(join(cwd, `support/glyph-${number}`), { recursive: true });
        writeFileSync(join(cwd, `support/glyph-${number}/0.png`), png(0));
        mkdirSync(join(cwd, 'query'), { recursive: true });
        writeFileSync(join(cwd, `query/glyph-${number}.png`), png(1));
      }
      const args = ['classify', '--support', 'support', '--query', 'query', '--json'];
      const { code, stdout } = await mann(args, { cwd });
      expect(code).toBe(0);
      const { weights, queries } = JSON.parse(stdout);
      expect(weights).toBe('mann-omniglot-strings');
      const right = queries.filter(
        ({ file, label }: { file: string; label: string }) => file === `query/${label}.png`,
      );
      expect(right.length).toBeGreaterThan(20);
      const named = await mann([...args, '--weights', 'mann-omniglot-20way'], { cwd });
      expect(named.code).toBe(2);
      expect(named.stderr).toMatch(
        /has 25 classes, but this network can tell only 20 apart: .*leave out --weights/,
      );
    },
  );

  it('leaves out what has company only', async () => {
    const cwd = desk({ 'lone/a/0.png': picture('L', 0), 'lone/b/0.png': picture('T', 0) });
    writeFileSync(join(cwd, 'lone/b/1.png'), picture('T', 1));
    const args = ['classify', '--weights', 'weights.safetensors', '--support', 'lone', '--loo'];
    const { code, stdout } = await mann(args, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Leave-one-out accuracy: \d\/2 \(\d+\.0%\); 1 example skipped: no other /,
    );
  });

  it.each<[string, string, RegExp]>([
    ['no support', 'classify --query query', /required option '--support <dir>' not specified/],
    ['nothing to name', 'classify --support support', /--query DIR, or --loo/],
    ['a missing folder', 'classify --support nowhere --loo', /--support nowhere does not exist/],
    [
      'a file for a folder',
      'classify --support support/L/0.png --loo',
      /0\.png is a PNG picture, not a folder: it must hold/,
    ],
    ['no class folders', 'classify --support query --loo', /has pictures but no folders of them/],
    [
      'no pictures',
      'classify --support empty --loo',
      /has no PNG, JPEG, WebP or BMP pictures in it/,
    ],
    [
      'no pictures to name',
      'classify --support support --query support',
      /--query support has no PNG, JPEG, WebP or BMP pictures \(but folders with some\)/,
    ],
    ['missing weights', 'classify --support support --loo --weights none', /cannot read none/],
    [
      'weights that are none',
      'classify --support support --loo --weights query/one.png',
      /query\/one.png: this is a PNG picture, not a safetensors file/,
    ],
    [
      'too many classes',
      'classify --support many --loo --weights weights.safetensors',
      /has 4 classes, but this network can tell only 3 apart/,
    ],
    [
      'a damaged picture',
      'classify --support support --query bad --weights weights.safetensors',
      /bad\/cut\.png cannot be used as a drawing: it is cut short/,
    ],
    [
      'an empty picture',
      'classify --support support --query blank --weights weights.safetensors',
      /blank\/a\.png is empty/,
    ],
    [
      'single examples left out',
      'classify --support single --loo --weights weights.safetensors',
      /--loo needs at least one class with two or more examples/,
    ],
  ])('refuses %s', async (_, line, message) => {
    const cwd = desk({
      'empty/readme.txt': 'nothing',
      'bad/cut.png': picture('L', 0).subarray(0, 60),
      'blank/a.png': encode({
        width: 9,
        height: 9,
        data: new Uint8Array(81).fill(255),
        channels: 1,
      }),
      'single/a/1.png': picture('L', 0),
      'single/b/1.png': picture('T', 0),
      ...Object.fromEntries(['a', 'b', 'c', 'd'].map((n) => [`many/${n}/1.png`, picture('L', 0)])),
    });
    const { code, stdout, stderr } = await mann(line.split(' '), { cwd });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mann: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
