/** The cards of the pretrained models: what people read, what model hubs read, and what was measured. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readCard, shippedNames, shippedPath } from '../../dist/cli/networks/shipped.js';
import { loadCheckpoint } from '../../dist/index.js';
import { ModelProtoSchema } from '../../dist/onnx/schema/onnx_pb.js';
import { filledCard } from '../../scripts/hub/card.ts';
import { hubFolder } from '../../scripts/hub/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cardOf = (name: string) => readFileSync(join(root, 'models', `${name}.md`), 'utf8');
const measured = (name: string) =>
  JSON.parse(readFileSync(join(root, `docs/results/pretrained-${name}.json`), 'utf8'));
const INSTANCES = ['1', '2', '3', '4', '5', '10'];
const python = process.env.MANN_PYTHON ?? 'python3';

describe.each(shippedNames())('the card of %s', (name) => {
  const card = cardOf(name);
  const [, matter] = /^---\n([\s\S]*?)\n---\n\n# /.exec(card)!;
  const front = parse(matter!);

  it('is what npm run cards makes of it', async () => {
    expect(filledCard(name, card, await loadCheckpoint(shippedPath(name)))).toBe(card);
  });

  it('has the accuracies that were measured, in its table and for hubs', () => {
    expect(front['model-index']).toHaveLength(1);
    const [{ name: model, results }] = front['model-index'];
    expect(model).toBe(name);
    expect(results).toHaveLength(2);
    const rows = card.split('\n').filter((line) => /^\| (rotated|drawings as they are)/.test(line));
    expect(rows).toHaveLength(2);
    for (const [i, file] of [name, `${name}-upright`].entries()) {
      const { accuracy, ci95, classes, familiarity } = measured(file);
      const right = INSTANCES.map((instance) => accuracy[instance].toFixed(1));
      const shown = INSTANCES.map((n) => `${accuracy[n].toFixed(1)} ±${ci95[n].toFixed(1)}`);
      expect(
        rows[i]!.split('|')
          .slice(2, -1)
          .map((cell) => cell.trim()),
      ).toEqual(shown);
      const { task, dataset, metrics } = results[i];
      expect(task.type).toBe('image-classification');
      expect(dataset.name).toContain(`${classes} unseen classes`);
      const accuracies = metrics.filter(({ type }: { type: string }) => type === 'accuracy');
      expect(accuracies.map(({ value }: { value: number }) => value.toFixed(1))).toEqual(right);
      if (!familiarity) continue;
      const percent = metrics.find(({ type }: { type: string }) => type === 'roc_auc').value;
      expect(percent.toFixed(1)).toBe(familiarity.auroc.toFixed(1));
      if (i === 0) expect(card).toContain(`ROC curve is\n${percent.toFixed(1)}%`);
    }
    const found = readCard(card);
    expect(found.accuracy[2]!.toFixed(1)).toBe(measured(name).accuracy[2].toFixed(1));
    expect(found.summary).toMatch(/^(A MANN|The LSTM) /);
  });

  it('says what hubs ask: licence, tags, data set and metrics', () => {
    const isOmniglot = name.includes('omniglot');
    expect(front).toMatchObject({
      license: 'mit',
      library_name: 'mann',
      pipeline_tag: 'image-classification',
      ...(isOmniglot && { datasets: ['omniglot'] }),
    });
    expect(front.tags).toContain('few-shot-learning');
    expect(front.metrics).toContain('accuracy');
  });

  it('has numbers in docs/results.md that say the same, if it is there', () => {
    const page = readFileSync(join(root, 'docs/results.md'), 'utf8').split('\n');
    const rows = page.filter((line) => line.startsWith('|') && line.includes(`(\`${name}\`)`));
    const ours = card.split('\n').find((line) => line.startsWith('| rotated'))!;
    for (const row of rows) expect(row.split('|').slice(2)).toEqual(ours.split('|').slice(2));
    expect(rows).toHaveLength(name === 'mann-glyphs-5way' ? 0 : 1);
  });
});

describe('a folder to upload', () => {
  it('has all that belongs to a model, and a card without links that lead nowhere', async ({
    skip,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mann-hub-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const name = 'mann-omniglot-5way';
    await hubFolder(name, folder);
    expect(readdirSync(folder).sort()).toEqual(
      ['LICENSE', 'README.md', 'config.json'].concat([
        'model-step.onnx',
        'model.onnx',
        'model.safetensors',
      ]),
    );
    const read = (file: string) => readFileSync(join(folder, file));
    expect(read('model.safetensors')).toEqual(readFileSync(shippedPath(name)));
    const { config } = await loadCheckpoint(join(folder, 'model.safetensors'));
    expect(JSON.parse(String(read('config.json')))).toMatchObject({
      model_type: 'mann',
      ...config,
    });
    for (const [file, rank] of [
      ['model.onnx', 4],
      ['model-step.onnx', 3],
    ] as const) {
      const { graph } = fromBinary(ModelProtoSchema, read(file));
      const type = graph!.input[0]!.type!.value;
      expect(type.case === 'tensorType' && type.value.shape!.dim.length).toBe(rank);
    }
    const readme = String(read('README.md'));
    expect(readme.startsWith(cardOf(name).slice(0, 1000))).toBe(true);
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
    expect(links.filter((target) => !target.startsWith('https:'))).toEqual([]);

    const has = (packages: string) => spawnSync(python, ['-c', `import ${packages}`]).status === 0;
    skip(!has('huggingface_hub, onnxruntime'), `${python} has no huggingface_hub and onnxruntime`);
    const program = `
from huggingface_hub import ModelCard
card = ModelCard.load("README.md")
print(len(card.data.eval_results), card.data.license)
${/```python\n([\s\S]*?)```/.exec(readme)![1]}
print(*logits.shape)`;
    const said = execFileSync(python, ['-c', program], { cwd: folder, encoding: 'utf8' });
    expect(said).toBe('12 mit\n1 10 5\n');
  });
});
