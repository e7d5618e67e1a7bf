import { describe, expect, it } from 'vitest';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { mann } from './run.js';

describe('help', () => {
  it('comes without arguments and with --help, on stdout', async () => {
    const [bare, asked] = await Promise.all([mann([]), mann(['--help'])]);
    expect(bare).toEqual(asked);
    expect(bare.code).toBe(0);
    expect(bare.stderr).toBe('');
    for (const command of ['train', 'test', 'classify', 'report', 'export', 'models', 'data']) {
      expect(bare.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it.each([
    'train',
    'test',
    'classify',
    'report',
    'sweep',
    'export',
    'models',
    'models verify',
    'data',
    'data info',
    'data show',
    'data download',
  ])('of %s has its options and examples', async (command) => {
    const { code, stdout, stderr } = await mann([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: mann ${command}`);
    expect(stdout).toContain('Examples:');
  });

  it('of train names the flags of run_mann.py, with defaults, in groups', async () => {
    const { stdout } = await mann(['train', '--help']);
    const defaults = {
      '--num-classes': '5',
      '--num-samples': '10',
      '--episode-length': '--num-classes times --num-samples',
      '--start': 'every-head; original: first-head',
      '--adam': 'standard; original: tensorflow1',
      '--input-height': '20',
      '--input-width': '20',
      '--encoder': 'conv; flat, paper and original: none',
      '--encoder-widths': '16,16,16; mlp: 256',
      '--embedding-size': '64; without an encoder the number of pixels',
      '--controller': 'lstm',
      '--controller-size': '200',
      '--controller-input': 'read-vectors; original: read-weights',
      '--num-reads': '1; flat, paper and original: 4',
      '--memory': 'lrua',
      '--memory-locations': '64; flat, paper and original: 128',
      '--memory-word-size': '64; flat, paper and original: 40',
      '--key-size': 'three quarters of the slot width with direct binding, otherwise all',
      '--gamma': '0.95; above 64 slots 1 - 3.2 / slots; flat, paper and original: 0.95',
      '--key-strength': 'learned; paper and original: none',
      '--binding': 'direct; flat, paper and original: controller',
      '--lookup': 'after-write; flat, paper and original: before-write',
      '--writing': 'least-used; flat, paper and original: gated',
      '--output-hidden': '128; flat, paper and original: 0',
      '--num-layers': '1',
      '--learning-rate': '0.001',
      '--schedule': 'cosine; flat: late-cosine; paper and original: constant',
      '--clip': '10; flat, paper and original: 0',
      '--curriculum': 'auto; paper and original: none',
      '--iterations': `${makeRecipe().iterations}; flat, and the LSTM baseline: 30000; paper and original: 100000`,
      '--batch-size': '16',
      '--save-dir': 'runs/',
      '--log-dir': 'the folder of the run',
      '--model': 'mann',
    };
    for (const [flag, value] of Object.entries(defaults)) {
      const entry = stdout.split(/\n {2}(?=-)/).find((text) => text.startsWith(`${flag} `));
      expect(entry?.replace(/\s+/g, ' '), flag).toContain(
        `(default: ${value}${value === 'runs/' ? '' : ')'}`,
      );
    }
    for (const group of ['Data:', 'Network:', 'Episodes:', 'Training:', 'Files:', 'Machine:']) {
      expect(stdout).toContain(`\n${group}\n`);
    }
  });

  it('prints the version', async () => {
    const { code, stdout } = await mann(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
