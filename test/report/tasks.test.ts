/** Reports of tasks other than drawings with one-hot labels. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderEpisodeStrip, renderReport } from '../../dist/report/index.js';
import { copyReport, regressionReport, sampleStrings, stringsReport } from './sample-tasks.js';

const plain = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

function read(page: string) {
  const { document } = parseHTML(page);
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  return {
    page,
    all,
    text: (selector: string) => all(selector).map(plain),
    /** The names of charts, each drawn for wide and for narrow screens. */
    charts: () => all('.wide svg').map((svg) => svg.getAttribute('aria-label')!),
  };
}

describe.each([
  ['labels as strings', stringsReport],
  ['regression', regressionReport],
  ['regression in 2 dimensions', () => regressionReport({ dimensions: 2 })],
  ['short functions', () => regressionReport({ T: 5 })],
  ['copy', copyReport],
])('the report of %s', (_, report) => {
  it('stands alone, without scripts, and describes every picture', async () => {
    const { page, all } = read(await renderReport(report()));
    expect(all('script, iframe, object, base, [onload]')).toEqual([]);
    expect(page).not.toMatch(/url\(|@import|undefined|NaN|Infinity/);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/);
    for (const image of all('img')) expect(image.getAttribute('alt')).toMatch(/\w/);
    for (const chart of all('svg')) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(chart.getAttribute('aria-label')).toMatch(/\w/);
    }
  });

  it('has its sections, and those of the memory only for a network with one', async () => {
    const data = report();
    const titles = read(await renderReport(data)).text('h2');
    expect(titles).toHaveLength(5);
    expect(titles.slice(-2)).toEqual(['Memory', 'Reproducing this result']);
    const { memory, ...episode } = data.episode;
    const bare = { ...data, episode } as typeof data;
    expect(read(await renderReport(bare)).text('h2')).not.toContain('Memory');
  });
});

describe('the report of labels as strings', () => {
  it('spells the labels, with the product of their letters’ probabilities', async () => {
    const { text } = read(await renderReport(stringsReport()));
    const steps = text('.strip li');
    expect(steps[1]).toBe('new ✗ aaaab 33% is aaaac');
    expect(steps[4]).toBe('✓ aaaac 33% correct');
    expect(steps[6]).toBe('✓ eeeee 33% correct');
    expect(text('section p').join(' ')).toContain('8 drawings of 3 classes');
    expect(text('.letters span').slice(0, 4)).toEqual(['aaaab', 'aaaac', 'aaaab', 'eeeee']);
  });

  it('says that the 1st can’t be known, and compares with nothing that is not comparable', async () => {
    const { text } = read(await renderReport(stringsReport()));
    expect(text('tbody tr')).toEqual([
      'This network0.0±0.281.5±0.990.0±0.891.0±0.792.0±0.795.0±0.5',
      'Chance0.00.00.00.00.00.0',
    ]);
    expect(text('.note')[0]).toMatch(/string of 5 letters, drawn anew .* out of 3,125\./);
    expect(text('figcaption')[0]).not.toMatch(/upper bound/);
  });

  it('goes into a strip of its own', () => {
    const svg = renderEpisodeStrip(sampleStrings());
    expect(svg).toContain('8 drawings of 3 new classes');
    expect(svg).toContain('>is eeeee<');
  });
});

describe('the report of a regression', () => {
  it('shows the exact process beside the network, in nats', async () => {
    const { text, charts } = read(await renderReport(regressionReport()));
    expect(text('h1')).toEqual([
      'After 20 points of a new function it predicts within 0.12 nats of the best possible',
    ]);
    expect(text('thead th').at(-1)).toBe('after 20');
    expect(text('tbody tr')[0]).toMatch(/^This network−1\.52±0\.05−1\.02±0\.05/);
    expect(text('tbody tr')[1]).toMatch(/^Exact process−1\.40−0\.90/);
    expect(text('tbody tr')).toHaveLength(2);
    expect(text('figcaption')[0]).toMatch(/Short lines: exact process\.$/);
    const [scores, curve, loss] = charts();
    expect(scores).toMatch(/^Log density by point: 1st −1\.52, .*, after 20 1\.98$/);
    expect(curve).toMatch(
      /^Log density during training, at its end 1st −1\.40, .*, after 20 1\.40$/,
    );
    expect(loss).toBe('Loss per point during training, from 0.40 to −2.60');
  });

  it('shows what is predicted everywhere after more and more points', async () => {
    const { text, all } = read(await renderReport(regressionReport()));
    const label =
      'as the network and the exact process predict it after 1, 2, 5, 10, 20, 50 points';
    const [chart] = all(`.wide svg[aria-label*="${label}"]`);
    for (const known of ['1 point', '2 points', '50 points']) {
      expect(plain(chart!)).toContain(`after ${known}`);
    }
    expect(chart!.querySelectorAll('circle')).toHaveLength(1 + 2 + 5 + 10 + 20 + 50);
    // bands that go beyond the picture end at its frame
    const high = Number(chart!.getAttribute('height'));
    for (const path of chart!.querySelectorAll('path')) {
      for (const [, y] of path.getAttribute('d')!.matchAll(/,(-?[\d.]+)/g)) {
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(high);
      }
    }
    expect(text('section p').join(' ')).toMatch(
      /After the 20th point its predictions are off by 0\.25 on average, those of the exact process by 0\.25\./,
    );
  });

  it('shows predicted against true values where functions are no lines', async () => {
    const { charts, all } = read(await renderReport(regressionReport({ dimensions: 2 })));
    expect(charts().at(-1)).toBe(
      'Predicted against true values of 80 points after the 20th, with error bars',
    );
    expect(all('.wide svg').at(-1)!.querySelectorAll('circle')).toHaveLength(80);
  });

  it('says so where little is learned, and of short functions how many points were known', async () => {
    const poor = read(await renderReport(regressionReport({ gap: 2.5 })));
    expect(poor.text('h1')[0]).toBe(
      'It does not predict new functions well yet: after 20 points it is 2.50 nats short of the best possible',
    );
    const short = read(await renderReport(regressionReport({ T: 5, gap: 0.001 })));
    expect(short.text('h1')[0]).toBe(
      'After 4 points of a new function it predicts as well as possible',
    );
  });
});

describe('the report of copies', () => {
  it('says how much is copied of the longest of training and of longer ones', async () => {
    const headline = async (scores: number[]) =>
      read(await renderReport(copyReport(scores))).text('h1')[0];
    expect(await headline([100, 100, 97, 12])).toBe(
      'It copies 97% of new sequences of 3 to 5 vectors without a wrong bit; of 6 to 8 vectors, longer than any in training, 12%',
    );
    expect(await headline([100, 100, 100, 100])).toBe(
      'It copies new sequences of up to 8 vectors without a wrong bit; in training none was longer than 4',
    );
    expect(await headline([90, 10, 0, 0])).toBe(
      'It copies 90% of new sequences of 1 vector without a wrong bit, but 0% of those of 3 to 5 vectors',
    );
    expect(await headline([0, 0, 0, 0])).toMatch(/^It does not copy sequences yet: 0%/);
  });

  it('shows what was asked and what came out, with crosses on wrong bits', async () => {
    const { all, text } = read(await renderReport(copyReport()));
    const maps = all('svg.bits');
    expect(maps.map((map) => map.getAttribute('aria-label'))).toEqual([
      'Heat map: the 4 vectors that were asked for',
      'Heat map: the 4 vectors that came out, 0 of 12 bits wrong',
      'Heat map: the 8 vectors that were asked for',
      'Heat map: the 8 vectors that came out, 3 of 24 bits wrong',
    ]);
    expect(maps.map((map) => map.querySelectorAll('.cross').length)).toEqual([0, 0, 0, 1]);
    // the first bit of the first vector, the second of the third, the third of the seventh
    expect(
      maps[3]!
        .querySelector('.cross')!
        .getAttribute('d')!
        .match(/M[\d. ]+/g),
    ).toEqual(['M0.25 0.25', 'M2.25 1.25', 'M6.25 2.25']);
    expect(text('section p').join(' ')).toContain(
      'Of the first all 12 bits are right. Of the second 3 of 24 bits are wrong.',
    );
  });

  it('has no stages, no upper bound, and the loss per bit beside guessing', async () => {
    const { charts, text, page } = read(await renderReport(copyReport()));
    expect(charts()[2]).toBe('Loss per bit during training, from 0.53 to 0.40');
    expect(text('figcaption')[1]).toBe('Dotted: chance.');
    expect(page).not.toMatch(/0×4|curriculum|upper bound/);
    expect(text('tbody tr')).toEqual(['This network100.0±2.0100.0±2.097.0±2.012.0±2.0']);
  });
});
