import { Command } from 'commander';
import { whole } from '../options/values.js';
import { coreOptions } from '../sweeps/core-options.js';
import { runWorker, WORK_FOLDER, type WorkerFlags } from '../sweeps/run-worker.js';

/** `mann worker` */
export function workerCommand(): Command {
  const command = new Command('worker')
    .summary('train what mann sweep --queue puts into a queue')
    .description(
      'Takes trainings from a queue and trains them, on as many machines as you like, until it is stopped.\n' +
        'Ctrl-C saves them and gives them back: another worker goes on where they were.',
    )
    .optionsGroup('Queue:')
    .requiredOption(
      '--queue <url>',
      'Redis or Valkey (redis://, rediss:// with TLS) or PostgreSQL (postgres://), as given to mann sweep; ' +
        'a password may be in MANN_QUEUE_PASSWORD instead (needs npm install bullmq, and ioredis or pg)',
    )
    .option('--shared <dir>', 'folder that all machines share, as given to mann sweep')
    .option(
      '--timeout <seconds>',
      'after so long without a sign of life of a worker its runs are given to another (default: 30)',
      whole(2, 3600),
    )
    .option('--until-empty', 'end when the queue has nothing more to do')
    .optionsGroup('Machine:')
    .option('--folder <dir>', `folder for the runs that it works on (default: ${WORK_FOLDER})`)
    .option('--data <dir>', 'the folder of Omniglot on this machine')
    .option(
      '--allow-data <dir...>',
      'folders with images that runs may be trained on; without it they can only use glyphs and omniglot',
    );
  return coreOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  mann worker --queue redis://queue.example:6379
  mann worker --queue postgres://mann@db.example/mann?sslmode=verify-full --jobs 2
  mann worker --queue redis://queue.example --allow-data /data/symbols`,
    )
    .action(async (flags: WorkerFlags) => {
      process.exitCode = await runWorker(flags);
    });
}
