import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it("the schema's code is what npm run onnx:schema makes of the schema", () => {
  const folder = mkdtempSync(join(tmpdir(), 'mann-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('npx', ['tsx', 'scripts/onnx.ts', '--schema', folder], { cwd: root });
  const read = (path: string) => readFileSync(path, 'utf8');
  expect(read(join(root, 'src/onnx/schema/onnx_pb.ts'))).toBe(read(join(folder, 'onnx_pb.ts')));
});
