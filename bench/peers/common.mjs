/** What the JavaScript peers share: as common.py. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The file of a package in the project's node_modules or, where PEERS_NODE_MODULES is set, in those there. */
function fileOf(name) {
  const base = process.env.PEERS_NODE_MODULES;
  const from = base ? pathToFileURL(`${base}/x.js`) : import.meta.url;
  return createRequire(from).resolve(name);
}

export async function packages(name) {
  return import(pathToFileURL(fileOf(name)).href);
}

/** Also of packages that do not export their package.json. */
export function versionOf(name) {
  const file = fileOf(name);
  const folder = file.slice(0, file.lastIndexOf(`/${name}/`) + name.length + 2);
  return JSON.parse(readFileSync(`${folder}package.json`, 'utf8')).version;
}

const WEIGHTS = [
  'lstm.kernel',
  'lstm.bias',
  'heads.kernel',
  'heads.bias',
  'out.kernel',
  'out.bias',
];

export async function readWork(path) {
  const bytes = readFileSync(path);
  const size = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + size));
  const tensor = (name) => {
    const { shape, data_offsets } = header[name];
    const [start, end] = data_offsets.map((offset) => bytes.byteOffset + 8 + size + offset);
    return { shape, data: new Float32Array(bytes.buffer.slice(start, end)) };
  };
  const weights = WEIGHTS.map(tensor);
  const [inputs, labels, logits] = ['inputs', 'labels', 'logits'].map(tensor);
  return { weights, inputs, labels, logits, losses: tensor('losses').data };
}

/** Checks logits and five losses against ours, then times `step`; prints one line of JSON. */
export async function measure(peer, logits, step, work, seconds = 8) {
  const ours = work.logits.data;
  const largest = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [B, T, C] = work.logits.shape;
  const logitErrors = new Array(B).fill(0);
  const finite = (error) => (Number.isFinite(error) ? error : 1e9); // JSON has no others
  for (const [i, value] of ours.entries()) {
    const b = Math.floor(i / (T * C));
    logitErrors[b] = Math.max(logitErrors[b], finite(Math.abs(value - logits[i]) / largest));
  }
  let lossError = 0;
  for (const loss of work.losses) {
    lossError = Math.max(lossError, finite(Math.abs((await step()) - loss) / loss));
  }
  await step();
  const times = [];
  const begun = performance.now();
  while (times.length < 5 || performance.now() - begun < seconds * 1000) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  const ms = times.sort((a, b) => a - b)[times.length >> 1];
  const threads = Number(process.env.PEER_THREADS ?? 1);
  console.log(JSON.stringify({ ...peer, threads, ms, logitErrors, lossError }));
  process.exit();
}
