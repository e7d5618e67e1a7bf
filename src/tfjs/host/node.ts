import { createRequire } from 'node:module';
import { UserError } from '../../common/errors.js';

type TensorFlow = typeof import('@tensorflow/tfjs');

/**
 * TensorFlow.js, an optional peer dependency, as Node itself loads it: the instance that `import` gives too.
 * An import would do but for what it says where the package is missing. It is no `await import`, since
 * modules with a top-level await can't be required.
 */
export const tf: TensorFlow = load();

function load(): TensorFlow {
  try {
    return createRequire(import.meta.url)('@tensorflow/tfjs');
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (code !== 'MODULE_NOT_FOUND' || !message?.includes('@tensorflow/tfjs')) throw error;
    const sentence = 'mann/tfjs needs TensorFlow.js: npm install @tensorflow/tfjs';
    // without a stack trace, which would only show how modules load
    throw Object.assign(new UserError(sentence), { stack: `UserError: ${sentence}` });
  }
}
