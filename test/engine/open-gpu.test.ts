import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The library in a folder of its own, with no packages but those that a test puts there. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mann-gpu-'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(code: string) {
  const path = join(folder, 'node_modules/webgpu');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), '{"type":"module","main":"index.js"}');
  writeFileSync(join(path, 'index.js'), code);
}

/** What a program prints that has `openGpu`, in a process of its own: native code can end it. */
function run(program: string, from = folder): string {
  const platform = JSON.stringify(join(from, 'dist/engine/platform-node.js'));
  const code = `const { openGpu } = await import(${platform});
    try { ${program} } catch (error) { console.log(error.name + ': ' + error.message); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

it('says what to install where the package is missing', () => {
  expect(run('await openGpu();')).toBe(
    'UserError: the webgpu engine needs the package webgpu: npm install webgpu\n',
  );
});

it('says so where the package has no code for the machine', () => {
  install(`import { createRequire } from 'node:module';
    createRequire(import.meta.url)('./dawn.node');`);
  expect(run('await openGpu();')).toMatch(
    /^UserError: the package webgpu does not work on this machine \(Cannot find module '.\/dawn.node'\): use another engine\n$/,
  );
});

it('opens the package once for the same flags', () => {
  install('export const create = (flags) => ({ flags });');
  const program = `
    const open = (name) => openGpu(['backend=' + name]);
    const [a, b, c] = [await open('a'), await open('a'), await open('null')];
    console.log(a === b, a === c, c.flags.join());`;
  expect(run(program)).toBe('true false backend=null\n');
});

it('says so where Linux has no Vulkan, before the package writes anything', () => {
  install('export const create = () => console.log("opened");');
  // what Node says of libraries that are not there, and of those that are
  const without = (
    message: string,
  ) => `Object.defineProperty(process, 'platform', { value: 'linux' });
    process.dlopen = () => { throw new Error('libvulkan.so.1: ${message}'); };
    await openGpu();`;
  expect(run(without('cannot open shared object file: No such file or directory'))).toBe(
    'UserError: the webgpu engine needs the Vulkan loader libvulkan.so.1: ' +
      'install it (apt install libvulkan1), or use another engine\n',
  );
  expect(run(without('Module did not self-register'))).toBe('opened\n');
});

it('takes what the runtime has', () => {
  const program = `Object.defineProperty(globalThis, 'navigator', { value: { gpu: 'its own' } });
    console.log(await openGpu());`;
  expect(run(program)).toBe('its own\n');
});

it('opens the real package', () => {
  const program = `const gpu = await openGpu(['backend=null']);
    console.log(typeof (await gpu.requestAdapter()).requestDevice); process.exit();`;
  expect(run(program, root)).toBe('function\n');
});
