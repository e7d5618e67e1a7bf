/** The code of ONNX's schema, src/onnx/schema/onnx_pb.ts, from src/onnx/schema/onnx.proto. */
import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'test/onnx/node_modules/.bin');

/** @param folder where the code goes */
export function generateSchema(folder: string): void {
  const plugin = { local: 'protoc-gen-es', out: folder, opt: ['target=ts', 'import_extension=js'] };
  const template = JSON.stringify({ version: 'v2', plugins: [plugin] });
  execFileSync(join(bin, 'buf'), ['generate', 'src/onnx/schema', '--template', template], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    stdio: 'inherit',
  });
}
