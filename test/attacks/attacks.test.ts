/** Walks over all attacks, through the library and through the command line. README.md lists them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { mann, type Result, symbols } from '../cli/run.js';
import { untrained } from '../learner/weights.js';
import { archives } from './archives.js';
import type { Attack, Group } from './attack.js';
import { drawings, files } from './files.js';
import { folders } from './folders.js';
import { headers } from './headers.js';
import { learners } from './learners.js';
import { giants, networks, trainings } from './networks.js';
import { pictures } from './pictures.js';
import { sweepFiles, sweepOptions } from './sweeps.js';

const groups: Group[] = [
  headers,
  networks,
  giants,
  trainings,
  files,
  drawings,
  archives,
  pictures,
  folders,
  learners,
  sweepFiles,
  sweepOptions,
];
const driver = fileURLToPath(new URL('commands.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'mann-attacks-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What attacks are answered with, by where they lie. */
const answers = new Map<string, string>();
const placeOf = (group: Group, attack: Attack) =>
  join(root, `${groups.indexOf(group)}`, `${group.attacks.indexOf(attack)}`);

/** One line that a terminal shows as it is, and no more of it than a person reads. */
const SENTENCE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e]{10,2100}$/u;

// Pipes, devices and such names are there on Unix only.
describe.skipIf(process.platform === 'win32').each(groups)('$title', (group) => {
  const { attacks } = group;
  const home = join(root, `${groups.indexOf(group)}`);
  const pathOf = (attack: Attack) => placeOf(group, attack);
  let said: Result[][] = [];

  beforeAll(() => {
    mkdirSync(join(home, 'cwd'), { recursive: true });
    writeFileSync(join(home, 'weights.safetensors'), serialiseCheckpoint(untrained()));
    for (const attack of attacks) attack.make(pathOf(attack));
    if (!group.commands) return;
    const lines = attacks.map((attack) => group.commands!(pathOf(attack)));
    // A heap this small would not bear what most of them try.
    const { results, megabytes } = runAll(lines.flat(), join(home, 'cwd'), 256);
    expect(megabytes).toBeLessThan(500); // 230 on Node 20, 60 of them the program's own
    said = lines.map(() => results.splice(0, lines[0]!.length));
  });

  it.each(attacks)('$name', async (attack) => {
    const path = pathOf(attack);
    const named = (text: string) => text.replaceAll(path, 'IT');
    if (group.library) {
      const error = await Promise.resolve()
        .then(() => group.library!(path))
        .then(
          () => new Error('it was accepted'),
          (reason: unknown) => reason as Error,
        );
      expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(SENTENCE) });
      answers.set(path, named(error.message));
    }
    for (const [i, { code, stdout, stderr }] of (said[attacks.indexOf(attack)] ?? []).entries()) {
      const [, sentence] = /^mann: (.*)\n$/.exec(stderr) ?? [];
      expect(sentence, stderr).toMatch(SENTENCE);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      if (i > 0) continue;
      if (group.library) expect(named(sentence!)).toBe(answers.get(path));
      answers.set(path, named(sentence!));
    }
  });

  it('leave nothing behind', () => {
    const own = attacks.map((_, i) => `${i}`);
    expect(readdirSync(home).sort()).toEqual([...own, 'cwd', 'weights.safetensors'].sort());
    expect(readdirSync(join(home, 'cwd'))).toEqual([]);
  });

  it.runIf(group.commands)('in a process of its own too', async () => {
    const [args] = group.commands!(pathOf(attacks[0]!));
    expect(await mann(args!)).toEqual(said[0]![0]);
  });
});

/** Runs command lines in a process with a heap of so many MB. */
function runAll(lines: string[][], cwd: string, heap: number) {
  const cache = join(cwd, '..', '..', 'cache');
  const output = execFileSync(process.execPath, [`--max-old-space-size=${heap}`, driver], {
    cwd,
    input: JSON.stringify(lines),
    env: { ...process.env, NO_COLOR: '1', MANN_DEBUG: '', MANN_CACHE: cache },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output.toString()) as { results: Result[]; megabytes: number };
}

const INTRO = `# Attacks

Files that try to make the program crash, hang, fill memory or disk, or read what does not belong to them, after the folder
of the same name in [safetensors](https://github.com/huggingface/safetensors/tree/main/attacks). Each is made by a line or
two of the modules in this folder. attacks.test.ts gives every one of them to the library and to the command line, with a heap of
256 MB, and expects one printable sentence, exit code 2, and no file written. It also generates this page: after a change run
\`npx vitest run test/attacks -u\` and read the differences.

IT stands for the attack.
`;

const cell = (text: string) => text.replaceAll(symbols, 'SYMBOLS').replaceAll('|', '\\|');

it.skipIf(process.platform === 'win32')(
  'README.md lists them, with the current messages',
  async () => {
    const tables = groups.map((group) => {
      const { title, how, attacks } = group;
      const rows = attacks.map((attack) =>
        [attack.name, attack.careless, answers.get(placeOf(group, attack))!].map(cell).join(' | '),
      );
      const head = '| attack | what a careless reader does | what mann says |\n|---|---|---|';
      return `## ${title}\n\nGiven to ${how}.\n\n${head}\n| ${rows.join(' |\n| ')} |\n`;
    });
    await expect([INTRO, ...tables].join('\n')).toMatchFileSnapshot('README.md');
  },
);
