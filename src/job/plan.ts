// The split that retrain would make, for check and manifest.

import { type PlannedSplit, planSplit, type SplitOptions } from '../data/plan-split.ts';
import { readManifest } from '../model/read.ts';
import { recordedSplitOf } from '../model/recorded-split.ts';
import type { JobTools } from './tools.ts';

/** @throws UnfitError when `model_dir` is not a model, since a typo must not change the split */
export async function planAsRetrain(
  options: SplitOptions & { readonly model_dir: string | undefined },
  { onMessage, signal }: JobTools,
): Promise<PlannedSplit> {
  const { model_dir: modelDir } = options;
  if (modelDir === undefined) return planSplit(options, { onMessage, signal });
  await readManifest(modelDir);
  return planSplit(options, { onMessage, signal, readRecorded: recordedSplitOf(modelDir) });
}
