/**
 * Hears how far a load or download has come: `done` of `total` (0 where that is not known), and
 * what it is doing, for people: `reading Omniglot`.
 */
export type LoadProgress = (done: number, total: number, what: string) => void;
