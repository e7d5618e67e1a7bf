import { BreakSection } from './breaking/break-section.js';
import { DrawSection } from './draw/draw-section.js';
import { Machine } from './machine/machine.js';
import { forgetColours } from './machine/paint.js';
import { Session } from './session/session.js';
import { readSettings } from './settings.js';
import { sharedSymbols } from './share/shared-symbols.js';
import { TrainSection } from './training/train-section.js';
import { unpack } from './weights/compact.js';
import { fetchLstm, fetchMann } from './weights/load.js';
import { WhySection } from './why/why-section.js';
import { plotOf } from './wipe/recorded-plot.js';
import { WipeSection } from './wipe/wipe-section.js';

const settings = readSettings();
const lstm = fetchLstm();
const mann = fetchMann().then(unpack);
const opening = Promise.all([mann, lstm]).then(([mann, lstm]) =>
  Session.open(mann, lstm && unpack(lstm)),
);
const recording = import('./demo/episode.json').then(({ default: recording }) => recording);

const machine = new Machine();
const draw = new DrawSection({ machine, opening, shared: sharedSymbols() });
new WhySection();
new WipeSection(
  async () => Session.open(await mann, undefined),
  async () => draw.plot ?? plotOf(await recording),
);
new BreakSection(settings, lstm);
new TrainSection(() => draw.symbols);
recording.then((recording) => draw.demo(recording));

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
