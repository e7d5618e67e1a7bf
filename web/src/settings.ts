/** What the address says, so that a link shows the same to somebody else. */
export interface Settings {
  /** Of random episodes and of training. */
  readonly seed: number;
  /** Threads of a training; undefined: as many as suit the machine. */
  readonly threads: number | undefined;
  /** Batches of a training; undefined: as many as suit what trains. */
  readonly batches: number | undefined;
  /** What is to train, the processor or a graphics processor; undefined: whichever is faster. */
  readonly processor: 'cpu' | 'gpu' | undefined;
}

export function readSettings(): Settings {
  const query = new URLSearchParams(location.search);
  return {
    seed: whole(query.get('seed'), 999_999) ?? 1,
    threads: whole(query.get('threads'), 64),
    batches: whole(query.get('batches'), 100_000) || undefined,
    processor: processorOf(query.get('processor')),
  };
}

/** Writes what was changed into the address, without a new entry in the history. */
export function writeSettings(changed: Partial<Settings>): Settings {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changed)) {
    if (value === undefined) address.searchParams.delete(name);
    else address.searchParams.set(name, String(value));
  }
  history.replaceState(null, '', address);
  return readSettings();
}

function processorOf(text: string | null): Settings['processor'] {
  return text === 'cpu' || text === 'gpu' ? text : undefined;
}

function whole(text: string | null, most: number): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}
