// Two engines that ask for two threads each, and train a step.
import { createEngine, modelConfig } from 'mann';

async function train() {
  const warnings = [];
  console.warn = (text) => warnings.push(text);
  const config = modelConfig({ inputHeight: 2, inputWidth: 2, lstmSize: 8, memorySize: 8 });
  const inputs = Float32Array.from({ length: 2 * 3 * 9 }, (_, i) => (i % 4) / 4);
  const batch = { batch: 2, length: 3, inputs, targets: new Uint8Array(6) };
  const threads = [];
  let loss = 0;
  for (let i = 0; i < 2; i++) {
    const engine = await createEngine(config, { threads: 2 });
    loss = (await engine.trainStep(batch, { learningRate: 0.01 })).loss;
    threads.push(engine.threads);
    await engine.dispose();
  }
  return { threads, warnings, loss };
}

train().then(
  (outcome) => Object.assign(globalThis, { outcome }),
  ({ name, message }) => Object.assign(globalThis, { outcome: { error: `${name}: ${message}` } }),
);
