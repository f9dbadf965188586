// 95 % intervals for the area under a ROC curve.

import type { Interval } from './estimate.ts';
import { Z95 } from './proportions.ts';
import { type Ranking, runsOf, type TieRun } from './ranking.ts';

/**
 * DeLong's variance (Biometrics 1988) on the logit scale, which stays within 0..1 and has better
 * coverage (Pohar Perme & Manevski, Stat Methods Med Res 2019). Where the variance is 0 or undefined
 * (perfect ranking, all scores equal, a single case), Newcombe's interval is used instead.
 * @returns null without cases or without others
 */
export function aucInterval(ranking: Ranking): Interval | null {
  const runs = runsOf(ranking);
  const cases = runs.reduce((sum, run) => sum + run.cases, 0);
  const others = ranking.order.length - cases;
  if (cases === 0 || others === 0) return null;
  const area = 1 - invertedPairs(runs) / (cases * others);
  let [casesAbove, othersAbove, spreadOfCases, spreadOfOthers] = [0, 0, 0, 0];
  for (const run of runs) {
    // Share of the others that a case of this run outscores, and of the cases that outscore an other of it.
    const beats = (others - othersAbove - run.others / 2) / others;
    const beaten = (casesAbove + run.cases / 2) / cases;
    spreadOfCases += run.cases * (beats - area) ** 2;
    spreadOfOthers += run.others * (beaten - area) ** 2;
    casesAbove += run.cases;
    othersAbove += run.others;
  }
  const variance = spreadOfCases / (cases - 1) / cases + spreadOfOthers / (others - 1) / others;
  // A variance of 0 may round to about 1e-34; NaN with a single case or other.
  if (!(variance > 1e-20)) return newcombeInterval(area, cases, others);
  const half = (Z95 * Math.sqrt(variance)) / (area * (1 - area));
  const logit = Math.log(area / (1 - area));
  return [1 / (1 + Math.exp(half - logit)), 1 / (1 + Math.exp(-half - logit))];
}

/** Pairs in which an other outscores a case; ties count half. */
function invertedPairs(runs: readonly TieRun[]): number {
  let [inverted, othersAbove] = [0, 0];
  for (const run of runs) {
    inverted += run.cases * (othersAbove + run.others / 2);
    othersAbove += run.others;
  }
  return inverted;
}

/**
 * Score interval of an area (method 5 of Newcombe, Stat Med 2006): all areas within 1.96
 * standard errors, by Hanley & McNeil's formula with equal sizes. Never empty; with one case and
 * one other it is Wilson's interval for one image.
 * @param area 0..1
 */
export function newcombeInterval(area: number, cases: number, others: number): Interval {
  const even = (cases + others) / 2 - 1;
  const isWithin = (guess: number) => {
    const apart = (area - guess) ** 2 * (2 - guess) * (1 + guess) * cases * others;
    const product = guess * (1 - guess);
    return apart <= Z95 ** 2 * product * (2 + even + (1 + 2 * even) * product);
  };
  return [area === 0 ? 0 : limit(area, 0, isWithin), area === 1 ? 1 : limit(area, 1, isWithin)];
}

/** The point between `inside` and `outside` where `isWithin` turns false, by bisection. */
function limit(inside: number, outside: number, isWithin: (guess: number) => boolean): number {
  let [near, far] = [inside, outside];
  // 60 halvings of at most 1 are finer than the spacing of doubles near 1.
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (isWithin(middle)) near = middle;
    else far = middle;
  }
  return near;
}
