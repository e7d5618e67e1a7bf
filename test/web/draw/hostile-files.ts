/** Files that somebody may drop on the page to do harm, and what it says to each. */
import { crc32, deflateSync } from 'node:zlib';

export interface HostileFile {
  readonly name: string;
  readonly type: string;
  /** One character a byte. */
  readonly content: string;
  readonly says: RegExp;
}

/** @param saved a session that the page saved, as JSON: some of these are changed copies */
export function hostileFiles(saved: string): HostileFile[] {
  return [...sessions(saved), ...others(), ...pictures()];
}

function sessions(saved: string): HostileFile[] {
  const json = (name: string, content: string, says: RegExp) => ({
    name,
    type: 'application/json',
    content,
    says,
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is, it is going to be broken
  const changed = (change: (session: any) => void) => {
    const session = JSON.parse(saved);
    change(session);
    return JSON.stringify(session);
  };
  const endless = changed(({ steps }) => {
    // would take minutes to draw
    steps[0].look.strokes = [new Array(4000).fill([0, 0, 1000, 1000]).flat()];
  });
  const backwards = changed(({ steps }) => {
    steps[4].action = 0;
  });
  const answer = changed((session) => {
    const { look } = session.steps[0];
    const answers = { mann: { label: 'toString', confidence: 1 } };
    session.checks = [{ look, truth: 'A', answers, seen: 1, action: 6 }];
  });
  const name = changed((session) => {
    session.names = { A: 'cat\u0007' };
  });
  const long = changed((session) => {
    session.names = { A: 'a'.repeat(25) };
  });
  const pad = changed((session) => {
    session.pad = { ink: [1, 2, 3, 4] };
  });
  const many = changed((session) => {
    session.steps = new Array(100_000).fill({});
  });
  const markup = saved.replaceAll('"truth":"A"', '"truth":"<img src=x onerror=alert(1)>"');
  return [
    json('empty.json', '', /not JSON/),
    json('short.json', saved.slice(0, -100), /not JSON/),
    json('deep.json', '['.repeat(100_000), /not JSON/),
    json('null.json', 'null', /no drawings/),
    json('proto.json', '{"__proto__": {"format": 1}, "steps": []}', /no drawings/),
    json('many.json', many, /100000 drawings/),
    json('endless.json', endless, /a drawing is damaged/),
    json('markup.json', markup, /a drawing has no class/),
    json('backwards.json', backwards, /not in order/),
    json('answer.json', answer, /an answer is damaged/),
    json('name.json', name, /a name is damaged/),
    json('long.json', long, /a name is damaged/),
    json('pad.json', pad, /the drawing on the pad is damaged/),
  ];
}

function others(): HostileFile[] {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
  const neither = /is neither a file of drawings from this page .* nor a picture/;
  return [
    { name: 'notes.txt', type: 'text/plain', content: 'A letter to nobody.', says: neither },
    { name: 'page.html', type: 'text/html', content: '<script>alert(1)</script>', says: neither },
    { name: 'picture.svg', type: 'image/svg+xml', content: svg, says: neither },
    { name: 'large.json', type: 'text/plain', content: ' '.repeat(9 << 20), says: /too large/ },
  ];
}

function pictures(): HostileFile[] {
  const header = pngHeader(100_000, 100_000).toString('latin1');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
  return [
    {
      name: '<b>.png',
      type: 'image/png',
      content: '\u0089PNG, but not really',
      says: /damaged, or not a picture/,
    },
    { name: 'svg.png', type: 'image/png', content: svg, says: /damaged, or not a picture/ },
    { name: 'header.png', type: 'image/png', content: header, says: /damaged|million are read/ },
    {
      name: 'bomb.png',
      type: 'image/png',
      content: blankPng(20_000, 20_000),
      says: /20000 by 20000 pixels: up to 50 million are read/,
    },
    {
      name: 'bomb.webp',
      type: 'image/webp',
      content: blankWebp(16_383, 16_383),
      says: /16383 by 16383 pixels: up to 50 million are read/,
    },
  ];
}

/** The beginning of a PNG file of so many pixels of one bit. */
function pngHeader(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size[8] = 1;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', size)]);
}

/** A whole PNG file of black pixels, as text of one character a byte: a thousandth of what it unpacks to. */
function blankPng(width: number, height: number): string {
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))));
  const rest = [pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([pngHeader(width, height), ...rest]).toString('latin1');
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A lossless WebP of one colour: five codes of one symbol each, so that pixels take no bits. */
function blankWebp(width: number, height: number): string {
  // Least bits first: 14 of each size less 1, alpha and version, no transforms, no cache, no groups, the codes.
  let bits = BigInt(width - 1) | (BigInt(height - 1) << 14n);
  for (let code = 0; code < 5; code++) bits |= 1n << BigInt(35 + 4 * code);
  const data = Buffer.from([
    0x2f,
    ...Array.from({ length: 7 }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n)),
  ]);
  const file = Buffer.alloc(20);
  file.write('RIFF', 0);
  file.writeUInt32LE(12 + data.length, 4);
  file.write('WEBPVP8L', 8);
  file.writeUInt32LE(data.length, 16);
  return Buffer.concat([file, data]).toString('latin1');
}
