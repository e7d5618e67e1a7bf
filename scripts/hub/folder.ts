/** A pretrained model as a folder that can be uploaded to a model hub as it is. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../../dist/cli/process/version.js';
import { loadCheckpoint } from '../../dist/index.js';
import { onnxModel } from '../../dist/onnx/model.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Writes the folder of a model: its card, its weights, the network as ONNX and its configuration. */
export async function hubFolder(name: string, folder: string): Promise<void> {
  const weights = join(root, 'models', `${name}.safetensors`);
  const checkpoint = await loadCheckpoint(weights);
  const card = readFileSync(join(root, 'models', `${name}.md`), 'utf8');
  mkdirSync(folder, { recursive: true });
  cpSync(weights, join(folder, 'model.safetensors'));
  const { inputs, outputs, bytes } = onnxModel(checkpoint, { version });
  writeFileSync(join(folder, 'model.onnx'), bytes);
  writeFileSync(
    join(folder, 'model-step.onnx'),
    onnxModel(checkpoint, { version, step: true }).bytes,
  );
  const config = { model_type: 'mann', mann_version: version, ...checkpoint.config };
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const shown = (ports: typeof inputs) =>
    ports
      .filter(({ name }) => !/^(next_)?state\./.test(name))
      .map(({ name, shape }) => `\`${name}\` [${shape.join(', ')}]`)
      .join(' and ');
  writeFileSync(
    join(folder, 'README.md'),
    `${withoutLinks(card).trimEnd()}\n\n${files(shown(inputs), shown(outputs))}`,
  );
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** The words of links to other files of the project, which are not there on a hub. */
const withoutLinks = (card: string): string =>
  card.replace(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, '$1');

const files = (inputs: string, outputs: string) => `## Files

- \`model.safetensors\`: the weights, for \`mann\` (\`npm install mann\`): \`mann test model.safetensors --hold-out 0\`.
- \`model.onnx\`: the network for ONNX Runtime. ${inputs} go in, ${outputs} come out.
  A label comes with the drawing after its own. Each \`state.NAME\` is what the last run gave as \`next_state.NAME\`; with 0
  rows it is the start state.
- \`model-step.onnx\`: the same, one step at a time.
- \`config.json\`: the configuration.

\`\`\`python
import numpy as np
import onnxruntime as ort

session = ort.InferenceSession("model.onnx")
shapes = {i.name: [{"batch": 1, "time": 10, "rows": 0}.get(size, size) for size in i.shape] for i in session.get_inputs()}
feeds = {name: np.zeros(shape, "float32") for name, shape in shapes.items()}  # ten empty drawings
[logits] = session.run(["logits"], feeds)
\`\`\`
`;
