/** Reports of every task, by way of the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { mann, temporaryFolder } from './run.js';

const small = [
  ...['--controller-size', '8', '--batch-size', '2', '--iterations', '4', '--report-every', '1'],
  ...['--evaluate-every', '0', '--test-batches', '6', '--engine', 'simd', '--threads', '1'],
];
const memory = ['--memory-locations', '10', '--memory-word-size', '4'];
const networks: [string, string[]][] = [
  ['a MANN', memory],
  ['an NTM', [...memory, '--memory', 'ntm']],
  ['an LSTM', ['--model', 'lstm']],
];

/** What the tasks' reports have. */
const tasks: [string, { flags: string[]; parts: string[]; again: string }][] = [
  [
    'regression',
    {
      flags: ['--task', 'regression', '--episode-length', '22', '--encoder-widths', '6'],
      parts: ['.wide svg[aria-label*="after 1, 2, 5, 10, 20 points"]'],
      again: '--task regression',
    },
  ],
  [
    'regression in 3 dimensions',
    {
      flags: ['--task', 'regression', '--dimensions', '3', '--functions', 'varied'],
      parts: [
        '.wide svg[aria-label="Predicted against true values of 30 points after the 20th, with error bars"]',
      ],
      again: '--task regression --dimensions 3 --functions varied',
    },
  ],
  [
    'copy',
    {
      flags: ['--task', 'copy', '--episode-length', '3', '--bits', '4'],
      parts: [
        'svg[aria-label^="Heat map: the 3 vectors that came out"]',
        'svg[aria-label^="Heat map: the 6 vectors that came out"]',
      ],
      again: '--task copy --bits 4',
    },
  ],
  [
    'labels as strings',
    {
      flags: [
        '--dataset',
        'glyphs',
        '--labels',
        'strings',
        '--num-samples',
        '3',
        '--encoder',
        'none',
      ],
      parts: ['.strip li:nth-child(15)'],
      again: '--dataset glyphs --labels strings',
    },
  ],
];

describe.each(tasks)('the report of %s', (_, { flags, parts, again }) => {
  it.each(networks)('is written by train and by report, for %s', async (name, network) => {
    const folder = join(temporaryFolder(), 'run');
    const train = ['train', ...flags, ...small, ...network, '--save-dir', folder];
    const { code, stderr, stdout } = await mann(train);
    expect(code, stderr).toBe(0);
    const path = join(folder, 'report.html');
    expect(stdout).toContain(path);
    const check = (page: string) => {
      expect(page).not.toMatch(/undefined|NaN|Infinity/);
      const { document } = parseHTML(page);
      for (const part of parts) expect(document.querySelector(part), part).not.toBeNull();
      const titles = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
      expect(titles).toContain('Training');
      expect(titles.includes('Memory')).toBe(name !== 'an LSTM');
      expect(document.querySelector('pre')!.textContent).toContain(again);
      return document.querySelector('[aria-labelledby=episode]')!.innerHTML;
    };
    const shown = check(readFileSync(path, 'utf8'));
    if (name !== 'a MANN') return;
    const other = join(folder, 'other.html');
    const report = await mann(['report', folder, '--output', other, '--test-batches', '2']);
    expect(report.code, report.stderr).toBe(0);
    // the same episode
    expect(check(readFileSync(other, 'utf8'))).toBe(shown);
    const strip = join(folder, 'strip.svg');
    const drawn = await mann(['report', folder, '--strip', strip]);
    if (again.includes('glyphs')) {
      expect(drawn.code, drawn.stderr).toBe(0);
      expect(readFileSync(strip, 'utf8')).toMatch(/>is [a-e]{5}</);
    } else {
      expect(drawn.code).toBe(2);
      expect(drawn.stderr).toMatch(
        /^mann: --strip draws an episode of drawings, and .*\.safetensors was trained on another task \((regression|copy)\): leave it out to write the report\n$/,
      );
      expect(existsSync(strip)).toBe(false);
    }
  });
});

it('a report that cannot be written is refused before anything is tested', async () => {
  const cwd = temporaryFolder();
  await mann(['train', ...tasks[0]![1].flags, ...small, ...memory, '--save-dir', 'run'], { cwd });
  for (const [output, why] of [
    ['run', 'this is a folder'],
    ['run/log.csv/report.html', 'a file of this name is in the way'],
  ]) {
    const { code, stderr } = await mann(['report', 'run', '--output', output!], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `mann: cannot write ${output}: ${why}\n` });
  }
});
