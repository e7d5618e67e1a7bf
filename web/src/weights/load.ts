/** The weights that come with the page; fetched once, used by the page and its workers. */

export interface ShippedWeights {
  readonly mann: ArrayBuffer;
  /** The baseline; the page does without it too. */
  readonly lstm: ArrayBuffer | undefined;
}

/** @throws Error when the network's weights cannot be had */
export async function fetchWeights(): Promise<ShippedWeights> {
  const [mann, lstm] = await Promise.all([
    fetchFile('weights/mann.bin'),
    fetchFile('weights/lstm.bin').catch(() => undefined),
  ]);
  return { mann, lstm };
}

async function fetchFile(path: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(path, document.baseURI));
  // Hosts that answer every path with a page have no weights there either.
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || isPage) throw new Error(`${path} was not found (status ${response.status})`);
  return response.arrayBuffer();
}
