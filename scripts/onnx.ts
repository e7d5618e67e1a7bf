/**
 * `npm run onnx`: installs ONNX Runtime for the tests of `mann export --onnx`. `npm run onnx:schema` also makes the code of
 * the format's schema anew.
 */
import { installOnDemand, link, type OnDemand } from './on-demand.ts';
import { generateSchema } from './onnx-schema.ts';

const onnx: OnDemand = {
  folder: 'test/onnx',
  what: 'ONNX Runtime (560 MB)',
  command: 'npm run onnx',
};
try {
  installOnDemand(onnx);
  link(onnx);
  if (process.argv.includes('--schema')) generateSchema('src/onnx/schema');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
