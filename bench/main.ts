/**
 * `npm run bench`: what this machine does with the preset `flat` (B=16, T=50), and with the other forms beside it,
 * medians. Run it on an idle machine.
 *   --json FILE     keeps the figures
 *   --compare FILE  beside figures that were kept
 *   --peers         the same training step in other libraries, those installed (PYTHON names the interpreter,
 *                   PEERS_NODE_MODULES where the JavaScript ones lie); names after it: only these
 *   --sweep         how training time grows with the sizes; fills docs/performance.md and draws its charts
 *   --networks      a batch of `mann train` with each network of docs/results.md; writes docs/results/pace.json
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../dist/common/atomic-file.js';
import { compare, type Figures } from './compare.ts';
import { defaultOnlineStep, measureForms } from './forms.ts';
import {
  episodes,
  firstPrediction,
  networkTimes,
  onlineStep,
  viewsOf,
  wholeTraining,
} from './rest.ts';
import { measureSteps } from './steps.ts';
import { machine } from './timing.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    compare: { type: 'string' },
    peers: { type: 'boolean' },
    sweep: { type: 'boolean' },
    networks: { type: 'boolean' },
  },
});

const date = new Date().toISOString().slice(0, 10);
console.log(`${machine()}, ${date}\n`);

if (flags.sweep) {
  const { sweep } = await import('./sweep.ts');
  await sweep({ machine: machine(), date });
} else if (flags.networks) {
  const milliseconds = networkTimes();
  for (const [name, ms] of Object.entries(milliseconds))
    console.log(name.padEnd(16), `${ms.toFixed(1)} ms`);
  const pace = { machine: machine(), date, milliseconds };
  await writeFileAtomic('docs/results/pace.json', `${JSON.stringify(pace, null, 2)}\n`);
} else if (flags.peers) {
  const { comparePeers } = await import('./peers.ts');
  await comparePeers(positionals.map((name) => name.toLowerCase()));
} else {
  const figures = await measure();
  if (flags.compare) compare(JSON.parse(readFileSync(flags.compare, 'utf8')), figures);
  if (flags.json) await writeFileAtomic(flags.json, `${JSON.stringify(figures, null, 2)}\n`);
}

async function measure(): Promise<Figures> {
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  const row = (...cells: string[]) =>
    console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(9) : cell.padStart(14))).join(''));
  row('engine', 'threads', 'episodes', 'training step', 'forward', 'GFLOP/s', 'of 128-bit');
  const steps = await measureSteps((times) => {
    const { engine, threads, batch, training, forward, rate } = times;
    const share = `${((100 * rate) / times.ceiling).toFixed(0)}%`;
    row(engine, `${threads}`, `${batch}`, ms(training), ms(forward), rate.toFixed(1), share);
  });
  const eight = steps.filter(({ batch }) => batch === 8);
  for (const { engine, threads, training } of eight) {
    const sixteen = steps.find(
      (s) => s.batch === 16 && s.engine === engine && s.threads === threads,
    )!;
    const share = (100 * sixteen.training) / (2 * training);
    console.log(
      `${threads} thread${threads > 1 ? 's' : ''}: batches of 8 give ${share.toFixed(0)}% of the episodes a second of batches of 16`,
    );
  }
  console.log();
  row('network', 'threads', 'training step', 'forward', 'beside flat');
  const forms = await measureForms();
  for (const { form, threads, training, forward, ratio } of forms) {
    row(form, `${threads}`, ms(training), ms(forward), `${ratio.toFixed(2)} times`);
  }
  console.log(`\nan online step of the default network ${ms(await defaultOnlineStep())}`);
  const online = await onlineStep();
  console.log(`an online step of flat             ${ms(online)}`);
  const loading = await firstPrediction();
  console.log(`start to the first prediction      ${ms(loading)} (engine and checkpoint loaded)`);
  const { drawing, training } = await episodes();
  const part = (100 * drawing) / training;
  console.log(
    `drawing the episodes of a batch    ${ms(drawing)}, ${part.toFixed(1)}% of a training step`,
  );
  for (const size of [256, 1024]) {
    const { sampling, grading } = await viewsOf(size);
    console.log(
      `${`${size} episodes as views`.padEnd(34)} ${ms(sampling)}, their answers graded in ${ms(grading)}`,
    );
  }
  const whole = await wholeTraining();
  const kept = (100 * whole.bare) / whole.batch;
  console.log(
    `a batch of \`mann train\`            ${ms(whole.batch)}: ${kept.toFixed(0)}% of the bare step's rate`,
  );
  console.log(`memory of \`mann train\` at most     ${whole.memory.toFixed(0)} MB`);
  return { machine: machine(), date, steps, forms, online, loading, drawing, whole };
}
