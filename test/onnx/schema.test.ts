import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { generateSchema } from '../../scripts/onnx-schema.ts';

it("the schema's code is what npm run onnx:schema makes of the schema", () => {
  const folder = mkdtempSync(join(tmpdir(), 'mann-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  generateSchema(folder);
  const committed = new URL('../../src/onnx/schema/onnx_pb.ts', import.meta.url);
  expect(readFileSync(committed, 'utf8')).toBe(readFileSync(join(folder, 'onnx_pb.ts'), 'utf8'));
});
