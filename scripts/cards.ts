/**
 * `npm run cards`: writes the figures of docs/results/pretrained-*.json into the cards of the pretrained models, models/NAME.md.
 * `npm run cards -- --hub FOLDER` makes a folder FOLDER/NAME of each model that can be uploaded to a hub as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedNames, shippedPath } from '../dist/cli/networks/shipped.js';
import { loadCheckpoint } from '../dist/index.js';
import { filledCard } from './hub/card.ts';
import { hubFolder } from './hub/folder.ts';

const { values } = parseArgs({ options: { hub: { type: 'string' } } });
for (const name of shippedNames()) {
  const path = join('models', `${name}.md`);
  const card = readFileSync(path, 'utf8');
  const filled = filledCard(name, card, await loadCheckpoint(shippedPath(name)));
  if (filled !== card) writeFileSync(path, filled);
  console.log(`${path}: ${filled === card ? 'as it was' : 'new figures'}`);
  if (values.hub === undefined) continue;
  const folder = join(values.hub, name);
  await hubFolder(name, folder);
  console.log(`${folder}: ready to upload`);
}
