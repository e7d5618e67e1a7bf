/**
 * What a seed gives, in digests: the same in every version of Node and in browsers, on the plain SIMD
 * engine. Plain JavaScript, to run where nothing else does.
 */

/** @param {ArrayBufferView | string} what */
async function digest(what) {
  const bytes =
    typeof what === 'string'
      ? new TextEncoder().encode(what)
      : new Uint8Array(what.buffer, what.byteOffset, what.byteLength).slice();
  const sum = await globalThis.crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(sum).subarray(0, 8), (x) =>
    x.toString(16).padStart(2, '0'),
  ).join('');
}

/**
 * Trains a small network of each kind on glyphs: pictures, augmentation, curriculum, schedule, engine,
 * evaluation and checkpoint.
 * @param {typeof import('../../dist/browser.js')} mann
 * @returns {Promise<Record<string, string>>}
 */
export async function bits(mann) {
  const data = mann.glyphs({ classes: 40 });
  const split = mann.splitClasses(data);
  /** @type {Record<string, string>} */
  const digests = {};
  for (const form of /** @type {const} */ (['default', 'flat', 'lstm'])) {
    const preset = form === 'default' ? 'default' : 'flat';
    const config = mann.modelConfig({
      ...mann.modelPresets[preset],
      ...(form === 'lstm' && { model: form }),
      ...{ numClasses: 3, lstmSize: 24, memorySize: 20, memoryDim: 8, nbReads: 2 },
    });
    const recipe = mann.makeRecipe({
      ...{ preset, batchSize: 3, numClasses: 3, episodeLength: 12, iterations: 60 },
      ...{ evaluateEvery: 30, evaluateBatches: 2, reportEvery: 20 },
    });
    const source = mann.trainingEpisodes(data, split.train, config, recipe, 1);
    const start = source.state;
    digests['drawings of the first batch'] = await digest(
      source.next({ classes: 3, length: 12 }).inputs,
    );
    source.restore(start);
    const parameters = mann.initialTensors(config, new mann.Random(1, 'weights'));
    const engine = await mann.createEngine(config, { kind: 'simd', threads: 0, parameters });
    /** @type {unknown[]} */
    const log = [];
    /** @type {import('../../dist/browser.js').Checkpoint | undefined} */
    let last;
    await mann.train({
      engine,
      recipe,
      seed: 1,
      source,
      dataset: { name: data.name, digest: data.digest, split: 'random' },
      evaluation: (step) =>
        mann.testEpisodes(data, split.test, config, recipe, 1, `evaluation ${step}`),
      onReport: (row) => void log.push(row),
      onEvaluation: (line) => void log.push(line),
      save: (checkpoint) => {
        last = checkpoint;
      },
    });
    await engine.dispose();
    if (!last) throw new Error('nothing was saved');
    digests[`${form}: log`] = await digest(JSON.stringify(log));
    const weights = [...last.parameters.values()].flatMap(({ data }) => [...data]);
    digests[`${form}: weights`] = await digest(Float32Array.from(weights));
    digests[`${form}: checkpoint`] = await digest(mann.serialiseCheckpoint(last));
  }
  return digests;
}
