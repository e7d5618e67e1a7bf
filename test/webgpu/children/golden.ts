/** Golden files on the graphics processor: their worst errors. */
import { readFileSync } from 'node:fs';
import { checkGolden } from '../../golden.ts';

const worst: Record<string, { worst: number; where: string }> = {};
for (const file of process.argv.slice(2)) {
  const golden = JSON.parse(readFileSync(file, 'utf8'));
  worst[file] = await checkGolden(golden, { name: 'webgpu', kind: 'webgpu' });
}
console.log(JSON.stringify(worst));
process.exit(0);
