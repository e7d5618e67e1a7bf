import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../../common/errors.js';
import { Random } from '../../../common/random.js';
import { EpisodeSampler } from '../episodes.js';
import { type Answer, arraysOf, type Request, type Sampler, withAtlas } from './messages.js';

const { data, classes, options, state }: Sampler = workerData;
const atlas = new Uint8Array();
const sampler = new EpisodeSampler(
  { ...data, atlas },
  classes,
  options,
  new Random(1).restore(state),
);

parentPort!.on('message', (request: Request) => {
  const answer = answerTo(request);
  parentPort!.postMessage(answer, 'batch' in answer ? arraysOf(answer.batch) : []);
});

function answerTo({ task, spent }: Request): Answer {
  const before = sampler.state;
  try {
    const batch = sampler.next(task, spent && withAtlas(spent, atlas), true);
    return { batch, before, after: sampler.state };
  } catch (error) {
    const isUsers = error instanceof UserError;
    if (isUsers || (error as Error)?.name === 'RangeError') {
      return { wrong: (error as Error).message, isUsers };
    }
    throw error;
  }
}
