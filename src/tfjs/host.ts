import { UserError } from '../common/errors.js';

type TensorFlow = typeof import('@tensorflow/tfjs');

/** TensorFlow.js, an optional peer dependency. */
export const tf: TensorFlow = await import('@tensorflow/tfjs').catch((error: unknown) => {
  const { code, message } = error as { code?: string; message?: string };
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!missing || !message?.includes('@tensorflow/tfjs')) throw error;
  const sentence = 'mann/tfjs needs TensorFlow.js: npm install @tensorflow/tfjs';
  // without a stack trace, which would only show how modules load
  throw Object.assign(new UserError(sentence), { stack: `UserError: ${sentence}` });
});
