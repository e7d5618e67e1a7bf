import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../dist/model/config.js';
import { renderEpisodeStrip, renderReport } from '../../dist/report/index.js';
import { sampleEpisode, sampleReport } from './sample.js';

const text = (page: string, selector: string) =>
  [...parseHTML(page).document.querySelectorAll(selector)].map((e) =>
    (e.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );

describe('renderReport', () => {
  it('asks no host for anything and runs no script', async () => {
    const page = await renderReport(sampleReport());
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script, iframe, object, base, [onload]').length).toBe(0);
    for (const element of document.querySelectorAll('[src], [href]')) {
      const target = element.getAttribute('src') ?? element.getAttribute('href');
      expect(target).toMatch(/^data:/);
    }
    expect(page).not.toMatch(/url\(|@import/);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/);
  });

  it('shows the table with intervals, chance and the upper bound', async () => {
    const page = await renderReport(sampleReport());
    expect(text(page, 'thead th')).toEqual(['1st', '2nd', '3rd', '4th', '5th', '10th']);
    const rows = text(page, 'tbody tr');
    expect(rows[0]).toBe('This network40.3±1.381.5±0.990.0±0.891.0±0.792.0±0.7–');
    expect(rows[1]).toMatch(/^Chance33\.3/);
    expect(rows[2]).toMatch(/^Upper bound61\.1100\.0/);
    expect(rows).toHaveLength(3);
  });

  it('has the LSTM, people and chance beside the result where they compare', async () => {
    const dataset = { name: 'omniglot', trained: '1200 classes', tested: '423 unseen classes' };
    const three = await renderReport(sampleReport({ dataset }));
    expect(text(three, 'tbody tr')).toHaveLength(3);
    const config = modelConfig({ numClasses: 5, inputHeight: 4, inputWidth: 5 });
    const five = await renderReport(sampleReport({ dataset, config }));
    expect(text(five, 'tbody tr').slice(1)).toEqual([
      'LSTM without memory35.689.392.093.894.495.6',
      'People34.557.370.171.881.492.4',
      'Chance20.020.020.020.020.020.0',
      'Upper bound45.7100.0100.0100.0100.0100.0',
      'MANN, Santoro et al. 201636.482.891.092.694.998.1',
      'MANN, original implementation35.489.295.296.396.997.8',
      'LSTM, original implementation30.477.985.387.588.891.6',
    ]);
    // Other drawings: set apart, and said to be of Omniglot.
    const glyphs = text(await renderReport(sampleReport({ config })), 'tbody tr');
    expect(glyphs.slice(1, 6)).toEqual([
      'Chance20.020.020.020.020.020.0',
      'Upper bound45.7100.0100.0100.0100.0100.0',
      'For comparison, on Omniglot',
      'LSTM without memory35.689.392.093.894.495.6',
      'People34.557.370.171.881.492.4',
    ]);
  });

  it('has the accuracy of the LSTM from its card', () => {
    const card = readFileSync(
      new URL('../../models/lstm-omniglot-5way.md', import.meta.url),
      'utf8',
    );
    const [row] = card.split('\n').filter((line) => line.startsWith('| rotated and shifted'));
    const values = [...row!.matchAll(/(\d+\.\d) ±/g)].map(([, value]) => value);
    expect(values.join(' ')).toBe('35.6 89.3 92.0 93.8 94.4 95.6');
  });

  it('shows memory as the page does: a column a slot, a row a step, in the colours of the page', async () => {
    const episode = sampleEpisode();
    const { slots: N, heads: R } = episode.memory!;
    const weights = episode.memory!.writeWeights.fill(0);
    const at = (t: number, slot: number) => (t * R + 0) * N + slot;
    // Both heads' mean: slot 4 at step 3 is the largest, slot 2 at step 6 half of it, the resting slot all.
    weights[at(3, 4)] = 0.8;
    weights[at(6, 2)] = 0.4;
    for (const head of [0, 1]) weights[at(0, 0) + head * N] = 1;
    const page = await renderReport(sampleReport({ episode }));
    const tokens = readFileSync(new URL('../../web/src/style/tokens.css', import.meta.url), 'utf8');
    const [above, aboveDark] = [...tokens.matchAll(/--above: ([\d ]+);/g)].map(([, c]) => c);
    const [below, belowDark] = [...tokens.matchAll(/--below: ([\d ]+);/g)].map(([, c]) => c);
    expect(page.match(/--above:[\d ]+/g)).toEqual([`--above:${above}`, `--above:${aboveDark}`]);
    expect(page.match(/--below:[\d ]+/g)).toEqual([`--below:${below}`, `--below:${belowDark}`]);
    for (const [kind, plus, minus] of [
      ['light', above, below],
      ['dark', aboveDark, belowDark],
    ]) {
      const { document } = parseHTML(page);
      const image = document.querySelector(`img.${kind}[alt*="Write weights"]`)!;
      expect(image.getAttribute('alt')).toMatch(/of 6 slots over 8 steps, full colour 0\.40$/);
      const png = decode(Buffer.from(image.getAttribute('src')!.split(',')[1]!, 'base64'));
      expect([png.width, png.height]).toEqual([N, episode.length]);
      const pixel = (t: number, slot: number) => {
        const start = 4 * (t * N + slot);
        return [...png.data.subarray(start, start + 4)].join(' ');
      };
      expect(pixel(3, 4)).toBe(`${plus} 255`);
      expect(pixel(6, 2)).toBe(`${plus} ${Math.round(255 * 0.5 ** 0.7)}`);
      expect(pixel(0, 0)).toBe(`${minus} ${Math.round(255 * 0.5 ** 0.7)}`);
      expect(pixel(4, 3)).toBe(`${plus} 0`);
    }
  });

  it('shows every drawing with guess, confidence and truth, not by colour alone', async () => {
    const page = await renderReport(sampleReport());
    const steps = text(page, '.strip li');
    expect(steps).toHaveLength(8);
    expect(steps[0]).toBe('new ✗ B 80% is A');
    expect(steps[2]).toBe('✓ A 80% correct');
    expect(steps[7]).toBe('✗ B 80% is A');
    expect(page).toContain(
      'classified 5 of 8 drawings correctly, and 4 of the 5 whose class had appeared before',
    );
  });

  it('describes every picture', async () => {
    const { document } = parseHTML(await renderReport(sampleReport()));
    for (const image of document.querySelectorAll('img')) {
      expect(image.getAttribute('alt')).toMatch(/\w/);
    }
    for (const chart of document.querySelectorAll('svg')) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(chart.getAttribute('aria-label')).toMatch(/\d/);
    }
  });

  it('leaves out the memory of a network that has none, and the curve that is not known', async () => {
    const config = modelConfig({ model: 'lstm', numClasses: 3, inputHeight: 4, inputWidth: 5 });
    const episode = sampleEpisode({ memory: false });
    const page = await renderReport(sampleReport({ config, episode, curve: [] }));
    expect(text(page, 'h2')).toEqual(['Accuracy', 'One test episode', 'Reproducing this result']);
  });

  it('shows no usage and no settings of the other memory for an NTM', async () => {
    const config = modelConfig({ memory: 'ntm', numClasses: 3, inputHeight: 4, inputWidth: 5 });
    const page = await renderReport(sampleReport({ config }));
    expect(page).toContain('a Neural Turing Machine');
    expect(page).toContain('Write weights');
    expect(page).not.toMatch(/usage|least used/i);
    expect(text(page, 'dt')).not.toContain('Key strength');
  });

  it('escapes what came from people', async () => {
    const dataset = { name: '<b>&"x', trained: '1 classes', tested: '1 unseen classes' };
    const page = await renderReport(sampleReport({ dataset, command: 'a && b > <c>' }));
    expect(page).not.toContain('<b>&"x');
    expect(text(page, 'pre')).toEqual(['a && b > <c>']);
  });

  it('draws memories, words and episodes of any size', async () => {
    const [T, N, W, R] = [70, 600, 300, 1];
    const long = sampleEpisode();
    const episode = {
      ...long,
      length: T,
      labels: Array.from({ length: T }, (_, t) => t % 30),
      classes: 30,
      probabilities: new Float32Array(T * 30).fill(1 / 30),
      pictures: new Float32Array(T * 20),
      memory: {
        slots: N,
        wordSize: W,
        heads: R,
        memory: new Float32Array(T * N * W),
        readWeights: new Float32Array(T * R * N),
        writeWeights: new Float32Array(T * R * N),
        usage: new Float32Array(T * N),
      },
    };
    const page = await renderReport(sampleReport({ episode }));
    expect(page).toContain('Heat map: Usage of 600 slots over 70 steps');
    expect(text(page, '.strip li')[1]).toContain('is 2');
    expect(page.length).toBeLessThan(400_000);
  });
});

describe('renderEpisodeStrip', () => {
  it('is one picture that stands alone', () => {
    const svg = renderEpisodeStrip(sampleEpisode(), { columns: 4, count: 6 });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.match(/<image /g)).toHaveLength(6);
    expect(svg).toContain(
      'aria-label="One episode: 6 drawings of 3 new classes, 4 classified correctly"',
    );
    expect(svg).not.toMatch(/href="(?!data:)/);
  });
});
