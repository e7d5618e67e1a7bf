import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exif } from '../../data/pictures/formats.js';
import { axeFindings, drop, findChromium, launch, openPage } from '../browser.js';
import { serveIntake } from './intake-site.js';

const chromium = findChromium();

type Intake = typeof import('./intake-in-browser.js');

/** What the page keeps for the tests. */
interface Kept {
  readonly intake: Intake;
  /** Streams of the camera that were opened. */
  readonly streams: MediaStream[];
  /** What a dialog led to: undefined until it is closed. */
  outcome?: string;
  readonly heard: string[];
}
declare const window: Window & Kept;

/** A camera's picture of a seven on paper in light from the side, as a film of one frame. */
function film(): Buffer {
  const [width, height] = [640, 480];
  const grey = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInk =
        (Math.abs(y - 130) < 6 && x > 230 && x < 410) ||
        (Math.abs(x - 410 + (y - 130) * 0.5) < 7 && y >= 130 && y < 350);
      const light = 120 + x * 0.12;
      grey[y * width + x] = Math.round(isInk ? light * 0.3 : light);
    }
  }
  const colours = Buffer.alloc((width * height) / 2, 128);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, Buffer.from('FRAME\n'), grey, colours]);
}

describe.skipIf(!chromium)('the ways in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mann-film-'));
  let site: Awaited<ReturnType<typeof serveIntake>>;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    const path = join(folder, 'seven.y4m');
    writeFileSync(path, film());
    site = await serveIntake();
    browser = await launch(chromium!, [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${path}`,
    ]);
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}, before = '') {
    const context = await browser.newContext({
      viewport: { width: 1000, height: 800 },
      ...options,
    });
    contexts.push(context);
    return openPage(context, site.url, (page) => page.addInitScript(`${WATCH}\n${before}`));
  }

  /** Opens a dialog; what comes of it is in `outcome`. */
  const show = (page: Page, what: 'openCamera' | 'openAlphabets') =>
    page.evaluate((what) => {
      window.outcome = undefined as unknown as string;
      window.intake[what]().then(
        (result) => {
          const name =
            result && ('name' in result ? result.name : `${result.type} ${result.size > 1000}`);
          window.outcome = name ?? 'nothing';
        },
        (error) => {
          window.outcome = `${error.name}: ${error.message}`;
        },
      );
    }, what);
  const outcome = async (page: Page) => {
    await page.waitForFunction(() => window.outcome !== undefined);
    expect(await page.locator('dialog').count()).toBe(0);
    return page.evaluate(() => window.outcome);
  };
  const liveTracks = (page: Page) =>
    page.evaluate(
      () =>
        window.streams
          .flatMap((stream) => stream.getTracks())
          .filter((one) => one.readyState === 'live').length,
    );

  describe('the camera', () => {
    test('takes what is in its square, and is off then', async () => {
      const { page, errors, foreign } = await open();
      const look = page.evaluate(async () => {
        const photo = await window.intake.openCamera();
        const { ink, side } = (await window.intake.readPicture(photo!, 'The photo')) as {
          ink: Float32Array;
          side: number;
        };
        return { ink: [...ink], side, type: photo!.type };
      });
      await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
      expect(await liveTracks(page)).toBe(1);
      await page.getByRole('button', { name: 'Take the picture' }).click();
      const { ink, side, type } = await look;
      expect(type).toBe('image/jpeg');
      const row = (y: number) => ink.slice(y * side, (y + 1) * side).filter((x) => x > 0.5).length;
      expect(row(10)).toBeGreaterThan(80); // the bar of the seven
      expect(row(100)).toBeLessThan(20); // its leg
      expect(row(100)).toBeGreaterThan(3);
      expect(await liveTracks(page)).toBe(0);
      expect(await page.locator('dialog').count()).toBe(0);
      expect(errors).toEqual([]);
      expect(foreign).toEqual([]);
    });

    test.each(['Cancel', 'Escape'])('is off after %s', async (how) => {
      const { page } = await open();
      await show(page, 'openCamera');
      await page.locator('dialog[open]').waitFor();
      expect(await liveTracks(page)).toBe(1);
      if (how === 'Cancel') await page.getByRole('button', { name: 'Cancel' }).click();
      else await page.keyboard.press('Escape');
      expect(await outcome(page)).toBe('nothing');
      expect(await liveTracks(page)).toBe(0);
    });

    test.each([
      ['NotAllowedError', /may not use the camera: allow it/],
      ['NotFoundError', /no camera on this device/],
      ['NotReadableError', /could not be started/],
    ])('says in a sentence what %s means', async (name, says) => {
      const refuse = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${name}'));`;
      const { page } = await open({}, refuse);
      await show(page, 'openCamera');
      expect(await outcome(page)).toMatch(says);
    });

    test('that pages without https: may not use is refused in a sentence', async () => {
      const insecure = `
        Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });
        Object.defineProperty(window, 'isSecureContext', { value: false });`;
      const { page } = await open({}, insecure);
      await show(page, 'openCamera');
      expect(await outcome(page)).toMatch(/only on pages with https:/);
    });

    test("is the phone's own where the page has none", async () => {
      const none = `Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });`;
      const { page } = await open({ hasTouch: true, isMobile: true }, none);
      const choosing = page.waitForEvent('filechooser');
      await show(page, 'openCamera');
      const chooser = await choosing;
      const input = chooser.element();
      expect(await input.getAttribute('capture')).toBe('environment');
      expect(await input.getAttribute('accept')).toBe('image/*');
      await chooser.setFiles({
        name: 'photo.jpg',
        mimeType: 'image/jpeg',
        buffer: Buffer.alloc(2000),
      });
      expect(await outcome(page)).toBe('photo.jpg');
      expect(await page.locator('input[capture]').count()).toBe(0);
    });

    test('can be chosen where there are several', async () => {
      const { page } = await open({}, TWO_CAMERAS);
      await show(page, 'openCamera');
      const choice = page.getByLabel('Camera');
      await choice.waitFor();
      expect(await choice.locator('option').allTextContents()).toEqual(['Front', 'Camera 2']);
      await choice.selectOption({ index: 1 });
      await page.waitForFunction(() => window.streams.length === 2);
      expect(await liveTracks(page)).toBe(1);
      await page.keyboard.press('Escape');
      expect(await outcome(page)).toBe('nothing');
      expect(await liveTracks(page)).toBe(0);
    });
  });

  describe('the ready alphabets', () => {
    test('are ten, and one is chosen by the keyboard', async () => {
      const { page, errors } = await open();
      await show(page, 'openAlphabets');
      await page.locator('dialog[open]').waitFor();
      const cards = page.locator('.alphabet');
      expect(await cards.count()).toBe(10);
      expect(await cards.first().locator('svg').count()).toBe(6);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await outcome(page)).toBe(await nameOfSecond());
      await show(page, 'openAlphabets');
      await page.locator('dialog[open]').waitFor();
      await page.keyboard.press('Escape');
      expect(await outcome(page)).toBe('nothing');
      expect(errors).toEqual([]);

      async function nameOfSecond() {
        await show(page, 'openAlphabets');
        await page.locator('dialog[open]').waitFor();
        const name = await cards.nth(1).locator('.named').textContent();
        await page.getByRole('button', { name: 'Cancel' }).click();
        expect(await outcome(page)).toBe('nothing');
        return name;
      }
    });
  });

  test.each([
    ['light', 1000],
    ['dark', 1000],
    ['light', 320],
    ['dark', 320],
  ] as const)(
    'axe finds nothing in the dialogs, %s, %d pixels wide',
    async (colorScheme, width) => {
      const { page } = await open({
        colorScheme,
        viewport: { width, height: 640 },
        reducedMotion: 'reduce',
        bypassCSP: true,
      });
      for (const what of ['openAlphabets', 'openCamera'] as const) {
        await show(page, what);
        await page.locator('dialog[open]').waitFor();
        const found = await axeFindings(page);
        expect(found).toEqual([]);
        const isTooWide = await page.evaluate(() => {
          const dialog = document.querySelector('dialog')!;
          return (
            dialog.scrollWidth > dialog.clientWidth ||
            dialog.getBoundingClientRect().width > innerWidth
          );
        });
        expect(isTooWide).toBe(false);
        if (process.env.SHOTS)
          await page.screenshot({
            path: `${process.env.SHOTS}/${what}-${colorScheme}-${width}.png`,
          });
        await page.keyboard.press('Escape');
        await outcome(page);
      }
    },
  );

  describe('files', () => {
    const hear = (page: Page) =>
      page.evaluate(() => {
        Object.assign(window, { heard: [] });
        window.intake.onFile((file) => window.heard.push(`${file.name} ${file.type}`));
      });

    test('are heard of when dropped, chosen and pasted, but not when pasted into a field', async () => {
      const { page } = await open();
      await hear(page);
      const paste = (selector: string) =>
        page.evaluate((selector) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File(['x'], 'pasted.png', { type: 'image/png' }));
          document
            .querySelector(selector)!
            .dispatchEvent(
              new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
            );
        }, selector);
      await drop(page, 'dropped.png', 'image/png', 'x');
      await paste('#name');
      await paste('body');
      const choosing = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Open a file' }).click();
      await (await choosing).setFiles({
        name: 'chosen.png',
        mimeType: 'image/png',
        buffer: Buffer.from('x'),
      });
      await page.waitForFunction(() => window.heard.length === 3);
      expect(await page.evaluate(() => window.heard)).toEqual([
        'dropped.png image/png',
        'pasted.png image/png',
        'chosen.png image/png',
      ]);
    });

    test('of photos of 12 million pixels, turned by Exif, are read', async () => {
      const { page, errors } = await open();
      const photo = Buffer.from(await page.evaluate<string>(PHOTO), 'base64');
      const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(6)]);
      const head = Buffer.from([0xff, 0xe1, 0, 0]);
      head.writeUInt16BE(block.length + 2, 2);
      const turned = Buffer.concat([photo.subarray(0, 20), head, block, photo.subarray(20)]);
      const read = (bytes: Buffer) =>
        page.evaluate(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          const file = new File([bytes], 'photo.jpg', { type: 'image/jpeg' });
          const { ink, side } = (await window.intake.readFile(file)) as {
            ink: Float32Array;
            side: number;
          };
          return { ink: [...ink], side };
        }, bytes.toString('base64'));
      const [as, now] = [await read(photo), await read(turned)];
      const { side } = as;
      // Orientation 6: the file's first row is the right side.
      const differs = as.ink.reduce((sum, value, i) => {
        const [x, y] = [i % side, Math.floor(i / side)];
        return sum + Math.abs(value - now.ink[x * side + side - 1 - y]!);
      }, 0);
      const area = as.ink.reduce((sum, value) => sum + value, 0);
      expect(area).toBeGreaterThan(500);
      expect(differs / area).toBeLessThan(0.35);
      expect(errors).toEqual([]);
    });

    test('in which nothing stands out are refused in a sentence', async () => {
      const { page } = await open();
      const said = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(600, 400);
        const context = canvas.getContext('2d')!;
        const light = context.createLinearGradient(0, 0, 600, 400);
        light.addColorStop(0, '#999');
        light.addColorStop(1, '#eee');
        context.fillStyle = light;
        context.fillRect(0, 0, 600, 400);
        const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
        const file = new File([blob], 'paper.jpg', { type: 'image/jpeg' });
        return window.intake
          .readFile(file)
          .then(String, (error) => `${error.name}: ${error.message}`);
      });
      expect(said).toMatch(
        /^UserError: paper\.jpg shows nothing that stands out from the paper: draw with/,
      );
    });
  });
});

/** Keeps the camera's streams. */
const WATCH = `
  window.streams = [];
  if (navigator.mediaDevices) {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      window.streams.push(stream);
      return stream;
    };
  }`;

/** A second camera, without a name. */
const TWO_CAMERAS = `
  {
    const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () => {
      const { deviceId } = (await list()).find(({ kind }) => kind === 'videoinput');
      return [
        { kind: 'audioinput', deviceId: 'sound', label: 'Sound' },
        { kind: 'videoinput', deviceId, label: 'Front' },
        { kind: 'videoinput', deviceId, label: '' },
      ];
    };
  }`;

/** A JPEG of 4000 by 3000 pixels: a pen's seven on paper in light from the side, in base64. */
const PHOTO = `(async () => {
  const canvas = new OffscreenCanvas(4000, 3000);
  const context = canvas.getContext('2d');
  const light = context.createLinearGradient(0, 0, 4000, 3000);
  light.addColorStop(0, '#8a8678');
  light.addColorStop(1, '#f0ecdf');
  context.fillStyle = light;
  context.fillRect(0, 0, 4000, 3000);
  context.lineWidth = 24;
  context.strokeStyle = '#2b3a8f';
  context.beginPath();
  context.moveTo(1500, 1000);
  context.lineTo(2300, 1050);
  context.lineTo(1900, 2100);
  context.stroke();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
})()`;
