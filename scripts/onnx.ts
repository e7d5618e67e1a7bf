/**
 * `npm run onnx`: installs ONNX Runtime for the tests of `mann export --onnx`. `npm run onnx:schema` makes the code of the
 * format's schema, src/onnx/schema/onnx_pb.ts, from src/onnx/schema/onnx.proto.
 */
import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnDemand, link, type OnDemand } from './on-demand.ts';

const onnx: OnDemand = {
  folder: 'test/onnx',
  what: 'ONNX Runtime (560 MB)',
  command: 'npm run onnx',
};
const root = fileURLToPath(new URL('..', import.meta.url));

/** @param folder where the code goes; the schema is read where it lies */
function generate(folder: string): void {
  const bin = join(root, 'test/onnx/node_modules/.bin');
  const plugin = { local: 'protoc-gen-es', out: folder, opt: ['target=ts', 'import_extension=js'] };
  const template = JSON.stringify({ version: 'v2', plugins: [plugin] });
  execFileSync(join(bin, 'buf'), ['generate', 'src/onnx/schema', '--template', template], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    stdio: 'inherit',
  });
}

try {
  installOnDemand(onnx);
  link(onnx);
  const [argument, folder = 'src/onnx/schema'] = process.argv.slice(2);
  if (argument === '--schema') generate(folder);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
