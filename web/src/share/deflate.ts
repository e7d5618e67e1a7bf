/** Raw deflate by the browser's own streams. */
import { UserError } from 'mann';

/** Bytes that go in at once: each can become a thousand, so that what comes out in one piece is at most half a megabyte. */
const PIECE = 512;

/** Whether this browser can make and open links with symbols: Chrome from 103, Firefox from 113, Safari from 16.4. */
export function canDeflate(): boolean {
  try {
    return new CompressionStream('deflate-raw') && new DecompressionStream('deflate-raw') && true;
  } catch {
    return false;
  }
}

export function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  checkBrowser();
  return through(new CompressionStream('deflate-raw'), bytes, Number.POSITIVE_INFINITY);
}

/**
 * @returns undefined if it is more than that: nothing is read beyond
 * @throws TypeError (or whatever the browser throws) if the bytes are not of this format
 */
export function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array | undefined> {
  checkBrowser();
  return through(new DecompressionStream('deflate-raw'), bytes, most);
}

function checkBrowser(): void {
  if (canDeflate()) return;
  throw new UserError(
    'this browser is too old for links with symbols: open the page in Chrome 103, Firefox 113, Safari 16.4 or newer',
  );
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array | undefined> {
  const reader = inPieces(bytes).pipeThrough(stream).getReader();
  const made: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
    made.push(next.value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of made) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
        else controller.close();
        at += PIECE;
      },
    },
    { highWaterMark: 0 },
  );
}
