/** How often each network was right on the visitor's drawings. */
import type { Answers, Check } from './step.js';

export interface Score {
  readonly right: number;
  readonly of: number;
}

export interface Scores {
  readonly mann: Score;
  readonly lstm: Score;
  readonly pixels: Score;
  /** No symbol had more than one example when it was asked for. */
  readonly once: boolean;
}

export function scoresOf(checks: readonly Check[]): Scores {
  const of = (who: keyof Answers): Score => {
    const answered = checks.filter(({ answers }) => answers[who]);
    return {
      right: answered.filter((check) => isRight(check, who)).length,
      of: answered.length,
    };
  };
  return {
    mann: of('mann'),
    lstm: of('lstm'),
    pixels: of('pixels'),
    once: checks.every(({ seen }) => seen <= 1),
  };
}

export const isRight = ({ answers, truth }: Check, who: keyof Answers): boolean =>
  answers[who]?.label === truth;
