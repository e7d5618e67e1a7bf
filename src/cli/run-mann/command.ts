import { UserError } from '../../common/errors.js';

/** Tells that there was no command: run_mann.py is called like this. */
export const AS_RUN_MANN = '--as-run-mann';

/**
 * Adds the command to a command line that is like those of run_mann.py: `--mode train|test` says which one is
 * meant (train by default), and the other flags are that command's.
 * @throws UserError on another mode
 */
export function withCommand(
  argv: readonly string[],
  commands: readonly string[],
): readonly string[] {
  const first = argv[0] ?? '';
  const ownFlags = ['-h', '--help', '-V', '--version'];
  if (!first.startsWith('-') || ownFlags.includes(first)) return argv;
  // `mann --debug train ...` has its command already.
  if (first === '--debug' && (argv.length === 1 || commands.includes(argv[1]!))) return argv;

  const rest: string[] = [];
  let mode = 'train';
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--mode') mode = argv[++i] ?? '';
    else if (argument.startsWith('--mode=')) mode = argument.slice('--mode='.length);
    else rest.push(argument);
  }
  if (mode !== 'train' && mode !== 'test') {
    throw new UserError(`--mode must be train or test${mode && `, not ${mode}`}`);
  }
  return [mode, AS_RUN_MANN, ...rest];
}
