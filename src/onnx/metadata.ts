/** What an ONNX file says of the network in it, each value as JSON or a word. */
import type { ModelConfig } from '../model/config.js';
import type { Checkpoint } from '../training/state.js';

export function metadataOf(
  { config, step, training }: Pick<Checkpoint, 'config'> & Partial<Checkpoint>,
  { version }: { readonly version?: string | undefined },
): Record<string, string> {
  const labels = labelsOf(config);
  return {
    config: JSON.stringify(config),
    ...(version !== undefined && { version }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(step !== undefined && { step: String(step) }),
    ...(training && { dataset: JSON.stringify(training.dataset) }),
  };
}

/** What the columns of a one-hot stand for: classes of an episode by number, or letters. */
function labelsOf({ output, numClasses }: ModelConfig): string[] | undefined {
  if (output !== 'classes' && output !== 'strings') return undefined;
  const isLetter = output === 'strings' && numClasses <= 26;
  return Array.from({ length: numClasses }, (_, i) =>
    isLetter ? String.fromCharCode('a'.charCodeAt(0) + i) : String(i),
  );
}
