// Prepares a run of retrain: images, split and settings, with messages about the data.

import { propertyFindings, warningsOf } from '../check/cached-findings.ts';
import type { Failure } from '../data/hash-files.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import type { Split } from '../data/split.ts';
import { describeShares } from '../data/split-shares.ts';
import type { RetrainOptions } from '../options/commands.ts';
import type { NearDuplicates } from '../report/results.ts';
import { describeInitialHead, readInitialHead } from '../training/initial-head.ts';
import type { TrainSettings } from '../training/train-model.ts';
import type { NetworkChoice, OpenNetwork } from './choose-network.ts';
import type { OpenExtraction } from './extraction.ts';
import { checkInput, extractImages, type UsableImages } from './image-rows.ts';
import { describeNearDuplicates, findNearDuplicates } from './near-duplicates.ts';
import { type SavedOptions, savedOptions } from './retrain-options.ts';
import type { JobTools } from './tools.ts';

export interface Run {
  readonly options: RetrainOptions;
  /** Those that are saved with the model. */
  readonly saved: SavedOptions;
  readonly settings: TrainSettings;
  readonly planned: PlannedSplit;
  /** Of the usable files. */
  readonly split: Split;
  readonly images: UsableImages;
  readonly grouped: boolean;
  /** Undefined where they are left to check. */
  readonly near: NearDuplicates | undefined;
  readonly skipped: readonly Failure[];
  readonly extraction: OpenExtraction;
  readonly choice: NetworkChoice | undefined;
  /** Version of the model to start from. */
  readonly initFrom: string | null;
}

export async function prepareRun(
  options: RetrainOptions,
  settings: Omit<TrainSettings, 'initial'>,
  planned: PlannedSplit,
  { extraction, choice }: Pick<OpenNetwork, 'extraction' | 'choice'>,
  tools: JobTools,
): Promise<Run> {
  const { onMessage } = tools;
  const { labels } = planned.dataset;
  const { extractor, preprocessing } = extraction.source;
  const initial =
    options.init_from === undefined
      ? undefined
      : await readInitialHead(options.init_from, labels, extractor.weightsSha256);
  if (initial !== undefined) onMessage?.('info', describeInitialHead(initial, labels));
  const extracted = await extractImages(extraction, planned);
  const { images, split } = extracted;
  const found = await findNearDuplicates(images, options, preprocessing, tools);
  const findings = propertyFindings(checkInput(images, options.seed), found.copies);
  const notes = [
    ...split.notes,
    ...describeShares(planned, split, found.near),
    ...(await describeNearDuplicates(found, images, planned, options)),
    ...warningsOf(findings, images.files.length),
  ];
  for (const note of notes) onMessage?.(...note);
  const { optimizer } = settings.fit;
  const saved = savedOptions(options, {
    // The id instead of a path; what was not named is chosen again by --like.
    ...(choice === undefined && { extractor: extractor.spec.id, image_size: preprocessing.size }),
    // Not saved for L-BFGS, which has none, lest --like use it for another optimizer.
    ...(optimizer.kind !== 'lbfgs' && { learning_rate: optimizer.learningRate }),
  });
  return {
    ...extracted,
    images: { ...images, known: findings },
    options,
    saved,
    settings: { ...settings, initial: initial?.network },
    planned,
    near: found.near,
    grouped: planned.plan.grouping !== 'none',
    extraction,
    choice,
    initFrom: initial?.version ?? null,
  };
}
