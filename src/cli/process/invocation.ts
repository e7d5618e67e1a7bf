import { relative, sep } from 'node:path';

/** How this program was called, so that the commands that we suggest work when copied. */
function programName(): string {
  const script = process.argv[1] ?? '';
  if (script.includes(`node_modules${sep}`)) return 'npx mann';
  if (script.endsWith(`cli${sep}main.js`)) return `node ${quote(relative('.', script))}`;
  return 'mann';
}

/** A command line that a shell reads as these arguments. */
export function commandLine(args: readonly string[]): string {
  return [programName(), ...args.map(quote)].join(' ');
}

function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
