/** What the tests of the page for classes do with it. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** A task that a small network learns within seconds. */
export const QUICK =
  '#classes=3&length=15&units=64&slots=32&batches=120&batch=16&rate=0.002&seed=1';

/** Waits until so many runs are trained and tested. */
export const finished = (page: Page, count = 1) =>
  page.waitForFunction(
    (count) =>
      [...document.querySelectorAll('.run .says')].filter((one) =>
        /^Trained/.test(one.textContent!),
      ).length >= count,
    count,
    { timeout: 120_000 },
  );

/** Waits until the first run says something. */
export const runSays = (page: Page, text: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('.run .says')?.textContent ?? ''),
    text.source,
    { timeout: 60_000 },
  );

/** Sets the builder to the settings of a link, as a click on it would. */
export const follow = (page: Page, fragment: string) =>
  page.evaluate((fragment) => {
    location.hash = fragment;
  }, fragment);

export const train = (page: Page) =>
  page.getByRole('button', { name: 'Train', exact: true }).click();

/** Chooses one of a few. */
export const pick = (page: Page, name: string) => page.getByLabel(name, { exact: true }).check();

/** All controls of the builder by name: what somebody sees in them. */
export const controls = (page: Page) =>
  page.evaluate(() => Object.fromEntries(new FormData(document.querySelector('form')!)));

/** Presses a button that saves a file, and reads the file. */
export async function download(
  page: Page,
  button: string,
): Promise<{ name: string; path: string; bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).first().click(),
  ]);
  const path = await file.path();
  return { name: file.suggestedFilename(), path, bytes: readFileSync(path) };
}

/** Rows of a CSV file by the names of its columns. No cell of these files has a line break in it. */
export function rowsOf(text: string): Record<string, string>[] {
  const cells = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
    );
  const [head, ...lines] = text.trimEnd().split('\r\n').map(cells);
  return lines.map((line) => Object.fromEntries(head!.map((name, i) => [name, line[i]!])));
}

/** Accuracy on an instance of new classes in a file of tests, of its first run. */
export function byInstance(tests: string, instance: number): number {
  const row = rowsOf(tests).find(
    (row) => row.test === 'by instance' && row.instance === String(instance),
  );
  return Number(row!.accuracy);
}
