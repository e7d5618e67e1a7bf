import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { findChromium, visits } from '../browser.js';
import {
  byInstance,
  controls,
  download,
  finished,
  follow,
  pick,
  QUICK,
  rowsOf,
  runSays,
  train,
} from './teach-page.js';

const chromium = findChromium();
const folder = mkdtempSync(join(tmpdir(), 'mann-teach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command line of this build, in a folder of its own; what it prints as JSON. */
async function mann(args: readonly string[]): Promise<{ accuracy: Record<string, number> }> {
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, '--json'], {
    cwd: folder,
  });
  return JSON.parse(stdout);
}

describe.skipIf(!chromium)('the page for classes', () => {
  const { at, atBare, open } = visits(chromium!);
  const teach = (fragment = '') => at(`teach.html${fragment}`);

  test('says what an episode is and draws one', async () => {
    const { page, errors, foreign } = await open(teach());
    const says = page.locator('#episode-says');
    expect(await says.textContent()).toMatch(
      /^Each episode: 50 drawings of 5 classes, in random order; 10 of each.*comes one step late/,
    );
    await page.waitForFunction(() => document.querySelectorAll('#example li').length === 50);
    const labels = () => page.locator('#example li > span').allTextContents();
    expect(new Set(await labels()).size).toBe(5);
    expect(await page.locator('#example .first').count()).toBe(5);
    await pick(page, 'strings');
    await page.getByLabel('Classes (N)').fill('3');
    await page.keyboard.press('Tab');
    // an episode keeps ten drawings of each class
    expect(await page.getByLabel('Drawings').inputValue()).toBe('30');
    await page.waitForFunction(() => document.querySelectorAll('#example li').length === 30);
    expect((await labels())[0]).toMatch(/^Label [a-e]{5}$/);
    expect(await says.textContent()).toContain('string of five letters');
    expect([errors, foreign]).toEqual([[], []]);
  });

  test('trains above chance, tests on new classes, and the command does the same', async () => {
    const { page, errors, foreign } = await open(teach(QUICK));
    await train(page);
    await finished(page);
    const { bytes } = await download(page, 'Tests as CSV');
    const tests = bytes.toString();
    const [first] = rowsOf(tests);
    // chance is 33%, and nearest neighbour on pixels about 50% on the 2nd
    expect(byInstance(tests, 2)).toBeGreaterThan(60);
    expect(byInstance(tests, 2)).toBeGreaterThan(Number(rowsOf(tests)[1]!.neighbours));
    expect(Number(first!.ci95)).toBeGreaterThan(0);
    const shots = rowsOf(tests).filter(({ test }) => test === 'N-way K-shot');
    expect(shots.map(({ ways, shots }) => `${ways}/${shots}`)).toEqual(
      ['2', '3'].flatMap((N) => ['1', '2', '3', '5', '10'].map((K) => `${N}/${K}`)),
    );
    for (const { ways, accuracy } of shots) {
      expect(Number(accuracy)).toBeGreaterThan(100 / Number(ways));
    }
    // What ran in the page and what runs in Node: the same episodes, the same weights.
    const args = first!.command!.replace(/^npx mann /, '').split(' ');
    const { accuracy } = await mann(args);
    const network = await download(page, 'Save network');
    expect(network.name).toBe('mann-3-classes.safetensors');
    const { accuracy: ofFile } = await mann(['test', network.path, '--test-batches', '50']);
    for (const instance of [1, 2, 5]) {
      expect(
        Math.abs(accuracy[instance]! - byInstance(tests, instance)),
        `${instance}`,
      ).toBeLessThan(0.01);
      expect(ofFile[instance], `${instance}`).toBeCloseTo(accuracy[instance]!, 6);
    }
    expect([errors, foreign]).toEqual([[], []]);
  });

  test('stops at once, goes on, and ends as if nothing had happened', async () => {
    const files = [];
    for (const isStopped of [false, true]) {
      const { page, errors } = await open(teach(`${QUICK}&between=kept`));
      await train(page);
      if (isStopped) {
        await runSays(page, /^Batch (2|3|4)/);
        await page.getByRole('button', { name: 'Stop' }).click();
        await runSays(page, /^Stopped after batch/);
        const batch = Number(
          /batch (\d+)/.exec((await page.locator('.run .says').textContent())!)![1],
        );
        expect(batch).toBeLessThan(120);
        await page.getByRole('button', { name: 'Go on' }).click();
      }
      await finished(page);
      files.push([
        (await download(page, 'Curves as CSV')).bytes.toString(),
        (await download(page, 'Tests as CSV')).bytes.toString(),
      ]);
      expect(errors).toEqual([]);
    }
    expect(files[1]).toEqual(files[0]);
    const points = rowsOf(files[0]![0]!);
    expect(points).toHaveLength(120);
    expect(points.at(-1)).toMatchObject({ batch: '120', episodes: '1920', between: 'kept' });
  });

  test('trains one after another, and forgets what is removed', async () => {
    const { page, errors } = await open(teach(QUICK));
    await train(page);
    await train(page);
    await follow(page, `${QUICK}&memory=none&encoder=mlp`);
    await train(page);
    const says = page.locator('.run .says');
    expect(await says.nth(1).textContent()).toBe('Waits for the run before it.');
    // the one that trains, and one that waits
    await runSays(page, /^Batch/);
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await finished(page);
    expect(await page.locator('.run').count()).toBe(1);
    const curves = rowsOf((await download(page, 'Curves as CSV')).bytes.toString());
    expect(new Set(curves.map(({ name }) => name))).toEqual(new Set(['LSTM, 3 classes']));
    expect(curves).toHaveLength(120);
    expect(errors).toEqual([]);
  });

  test('writes names into tables as they are', async () => {
    const { page } = await open(teach(QUICK.replace('batches=120', 'batches=10')));
    await train(page);
    await finished(page);
    const name = 'Ann’s, "best" <b>';
    await page.getByLabel('Name of the run').fill(name);
    const curves = await download(page, 'Curves as CSV');
    expect(rowsOf(curves.bytes.toString())[0]!.name).toBe(name);
    expect(await page.locator('#by-instance .ours th').textContent()).toBe(name);
    expect(await page.locator('#by-instance b').count()).toBe(0);
  });

  test('saves charts as pictures on paper, also from a dark page', async () => {
    const { page, errors } = await open(teach(QUICK.replace('batches=120', 'batches=10')), {
      colorScheme: 'dark',
    });
    await train(page);
    await finished(page);
    for (const [button, height] of [
      ['Curves as PNG', [900, 1400]],
      ['Chart as PNG', [500, 900]],
    ] as const) {
      const { bytes, name } = await download(page, button);
      expect(name).toMatch(/\.png$/);
      const picture = decode(bytes);
      expect(picture.width).toBe(2400);
      expect(picture.height).toBeGreaterThan(height[0]);
      expect(picture.height).toBeLessThan(height[1]);
      const said = await page.locator('#saved').textContent();
      expect(said).toBe(`Saved ${name}, 2400 × ${picture.height} pixels.`);
      const { data, channels } = picture;
      const colours = new Set<string>();
      for (let i = 0; i < data.length; i += channels) {
        colours.add(`${data[i]} ${data[i + 1]} ${data[i + 2]}`);
      }
      expect([...data.slice(0, 3)]).toEqual([251, 250, 246]); // the paper
      expect(colours).toContain('29 92 134'); // the run's line
      expect(colours).toContain('35 33 29'); // the title
    }
    expect(errors).toEqual([]);
  });

  test('opens a link with the same settings in a fresh profile', async () => {
    const { page } = await open(teach());
    await pick(page, 'strings');
    await pick(page, 'NTM');
    await pick(page, 'feed-forward');
    await pick(page, 'kept');
    await page.getByText('More settings').click();
    for (const [label, value] of [
      ['Classes (N)', '7'],
      ['Drawings', '33'],
      ['Batches', '1234'],
      ['Random seed', '42'],
      ['Batch size', '8'],
      ['Learning rate', '0.003'],
    ] as const) {
      await page.getByLabel(label).fill(value);
      await page.getByLabel(label).blur();
    }
    const chosen = await controls(page);
    expect(chosen).toMatchObject({ classes: '7', length: '33', labels: 'strings', memory: 'ntm' });
    const link = (await page
      .getByRole('link', { name: 'These settings as a link' })
      .getAttribute('href'))!;
    const { page: other } = await open(teach(link));
    expect(await controls(other)).toEqual(chosen);
    // the address itself is that link
    expect(new URL(page.url()).hash).toBe(link);
  });

  test('takes a broken link for one without settings', async () => {
    for (const nonsense of [
      '#classes=-3&memory=<b>&seed=1e99&length=9e9',
      '#%',
      '#classes=&length=NaN',
      `#seed=${'9'.repeat(5000)}`,
    ]) {
      const { page, errors } = await open(teach(nonsense));
      expect(await controls(page)).toMatchObject({ classes: '5', memory: 'lrua', seed: '1' });
      expect(errors).toEqual([]);
    }
    const { page } = await open(teach('#classes=500&length=3&batches=0&memory=none&between=kept'));
    expect(await page.getByLabel('Classes (N)').inputValue()).toBe('20');
    expect(await page.getByLabel('Drawings').inputValue()).toBe('20');
    expect(await page.getByLabel('Batches').inputValue()).toBe('10');
    expect(await page.getByLabel('kept').isChecked()).toBe(false);
  });

  test('turns off what a network does not have, and says why', async () => {
    const { page } = await open(teach());
    const kept = page.getByLabel('kept');
    expect(await kept.isEnabled()).toBe(true);
    await pick(page, 'no memory');
    expect(await kept.isEnabled()).toBe(false);
    expect(await page.locator('#why-between').textContent()).toBe(
      'This network has no memory that could be kept.',
    );
    expect(await page.locator('[name=slots]').isEnabled()).toBe(false);
    await pick(page, 'LRUA');
    expect(await kept.isEnabled()).toBe(true);
    expect(await page.locator('#why-between').isVisible()).toBe(false);
  });

  test('trains the same without cross-origin isolation', async () => {
    const files = [];
    for (const url of [teach(QUICK), atBare(`teach.html${QUICK}`)]) {
      const { page, errors } = await open(url);
      await train(page);
      await finished(page);
      files.push((await download(page, 'Tests as CSV')).bytes.toString());
      expect(errors).toEqual([]);
    }
    expect(files[1]).toBe(files[0]);
  });

  test('says so in a sentence where no worker starts', async () => {
    const { page } = await open(teach(), { serviceWorkers: 'block' }, (page) =>
      page.route('**/assets/worker-*', (route) => route.fulfill({ status: 404, body: '' })),
    );
    await page.waitForFunction(() => document.querySelector('#problem')!.textContent !== '');
    await train(page);
    await runSays(page, /^Failed: this browser could not keep its worker running\.$/);
    expect(await page.locator('#problem').textContent()).toBe(
      'Networks can’t be trained: this browser could not keep its worker running.',
    );
  });
});
