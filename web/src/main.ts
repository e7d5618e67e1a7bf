import { BreakSection } from './breaking/break-section.js';
import { DrawSection } from './draw/draw-section.js';
import { Machine } from './machine/machine.js';
import { forgetColours } from './machine/paint.js';
import { Session } from './session/session.js';
import type { Named } from './session/step.js';
import { readSettings } from './settings.js';
import { TrainSection } from './training/train-section.js';
import { unpack } from './weights/compact.js';
import { fetchLstm, fetchMann } from './weights/load.js';
import { WhySection } from './why/why-section.js';

const settings = readSettings();
const lstm = fetchLstm();
const opening = Promise.all([fetchMann(), lstm]).then(([mann, lstm]) =>
  Session.open(unpack(mann), lstm && unpack(lstm)),
);

const machine = new Machine();
const draw = new DrawSection(machine, opening);
new BreakSection(settings, lstm);
new WhySection();
let session: Session | undefined;
opening.then(
  (opened) => {
    session = opened;
  },
  () => undefined, // the first section says so
);
new TrainSection(() => (session ? symbolsOf(session) : []));

/** The first drawing of each class. */
function symbolsOf({ labels, steps }: Session): Named[] {
  return labels.map((name) => ({ name, look: steps.find(({ truth }) => truth === name)!.look }));
}

import('./demo/episode.json').then(({ default: recording }) => draw.demo(recording));

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours();
  draw.repaint();
  machine.repaint();
});

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('./service-worker.js').catch(() => {
    // Without it the page works too, only not offline.
  });
}
