import { nextTurn } from '../common/turn.js';

/** Milliseconds of work after which others have their turn. */
const TURN = 50;

export interface Work<T, R> {
  /** Items in all. */
  readonly count: number;
  /** So many of them may be worked on at once. */
  readonly ahead: number;
  /**
   * Whether the item after those is drawn while they are worked on. Where the engine's threads take all cores it is
   * better drawn after their work: in the midst it would hold up one of them, and the others wait for that one.
   */
  readonly meanwhile: boolean;
  /** So many items are drawn before there is room for them. Default 1. */
  readonly drawn?: number | undefined;
  /** Draws the next item, perhaps in the arrays of one that is not needed any more. Items come in the order of calls. */
  draw(spent: T | undefined): T | Promise<T>;
  /** Begins the work on an item. @param index from 0 */
  begin(item: T, index: number): Promise<R>;
  /**
   * Whether item `index` may be begun now. Where it may not it is asked again after each answer, and all is over when no
   * work is under way any more.
   */
  mayBegin?(index: number): boolean | Promise<boolean>;
}

/**
 * Draws items, has them worked on, and gives each with its answer, in order:
 * `for await (const [batch, answer] of inOrder({ count, ahead, meanwhile, draw, begin }))`. An item is spent when the next
 * one is asked for. However the loop ends, all work has come to rest then.
 */
export async function* inOrder<T, R>(work: Work<T, R>): AsyncGenerator<[item: T, answer: R]> {
  const underWay: { item: T; answer: Promise<R> }[] = [];
  const drawn: Promise<T>[] = [];
  const spent: T[] = [];
  let [left, begun] = [work.count, 0];
  const draw = () => {
    left--;
    const item = (async () => work.draw(spent.pop()))();
    item.catch(() => {}); // as of answers
    drawn.push(item);
  };
  const isRoom = () => underWay.length < work.ahead && begun < work.count;
  let turned = performance.now();
  try {
    while (true) {
      while (isRoom() && (await work.mayBegin?.(begun)) !== false) {
        if (drawn.length === 0) draw();
        const item = await drawn.shift()!;
        const answer = work.begin(item, begun++);
        answer.catch(() => {}); // it is heard of when its turn comes
        underWay.push({ item, answer });
      }
      if (underWay.length === 0) return;
      while (work.meanwhile && left > 0 && drawn.length < (work.drawn ?? 1)) draw();
      const { item } = underWay[0]!;
      const answer = await underWay[0]!.answer;
      underWay.shift();
      // An engine without threads works on this one, and Ctrl-C could not be heard.
      if (performance.now() - turned > TURN) {
        await nextTurn();
        turned = performance.now();
      }
      yield [item, answer];
      spent.push(item);
    }
  } finally {
    await Promise.allSettled(underWay.map(({ answer }) => answer));
  }
}
