/** Folders of class folders in which one may get lost. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFolder } from '../../dist/data/folders/folders.js';
import type { Attack, Group } from './attack.js';
import { makePipe } from './files.js';

/** A folder of two class folders, each with a picture made like this. */
function filled(name: string, careless: string, make: (path: string) => void): Attack {
  return {
    name,
    careless,
    make(folder) {
      for (const inner of ['a', 'b']) {
        mkdirSync(join(folder, inner), { recursive: true });
        make(join(folder, inner, '1.png'));
      }
    },
  };
}

const labyrinth: Attack = {
  name: 'a dozen folders, each with links to all of them',
  careless: 'follows every path without a cycle: 1,302,061,344 of them',
  make(folder) {
    const names = [...'abcdefghijkl'];
    for (const from of names) {
      mkdirSync(join(folder, from), { recursive: true });
      for (const to of names) symlinkSync(join('..', to), join(folder, from, to));
    }
  },
};

export const folders: Group = {
  title: 'Folders',
  how:
    '`loadFolder(IT)`, `mann data info --dataset IT` and, in words of its own, ' +
    '`mann classify --support IT --loo`',
  attacks: [
    {
      name: 'a folder in itself',
      careless: 'goes deeper until the path is too long',
      make(folder) {
        mkdirSync(folder);
        symlinkSync('.', join(folder, 'deeper'));
      },
    },
    labyrinth,
    filled('pipes for pictures', 'waits forever for somebody to write to them', makePipe),
    filled('devices for pictures', 'reads on until memory is full', (path) =>
      symlinkSync('/dev/zero', path),
    ),
    filled('links to themselves for pictures', 'follows them', (path) => symlinkSync(path, path)),
    filled('folders for pictures', 'reads them', (path) => mkdirSync(path)),
    {
      name: 'two classes whose names look the same',
      careless: 'takes them for two, and prints one name twice',
      make(folder) {
        for (const name of ['caf\u00e9', 'cafe\u0301']) {
          mkdirSync(join(folder, name), { recursive: true });
          writeFileSync(join(folder, name, '1.png'), 'no picture');
        }
      },
    },
    {
      name: 'a class without pictures, whose files clear the screen',
      careless: 'forgets the class, or prints the names',
      make(folder) {
        for (const name of ['a', 'b', '\u001b[2J\nc'])
          mkdirSync(join(folder, name), { recursive: true });
        for (const name of ['a', 'b']) writeFileSync(join(folder, name, '1.png'), 'no picture');
        writeFileSync(join(folder, '\u001b[2J\nc', '1.\u001b[2J'), 'no picture');
      },
    },
    {
      name: 'a class whose name clears the screen',
      careless: 'prints it',
      make(folder) {
        mkdirSync(join(folder, '\u001b[2J\nmann: all is well'), { recursive: true });
        writeFileSync(join(folder, '\u001b[2J\nmann: all is well', '1.png'), 'no picture');
      },
    },
  ],
  library: (path) => loadFolder(path),
  commands: (path) => [
    ['data', 'info', '--dataset', path],
    ['classify', '--weights', `${path}/../weights.safetensors`, '--support', path, '--loo'],
  ],
};
