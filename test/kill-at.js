/**
 * Loaded before the program (`node --import`): kills it just before its n-th operation on a file of the
 * folder KILL_IN (n is KILL_AT), a writing in its midst. Without KILL_AT it tells at the end
 * how many operations there were.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const at = Number(process.env.KILL_AT);
let operations = 0;

/** @param {() => void} [half] */
function operation(half) {
  if (++operations !== at) return;
  half?.();
  process.kill(process.pid, 'SIGKILL');
}

const isThere = (path) => String(path).startsWith(`${process.env.KILL_IN}/`);

for (const [owner, name] of [
  [fs.promises, 'rename'],
  [fs.promises, 'rm'],
  [fs, 'linkSync'],
  [fs, 'renameSync'],
  [fs, 'rmSync'],
  [fs, 'writeFileSync'],
]) {
  const original = owner[name];
  owner[name] = (path, ...rest) => {
    if (isThere(path)) operation();
    return original(path, ...rest);
  };
}

const { open } = fs.promises;
fs.promises.open = async (path, ...rest) => {
  if (!isThere(path)) return open(path, ...rest);
  operation();
  const file = await open(path, ...rest);
  for (const name of ['writeFile', 'appendFile', 'sync', 'datasync', 'close']) {
    const original = file[name].bind(file);
    file[name] = (...args) => {
      const bytes = /File/.test(name) && Buffer.from(args[0]);
      operation(bytes ? () => fs.writeSync(file.fd, bytes, 0, bytes.length >> 1) : undefined);
      return original(...args);
    };
  }
  return file;
};

if (isMainThread) {
  syncBuiltinESMExports();
  if (!at) process.on('exit', () => process.stderr.write(`operations: ${operations}\n`));
}
