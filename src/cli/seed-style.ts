import { UserError } from '../common/errors.js';

/**
 * Turns the way run_mann.py is called into ours: without a command, `--mode train|test` says which
 * one is meant (train by default) and the other flags are that command's.
 */
export function seedStyle(argv: readonly string[], commands: readonly string[]): string[] {
  const first = argv[0] ?? '';
  const ownFlags = ['-h', '--help', '-V', '--version'];
  if (!first.startsWith('-') || ownFlags.includes(first)) return [...argv];
  // `mann --debug train ...` has its command already.
  if (first === '--debug' && (argv.length === 1 || commands.includes(argv[1]!))) return [...argv];

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
  return [mode, ...rest];
}
