/** `npm run tfjs`: installs TensorFlow.js for the tests, the benchmark and the examples of `mann/tfjs`. */
import { installOnDemand, link, type OnDemand } from './on-demand.ts';

const tfjs: OnDemand = {
  folder: 'test/tfjs',
  what: 'TensorFlow.js (300 MB)',
  command: 'npm run tfjs',
};
try {
  installOnDemand(tfjs);
  link(tfjs);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
