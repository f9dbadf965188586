// --extractor auto: extracts features with every candidate, and goes on with the network that is kept.

import { InputError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import type { AutoCandidate } from '../extractor/auto.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { ExtractorChoice } from '../model/evaluation-file.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { choiceLines } from '../report/extractor-choice.ts';
import {
  type Comparison,
  choosingRows,
  compareNetworks,
  heldOutLosses,
} from '../training/choose-extractor.ts';
import { createPool, type Pool, takePool, type Variants } from '../training/pool.ts';
import type { TrainSettings } from '../training/train-model.ts';
import { type OpenExtraction, openExtraction } from './extraction.ts';
import { extractImages, type UsableImages } from './image-rows.ts';
import type { JobTools } from './tools.ts';

/** The network of a run; `extraction` must be closed. */
export interface OpenNetwork {
  readonly extraction: OpenExtraction;
  /** With the network by name, and its input size. */
  readonly options: RetrainOptions;
  /** Undefined where a network was named. */
  readonly choice: NetworkChoice | undefined;
}

export interface NetworkChoice {
  readonly record: ExtractorChoice;
  /**
   * The rows of each fold of `--folds`, by the network that is chosen without the images of that fold.
   * @param pool by the network that is kept
   * @param augment makes the variants of other networks, where there are to be any
   */
  foldPools(pool: Pool, augment: Augment | undefined): Promise<Pool[]>;
}

type Augment = (extraction: OpenExtraction, images: UsableImages) => Promise<Variants>;

/** A candidate, and what it makes of all files. */
interface Extracted {
  readonly options: RetrainOptions;
  readonly id: string;
  readonly size: number;
  readonly milliseconds: number;
  readonly table: FeatureTable;
}

/** @throws InputError where a label has too few independent images to compare anything on */
export async function chooseNetwork(
  candidates: readonly AutoCandidate[],
  options: RetrainOptions,
  { fit, l2, folds }: Pick<TrainSettings, 'fit' | 'l2' | 'folds'>,
  planned: PlannedSplit,
  tools: JobTools,
): Promise<OpenNetwork> {
  const { onProgress, signal } = tools;
  const { labels } = planned.dataset;
  const listener = { ...tools, onMessage: onceEach(tools) };
  const extracted: Extracted[] = [];
  for (const { extractor, image_size } of candidates) {
    const one = { ...options, extractor, image_size };
    extracted.push(await extractWith(one, planned, listener));
  }
  requireSameFiles(extracted);
  const imagesOf = async ({ table }: Extracted) =>
    (await extractImages({ features: async () => table }, planned)).images;

  const { units, targets } = createPool(await imagesOf(extracted[0]));
  const parts = choosingRows({ units, targets }, labels, { folds, seed: fit.seed });
  const losses: Float64Array[][] = [];
  for (const one of extracted) {
    const pool = createPool(await imagesOf(one));
    const found: Float64Array[] = [];
    for (const rows of parts) {
      found.push(await heldOutLosses(takePool(pool, rows), labels, { head: fit, l2, signal }));
      const done = losses.length * parts.length + found.length;
      onProgress?.('comparing networks', done, extracted.length * parts.length);
    }
    losses.push(found);
  }
  const costs = candidates.map((one) => one.multiplyAdds);
  const [whole, ...inFolds] = parts.map((rows, part) =>
    compareNetworks(
      losses.map((found) => found[part]),
      costs,
      rows.map((row) => units[row]),
    ),
  );
  const images = { images: units.length, units: new Set(units).size };
  const record = { ...images, networks: describe(extracted, costs, whole, inFolds) };
  const milliseconds = extracted.map((one) => one.milliseconds);
  for (const line of choiceLines(record, milliseconds)) tools.onMessage?.('info', line);

  const kept = extracted[whole.kept];
  const extraction = await openExtraction(kept.options, listener);
  return {
    extraction: { ...extraction, features: async () => kept.table },
    options: kept.options,
    choice: {
      record,
      async foldPools(pool, augment) {
        const pools = new Map([[whole.kept, pool]]);
        for (const { kept: at } of inFolds) {
          if (pools.has(at)) continue;
          const other = await imagesOf(extracted[at]);
          const variants =
            augment &&
            (await withExtraction(extracted[at].options, listener, (one) => augment(one, other)));
          pools.set(at, createPool(other, variants));
        }
        return inFolds.map(({ kept: at }) => pools.get(at) as Pool);
      },
    },
  };
}

async function extractWith(
  options: RetrainOptions,
  planned: PlannedSplit,
  tools: JobTools,
): Promise<Extracted> {
  const onProgress: JobTools['onProgress'] = (what, done, total) =>
    tools.onProgress?.(
      `${what} with ${options.extractor} at ${options.image_size} pixels`,
      done,
      total,
    );
  return withExtraction(options, { ...tools, onProgress }, async (extraction) => {
    const { extractor, preprocessing } = extraction.source;
    return {
      options,
      id: extractor.spec.id,
      size: preprocessing.size,
      table: await extraction.features(planned),
      milliseconds: await extraction.milliseconds(),
    };
  });
}

async function withExtraction<T>(
  options: RetrainOptions,
  tools: JobTools,
  work: (extraction: OpenExtraction) => Promise<T>,
): Promise<T> {
  const extraction = await openExtraction(options, tools);
  return work(extraction).finally(extraction.close);
}

/** What every network says of the same files need not be said again. */
function onceEach({ onMessage }: JobTools): (...message: Message) => void {
  const said = new Set<string>();
  return (level, text) => {
    if (said.has(text)) return;
    said.add(text);
    onMessage?.(level, text);
  };
}

/** Losses are compared image by image. */
function requireSameFiles(extracted: readonly Extracted[]): void {
  const [first, ...others] = extracted.map(({ table }) => table.usable.join());
  if (others.every((usable) => usable === first)) return;
  throw new InputError('expected the same images for every network, found that some have changed', {
    hint: 'run the command again when nothing writes to the folder any more',
  });
}

function describe(
  extracted: readonly Extracted[],
  costs: readonly number[],
  whole: Comparison,
  inFolds: readonly Comparison[],
): ExtractorChoice['networks'] {
  return extracted.map(({ id, size }, at) => {
    const { logLoss, difference, standardError } = whole.networks[at];
    return {
      id,
      image_size: size,
      multiply_adds: costs[at],
      log_loss: logLoss,
      difference,
      standard_error: standardError,
      kept: at === whole.kept,
      kept_in_folds: inFolds.length === 0 ? null : inFolds.filter(({ kept }) => kept === at).length,
    };
  });
}
