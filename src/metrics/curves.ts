// ROC and precision-recall curves as points to draw.

import { type Ranking, runsOf } from './ranking.ts';

/** `[x, y]`, both 0..1. */
export type CurvePoint = readonly [number, number];

/** For one label against the rest; null where the split lacks the label or all others. */
export interface LabelCurves {
  readonly label: string;
  /** `[1 - specificity, sensitivity]` from (0, 0) to (1, 1), at most 200 points. */
  readonly roc: readonly CurvePoint[] | null;
  /**
   * `[sensitivity, PPV]` by falling threshold, at most 200 points, starting at sensitivity 0 with
   * the PPV of the highest score. Drawn as steps (first vertical, then right), the area below is
   * the average precision.
   */
  readonly precision_recall: readonly CurvePoint[] | null;
}

/** More points than a chart of this size can show; both ends are always kept. */
const MOST_POINTS = 200;

export function curvesOf(label: string, ranking: Ranking): LabelCurves {
  const runs = runsOf(ranking);
  const cases = runs.reduce((sum, run) => sum + run.cases, 0);
  const others = ranking.order.length - cases;
  if (cases === 0 || others === 0) return { label, roc: null, precision_recall: null };
  const roc: CurvePoint[] = [[0, 0]];
  const precisionRecall: CurvePoint[] = [];
  let found = 0;
  for (const [at, run] of runs.entries()) {
    found += run.cases;
    // Points on a straight line are left out: a rare label has thousands of them.
    const next = runs.at(at + 1);
    if (next?.cases === 0 && run.cases === 0) continue;
    precisionRecall.push([found / cases, found / (run.last + 1)]);
    if (next?.others === 0 && run.others === 0) continue;
    roc.push([(run.last + 1 - found) / others, found / cases]);
  }
  const start: CurvePoint = [0, precisionRecall[0][1]];
  return { label, roc: thin(roc), precision_recall: thin([start, ...precisionRecall]) };
}

function thin(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)]);
}
