/** The training step and what is around it on this machine's processor, medians. */
import type { Figures } from './compare.ts';
import { defaultOnlineStep, measureForms } from './forms.ts';
import { episodes, firstPrediction, onlineStep, viewsOf, wholeTraining } from './rest.ts';
import { measureSteps } from './steps.ts';
import { machine } from './timing.ts';

/** Measures and prints. */
export async function measure(date: string): Promise<Figures> {
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
