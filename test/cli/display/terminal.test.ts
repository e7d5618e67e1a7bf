/** The displays in a terminal: the screen is looked at after every frame. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProgress } from '../../../dist/cli/display/load-progress.js';
import { makeDisplay } from '../../../dist/cli/display/make-display.js';
import { say } from '../../../dist/cli/display/wrapped.js';
import { accuracyByInstance } from '../../../dist/tasks/classification/by-instance.js';
import { makeRecipe } from '../../../dist/training/recipe/recipe.js';
import type { EvaluationLine, Progress } from '../../../dist/training/trainer.js';
import { Screen } from './screen.js';

const recipe = makeRecipe({
  iterations: 4000,
  curriculum: [{ batches: 1000, tasks: [{ classes: 2, length: 10 }] }],
});
const PLATEAU = /accuracy stays/;

const shown = { recipe, measure: accuracyByInstance(5), unseen: 'unseen classes' };

/** A training in 40 frames: at chance, above it, at chance again for a moment, and on to the end. */
const frames = Array.from({ length: 41 }, (_, i): Progress => {
  const batch = 100 * i;
  const second = i < 12 || i === 15 ? 20 + (i % 3) : Math.min(98, 20 + 3 * i);
  const scores = { 1: 30, 2: second, 3: second, 4: second, 5: second, 10: second };
  return {
    batch,
    batches: 4000,
    position:
      batch < 1000
        ? { batch, stage: 0, classes: 2, length: 10 }
        : { batch, stage: 1, classes: 5, length: 50 },
    learningRate: 1e-3,
    // From three figures before the point to one.
    loss: 200 / (i + 1),
    scores,
    speed: 123.4 / (i + 1),
    secondsLeft: 40000 - batch * 10,
  };
});

const evaluation = (batch: number): EvaluationLine => {
  const scores = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i + 1, 9.9 * i]));
  return { batch, loss: 3, scores, evaluation: { loss: 80.5, scores } } as never;
};

beforeEach(() => {
  // The terminal emulator needs its timers.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Plays a whole training; `look` is called with the screen after every frame. */
async function play(
  screen: Screen,
  look: (lines: string[], frame: Progress, notes: readonly number[]) => void | Promise<void>,
): Promise<void> {
  const display = makeDisplay(shown, screen.stream);
  const notes: number[] = [];
  for (const frame of frames) {
    vi.advanceTimersByTime(1000);
    display.progress(frame);
    await look(await screen.lines(), frame, notes);
    if (frame.batch % 1000 === 0 && frame.batch > 0) {
      for (const batch of [1, 7, 20]) {
        vi.advanceTimersByTime(1000);
        display.evaluating(batch, 20);
      }
      expect((await screen.lines()).at(-1)).toMatch(/100%.*|of 20/);
      display.evaluation(evaluation(frame.batch));
      notes.push(frame.batch);
    }
  }
  display.testing(40, 40);
  expect((await screen.lines()).join(' ')).toMatch(
    /100%\s+Testing on unseen\s+classes:\s+batch\s+40\s+of\s+40$/,
  );
  display.done();
}

/** What a frame looks like on a screen that has shown nothing else. */
async function alone(columns: number, frame: Progress): Promise<string[]> {
  const screen = new Screen(columns);
  makeDisplay(shown, screen.stream).progress(frame);
  return screen.lines();
}

const WIDTHS = [20, 24, 40, 57, 60, 80, 100, 120];

describe('the progress of a training', () => {
  it.each(WIDTHS)(
    'shows each frame whole, and nothing of the one before, at %i columns',
    async (columns) => {
      const screen = new Screen(columns);
      await play(screen, async (lines, frame, notes) => {
        const expected = await alone(columns, frame);
        // Above the block: two lines of head and one an evaluation.
        const above =
          notes.length > 0 ? notes.length + lines.findIndex((l) => /Batch/.test(l)) + 1 : 0;
        expect(lines.slice(above)).toEqual(expected);
        for (const line of expected) expect(line.length).toBeLessThan(columns);
      });
      const left = await screen.lines();
      expect(left.filter((line) => /^ +[1-4]000 /.test(line))).toHaveLength(4);
      expect(left.at(-1)).toMatch(/^ +4000 /);
      expect(left.join('\n')).not.toMatch(/Ctrl-C|█|instance/);
    },
  );

  it('ends the plateau without losing a line', async () => {
    const screen = new Screen(80);
    const seen: Record<number, string[]> = {};
    await play(screen, (lines, { batch }) => {
      seen[batch] = lines;
    });
    const bar = (full: number) => '█'.repeat(full) + '░'.repeat(40 - full);
    expect(seen[300]).toEqual([
      '',
      `  ${bar(3)}   7%  batch 300 of 4,000`,
      '  30.9 batches/s, 10 h 16 min left',
      '',
      '  stage 1 of 2: episodes of 2×10 (classes × drawings)',
      '  loss 50.00 (guessing: 16.1)',
      '',
      '  instance       1st    2nd    3rd    4th    5th   10th',
      '  accuracy, %     30     20     20     20     20     20',
      '',
      '  Still near chance. This is normal: accuracy stays flat at first, then rises',
      '  quickly.',
      '  Ctrl-C saves and stops.',
    ]);
    expect(seen[4000]?.slice(-11)).toEqual([
      '',
      `  ${bar(40)} 100%  batch 4,000 of 4,000`,
      '  3.0 batches/s, 0 s left',
      '',
      '  stage 2 of 2: episodes of 5×50 (classes × drawings)',
      '  loss 4.88 (guessing: 80.5)',
      '',
      '  instance       1st    2nd    3rd    4th    5th   10th',
      '  accuracy, %     30     98     98     98     98     98',
      '',
      '  Ctrl-C saves and stops.',
    ]);
    const isFlat = Object.values(seen).map((lines) => lines.some((line) => PLATEAU.test(line)));
    expect(isFlat.map(Number).join('')).toBe(`${'1'.repeat(12)}0001${'0'.repeat(25)}`);
  });

  it.each([80, 100])('breaks no word at %i columns', async (columns) => {
    const wide = (await alone(1000, frames[3]!)).join(' ').replace(/[█░]+/, '').split(/\s+/);
    const narrow = (await alone(columns, frames[3]!)).join(' ').replace(/[█░]+/, '').split(/\s+/);
    expect(narrow).toEqual(wide);
  });

  it('stays whole when the window is made narrower and wider', async () => {
    const screen = new Screen(120);
    const display = makeDisplay(shown, screen.stream);
    display.note('Before.');
    for (const [i, columns] of [120, 50, 30, 90, 57, 120].entries()) {
      screen.resize(columns);
      vi.advanceTimersByTime(1000);
      display.progress(frames[i]!);
      expect(await screen.lines()).toEqual(['Before.', ...(await alone(columns, frames[i]!))]);
    }
  });

  it('goes on in a window made lower: what has scrolled out of it can no longer be drawn on', async () => {
    const screen = new Screen(80);
    const display = makeDisplay(shown, screen.stream);
    display.progress(frames[20]!);
    screen.resize(80, 8);
    for (const frame of frames.slice(21, 24)) {
      vi.advanceTimersByTime(1000);
      display.progress(frame);
      const shown = (await screen.lines()).slice(-7);
      expect(shown[0]).toContain(`batch ${frame.batch.toLocaleString('en')} of`);
      expect(shown[6]).toContain('Ctrl-C');
    }
  });

  it('fits into a window of few rows', async () => {
    const screen = new Screen(80, 5);
    const display = makeDisplay(shown, screen.stream);
    for (const frame of frames) {
      vi.advanceTimersByTime(1000);
      display.progress(frame);
      const lines = await screen.lines();
      expect(lines).toHaveLength(4);
      expect(lines[0]).toContain('batch ');
      expect(lines[3]).toMatch(/^ {2}loss/);
    }
  });

  it('leaves what the terminal echoes of Ctrl-C nowhere', async () => {
    const screen = new Screen(80);
    const display = makeDisplay(shown, screen.stream);
    display.progress(frames[20]!);
    screen.stream.write('^C');
    display.note('Stopping after this batch.');
    expect(await screen.lines()).toEqual(['Stopping after this batch.']);
  });
});

describe('the progress of loading and of downloads', () => {
  it.each(WIDTHS)('is one bar that goes away, at %i columns', async (columns) => {
    const screen = new Screen(columns);
    screen.stream.write('$ mann\n');
    const { update, done } = loadProgress(screen.stream);
    const steps = [
      [0, 0, 'downloading images_background.zip'],
      [512, 1024, 'downloading images_background.zip'],
      [1024, 1024, 'downloading images_background.zip'],
      [1, 4, 'reading some/folder with a long name/that has many/parts/and drawings'],
      [4, 4, 'reading Omniglot'],
    ] as const;
    for (const [count, total, what] of steps) {
      vi.advanceTimersByTime(1000);
      update(count, total, what);
      const lines = await screen.lines();
      expect(lines[0]).toBe('$ mann');
      const text = lines.slice(1).join('').replace(/\s/g, '');
      const share = total > 0 ? `${Math.floor((100 * count) / total)}%` : '';
      expect(text.replace(/[█░]/g, '')).toBe(
        total > 0 ? share + what.replace(/\s/g, '') : `${what.replace(/\s/g, '')}:0`,
      );
    }
    done();
    done();
    expect(await screen.lines()).toEqual(['$ mann']);
  });
});

describe('a sentence', () => {
  it('is wrapped between words on a terminal, a command to copy is not', async () => {
    const screen = new Screen(40);
    say(
      'mann: cannot read runs/a-folder-with-a-long-name/checkpoint-0000100.safetensors: no such file\n' +
        '  mann train --resume --save-dir runs/a-folder --log-dir logs',
      screen.stream,
    );
    expect(await screen.lines()).toEqual([
      'mann: cannot read',
      'runs/a-folder-with-a-long-name/checkpoin',
      't-0000100.safetensors:',
      'no such file',
      '  mann train --resume --save-dir runs/a-',
      'folder --log-dir logs',
    ]);
  });

  it('is one line elsewhere, to the letter', () => {
    let text = '';
    const write = (more: string) => {
      text += more;
      return true;
    };
    const decomposed = `e\u0301  ${'word '.repeat(40)}`;
    say(decomposed, { isTTY: false, columns: 40, write } as unknown as NodeJS.WriteStream);
    expect(text).toBe(`${decomposed}\n`);
  });
});

describe('a terminal without room', () => {
  it.each([
    ['0 columns', { columns: 0, rows: 24 }],
    ['0 rows', { columns: 80, rows: 0 }],
    ['neither', { columns: 0, rows: 0 }],
    ['no size', { columns: undefined, rows: undefined }],
  ])('that has %s gets plain lines', (_, size) => {
    let text = '';
    const write = (more: string) => {
      text += more;
      return true;
    };
    const stream = { isTTY: true, write, ...size } as NodeJS.WriteStream;
    const display = makeDisplay(shown, stream);
    display.progress(frames[1]!);
    display.report({ batch: 100, loss: 2.5, scores: { 1: 30, 2: 44.44 } });
    display.testing(100, 100);
    display.done();
    expect(text).toBe(
      '   Batch     Loss   1st   2nd   3rd   4th   5th   6th   7th   8th   9th  10th\n' +
        '     100    2.500  30.0  44.4     -     -     -     -     -     -     -     -\n' +
        'Testing on unseen classes: 100 of 100 batches\n',
    );
    text = '';
    const progress = loadProgress(stream);
    vi.advanceTimersByTime(2000);
    progress.update(1, 2, 'reading drawings');
    progress.done();
    expect(text).toBe('reading drawings: 50%\n');
  });
});
