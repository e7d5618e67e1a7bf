/** The weights that come with the page, in their compact form. */

/** The network that the visitor draws for. @throws Error when it cannot be had */
export const fetchMann = (): Promise<ArrayBuffer> => fetchFile('weights/mann.bin');

/** The network of random episodes, for five classes. @throws Error when it cannot be had */
export const fetchFive = (): Promise<ArrayBuffer> => fetchFile('weights/five.bin');

/** The baseline; the page does without it too. */
export const fetchLstm = (): Promise<ArrayBuffer | undefined> =>
  fetchFile('weights/lstm.bin').catch(() => undefined);

async function fetchFile(path: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(path, document.baseURI));
  // Hosts that answer every path with a page have no weights there either.
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || isPage) throw new Error(`${path} was not found (status ${response.status})`);
  return response.arrayBuffer();
}
