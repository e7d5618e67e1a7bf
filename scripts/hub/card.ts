/**
 * The cards of the pretrained models, models/NAME.md: what model hubs read of them (front matter in YAML, with Hugging
 * Face's model-index), and the table of accuracies. Both come from docs/results/pretrained-*.json.
 */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Checkpoint } from '../../dist/training/state.js';

const INSTANCES = { '1': '1st', '2': '2nd', '3': '3rd', '4': '4th', '5': '5th', '10': '10th' };
/** What `mann test` tests on by default. */
const VARIED = 'rotated and shifted';

interface Result {
  readonly classes: number;
  readonly accuracy: Readonly<Record<string, number>>;
  readonly ci95: Readonly<Record<string, number>>;
  /** In percent. */
  readonly familiarity?: { readonly auroc: number };
}

/** What `mann test --json` gave for the file of a pretrained model, on drawings that are varied and on drawings as they are. */
export function resultsOf(name: string): { varied: Result; upright: Result } {
  const read = (path: string): Result =>
    JSON.parse(readFileSync(new URL(`../../docs/results/${path}.json`, import.meta.url), 'utf8'));
  return { varied: read(`pretrained-${name}`), upright: read(`pretrained-${name}-upright`) };
}

const inTenths = (percent: number): number => Number(percent.toFixed(1));

/** A card with front matter and figures as they should be: the rest of its text stays. */
export function filledCard(name: string, card: string, checkpoint: Checkpoint): string {
  const { varied, upright } = resultsOf(name);
  const text = withoutFrontMatter(card)
    .replace(rowOf(VARIED), (_, head: string) => head + cells(varied))
    .replace(rowOf('drawings as they are'), (_, head: string) => head + cells(upright));
  const matter = stringify(frontMatter(name, checkpoint, varied, upright), { lineWidth: 0 });
  return `---\n${matter}---\n\n${text}`;
}

/** A card as people read it. */
export const withoutFrontMatter = (card: string): string =>
  card.replace(/^---\n[\s\S]*?\n---\n+/, '');

/** The row of the table that begins so: what stands in front of its figures, and these. */
const rowOf = (beginning: string) => new RegExp(`^(\\| ${beginning}[^|]*\\|).*$`, 'm');

const cells = ({ accuracy, ci95 }: Result): string =>
  Object.keys(INSTANCES)
    .map((i) => ` ${accuracy[i]!.toFixed(1)} ±${ci95[i]!.toFixed(1)} |`)
    .join('');

/** https://huggingface.co/docs/hub/model-cards */
function frontMatter(
  name: string,
  { config, training }: Checkpoint,
  varied: Result,
  upright: Result,
) {
  const { dataset, recipe } = training!;
  const ways = config.output === 'strings' ? recipe!.numClasses : config.numClasses;
  const isOmniglot = dataset.name === 'omniglot';
  const of = (how: string, { classes, accuracy, familiarity }: Result) => ({
    task: {
      type: 'image-classification',
      name: `${ways}-way classification from few examples`,
    },
    dataset: {
      type: dataset.name,
      name: `${isOmniglot ? 'Omniglot' : 'generated glyphs'}, ${classes} unseen classes, ${how}`,
      config: dataset.split,
      split: 'test',
    },
    metrics: [
      ...Object.entries(INSTANCES).map(([i, instance]) => ({
        type: 'accuracy',
        name: `accuracy in percent, ${instance} instance of a class`,
        value: inTenths(accuracy[i]!),
      })),
      ...(familiarity
        ? [
            {
              type: 'roc_auc',
              name: 'familiarity: classes that came before against new ones, in percent',
              value: inTenths(familiarity.auroc),
            },
          ]
        : []),
    ],
  });
  return {
    license: 'mit',
    library_name: 'mann',
    pipeline_tag: 'image-classification',
    tags: [
      'few-shot-learning',
      'one-shot-learning',
      'meta-learning',
      ...(config.memory === 'none' ? ['lstm'] : ['memory-augmented-neural-network']),
      'onnx',
    ],
    ...(isOmniglot && { datasets: ['omniglot'] }),
    metrics: ['accuracy', ...(varied.familiarity ? ['roc_auc'] : [])],
    'model-index': [{ name, results: [of(VARIED, varied), of('drawings as they are', upright)] }],
  };
}
