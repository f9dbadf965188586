// The files of a model: network, head, and a manifest of where they came from.

import { hashOfData } from '../base/hash.ts';
import { toolVersion } from '../base/version.ts';
import { bySplit, type SplitName } from '../data/split-names.ts';
import { levelOf } from '../data/split-shares.ts';
import { extractorGraph } from '../extractor/graph.ts';
import type { Head } from '../head/head.ts';
import { nameDecoders } from '../images/formats.ts';
import { type EvaluationFile, formatEvaluation } from '../model/evaluation-file.ts';
import { encodeLayersModel } from '../model/layers-model.ts';
import { type Manifest, SCHEMA_VERSION } from '../model/manifest.ts';
import { encodeNetwork } from '../model/network.ts';
import { encodeOodDetector } from '../model/out-of-distribution-file.ts';
import { encodeSplit } from '../model/recorded-split.ts';
import { type ManifestBody, manifestOf, type Payload } from '../model/write.ts';
import { nearDuplicateCounts } from '../report/near-duplicates.ts';
import type { EvaluatedSplits } from '../training/evaluate-splits.ts';
import type { TrainedModel } from '../training/train-model.ts';
import type { AugmentationPlan } from './augmented-rows.ts';
import { createEvaluationFile } from './describe-evaluation.ts';
import type { ExtractionSource } from './extraction.ts';
import type { UsableImages } from './image-rows.ts';
import type { Run } from './run.ts';

/** The part of the manifest that is known before training, with a hash of it. */
export function manifestInputs(run: Run) {
  const { saved, planned, split, images, extraction, skipped, initFrom } = run;
  const { source } = extraction;
  const { dataset, plan } = planned;
  const { files } = images;
  const { extractor, preprocessing } = source;
  const formats = files.map(({ format }) => format);
  const described = {
    tool: `imgdiag ${toolVersion()}`,
    runtime: source.runtime,
    decoder: nameDecoders(source.decoder, formats),
    labels: [...dataset.labels],
    extractor: {
      id: extractor.spec.id,
      weights_sha256: extractor.weightsSha256,
      embedding_node: extractor.spec.embeddingNode,
      feature_size: extractor.spec.featureSize,
      images_at_once: source.imagesAtOnce,
      licence: extractor.spec.licence,
      source: extractor.spec.source,
    },
    preprocessing,
    split: {
      rule: dataset.presplit ? 'given' : 'sha1-percentage',
      ...plan,
      disjoint_by: levelOf(planned, split.splitOf),
      units: { ...split.unitCounts },
      groups: plan.grouping === 'none' ? null : bySplit((name) => countGroups(images, name)),
      images: bySplit((name) => countLabels(images, name)),
    },
    data: {
      images: files.length,
      skipped: skipped.length,
      fingerprint: hashOfData(
        files.map(({ label, sha256, group }) => [label, sha256, group ?? null]).sort(),
      ),
    },
    options: saved,
  } satisfies Partial<ManifestBody>;
  const splits = files.map(({ path }, row) => [path, images.splits[row]]);
  // A model of an older schema lacks fields of this one and is trained anew.
  return { ...described, run: hashOfData({ schema: SCHEMA_VERSION, described, splits, initFrom }) };
}

/** Payload files and manifest of a run, without times, paths or file names. */
export function createModelFiles(
  run: Run,
  augmentation: AugmentationPlan | undefined,
  model: TrainedModel,
  evaluated: EvaluatedSplits,
): { payload: Payload; manifest: Manifest; evaluation: EvaluationFile } {
  const { planned, split, images, settings, extraction } = run;
  const { labels } = planned.dataset;
  const { head, trained, l2, ood } = model;
  const { standardisation, result } = trained.final;
  const { optimizer, hiddenUnits } = settings.fit;
  const fitted = images.splits.filter((name) => name !== 'testing').length;
  const layersModel = encodeLayersModel(head);
  const evaluation = createEvaluationFile(labels, fitted, model, evaluated, {
    near: run.near ? nearDuplicateCounts(run.near) : null,
    choice: run.choice?.record ?? null,
  });
  const payload: Payload = {
    'model.onnx': networkBytes(extraction.source, head),
    'labels.txt': labels.map((label) => `${label}\n`).join(''),
    'evaluation.json': formatEvaluation(evaluation),
    'split.json': encodeSplit(planned.files, split, planned.plan),
    // Empty without a detector.
    'out_of_distribution.bin': ood.oodDetector
      ? encodeOodDetector(ood.oodDetector)
      : new Uint8Array(),
    'head/model.json': layersModel.topology,
    'head/weights.bin': layersModel.weights,
  };
  const body: ManifestBody = {
    ...manifestInputs(run),
    standardisation: { mean: [...standardisation.mean], scale: [...standardisation.scale] },
    calibration: model.calibration,
    operating_point: model.operatingPoint,
    out_of_distribution: evaluation.out_of_distribution,
    training: {
      optimizer: optimizer.kind,
      steps: trained.beforeRefit.result.steps,
      converged: result.converged,
      stopped_early: trained.beforeRefit.result.stoppedEarly,
      l2: l2.l2,
      l2_chosen_by: l2.by,
      l2_path: l2.path.map(({ l2, logLoss }) => ({ l2, log_loss: logLoss })),
      learning_rate: optimizer.kind === 'lbfgs' ? null : optimizer.learningRate,
      hidden_units: hiddenUnits,
      fitted_on: trained.refitted ? 'training and validation' : 'training',
      augmentation: augmentation
        ? { ...augmentation, validation_log_loss: model.augmentationEffect }
        : null,
      init_from: run.initFrom,
    },
    prevalence: {
      source: settings.prevalence ? 'stated' : 'training',
      shares: [...model.shares],
    },
    evaluation: evaluated.summary,
    cross_validation: evaluation.cross_validation,
  };
  return { payload, manifest: manifestOf(payload, body), evaluation };
}

/** The whole network as ONNX. @param scores name of the output with the probabilities */
export function networkBytes(
  { extractor, preprocessing }: ExtractionSource,
  head: Head,
  scores = 'probabilities',
): Uint8Array {
  return encodeNetwork(extractorGraph(extractor, preprocessing, [scores]), head, scores);
}

function countGroups({ files, splits }: UsableImages, name: SplitName): number {
  const groups = files.flatMap(({ group }, row) =>
    splits[row] === name && group !== undefined ? [group] : [],
  );
  return new Set(groups).size;
}

function countLabels({ labels, files, splits }: UsableImages, name: SplitName): number[] {
  return labels.map(
    (label) => files.filter((file, row) => file.label === label && splits[row] === name).length,
  );
}
