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

  it('shows the table with intervals, chance and the ceiling', async () => {
    const page = await renderReport(sampleReport());
    expect(text(page, 'thead th')).toEqual(['1st', '2nd', '3rd', '4th', '5th', '10th']);
    const rows = text(page, 'tbody tr');
    expect(rows[0]).toBe('This network40.3±1.381.5±0.990.0±0.891.0±0.792.0±0.7–');
    expect(rows[1]).toMatch(/^The most that is possible61\.1100\.0/);
    expect(rows[2]).toMatch(/^Chance33\.3/);
    expect(rows).toHaveLength(3);
  });

  it('compares with published numbers only where they compare', async () => {
    const dataset = { name: 'omniglot', split: 'random', trainClasses: 1200, testClasses: 423 };
    const three = await renderReport(sampleReport({ dataset }));
    expect(three).not.toContain('Santoro et al. 2016</th>');
    const config = modelConfig({ numClasses: 5, inputHeight: 4, inputWidth: 5 });
    const five = await renderReport(sampleReport({ dataset, config }));
    expect(text(five, '.others tr')[0]).toBe('MANN, Santoro et al. 201636.482.891.092.694.998.1');
  });

  it('shows every drawing with guess, confidence and truth, not by colour alone', async () => {
    const page = await renderReport(sampleReport());
    const steps = text(page, '.strip li');
    expect(steps).toHaveLength(8);
    expect(steps[0]).toBe('new ✗ B 80% is A');
    expect(steps[2]).toBe('✓ A 80% right');
    expect(steps[7]).toBe('✗ B 80% is A');
    expect(page).toContain('named 5 of 8 drawings right, 4 of the 5 whose class it had met');
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
    expect(text(page, 'h2')).toEqual([
      'How often it is right',
      'One test episode',
      'To make it again',
    ]);
  });

  it('escapes what came from people', async () => {
    const dataset = { name: '<b>&"x', split: 'random', trainClasses: 1, testClasses: 1 };
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
    expect(svg).toContain('aria-label="One episode: 6 drawings of 3 new classes, 4 named right"');
    expect(svg).not.toMatch(/href="(?!data:)/);
  });
});
