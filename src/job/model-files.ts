// What a run saves: the network, the head, and a manifest that tells where they came from.

import { hashOfData } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { toolVersion } from '../base/version.ts';
import { bySplit, type SplitName } from '../data/split-names.ts';
import { levelOf } from '../data/split-shares.ts';
import { importExtractor } from '../extractor/import/graph.ts';
import type { Head } from '../head/head.ts';
import { nameDecoders } from '../images/formats.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import { encodeLayersModel } from '../model/layers-model.ts';
import { SCHEMA_VERSION } from '../model/manifest.ts';
import { encodeNetwork } from '../model/network.ts';
import { encodeOodDetector } from '../model/out-of-distribution-file.ts';
import { encodeSplit } from '../model/recorded-split.ts';
import type { ManifestBody, Payload } from '../model/write.ts';
import { parseTfjsGraph } from '../network/tfjs/graph.ts';
import type { EvaluatedSplits } from '../training/evaluate-splits.ts';
import type { TrainedModel, TrainSettings } from '../training/train-model.ts';
import type { AugmentationPlan } from './augment.ts';
import { createEvaluationFile } from './evaluation-file.ts';
import type { ExtractionSource } from './extraction.ts';
import type { Inputs } from './inputs.ts';

/** The part of the manifest that is known before training, and the hash over it. */
export function manifestInputs(inputs: Inputs) {
  const { options, planned, split, source, skipped, initFrom } = inputs;
  const { files, dataset, plan } = planned;
  const { extractor, preprocessing } = source;
  const used = [...files.keys()].filter((index) => split.splitOf[index]);
  const formats = used.map((index) => files[index].format);
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
      licence: extractor.spec.licence,
      source: extractor.spec.source,
    },
    preprocessing,
    split: {
      rule: dataset.presplit ? 'given' : 'sha1-percentage',
      ...plan,
      disjoint_by: levelOf(planned, split.splitOf),
      units: { ...split.unitCounts },
      groups: plan.grouping === 'none' ? null : bySplit((name) => countGroups(inputs, name)),
      images: bySplit((name) => countLabels(inputs, name)),
    },
    data: {
      images: used.length,
      skipped,
      fingerprint: hashOfData(
        used.map((i) => [files[i].label, files[i].sha256, files[i].group ?? null]).sort(),
      ),
    },
    options,
  } satisfies Partial<ManifestBody>;
  const splits = used.map((index) => [files[index].path, split.splitOf[index]]);
  // A model of an older schema lacks what today's would have: it is made anew.
  return { ...described, run: hashOfData({ schema: SCHEMA_VERSION, described, splits, initFrom }) };
}

/** How the training was told to go. */
export interface TrainingPlan {
  readonly settings: TrainSettings;
  readonly augmentation: AugmentationPlan | undefined;
}

/** Payload files and manifest of a run. Nothing in them tells a time, a path or a file name. */
export function createModelFiles(
  inputs: Inputs,
  { settings, augmentation }: TrainingPlan,
  model: TrainedModel,
  evaluated: EvaluatedSplits,
): { payload: Payload; body: ManifestBody; evaluation: EvaluationFile } {
  const { planned, split, source } = inputs;
  const { labels } = planned.dataset;
  const { head, trained, l2, ood } = model;
  const { standardisation, result } = trained.final;
  const { optimizer, hiddenUnits } = settings.fit;
  const fitted = split.splitOf.filter((name) => name && name !== 'testing').length;
  const layersModel = encodeLayersModel(head);
  const evaluation = createEvaluationFile(labels, fitted, model, evaluated);
  const payload: Payload = {
    'model.onnx': networkBytes(source, head),
    'labels.txt': labels.map((label) => `${label}\n`).join(''),
    'evaluation.json': formatJson(evaluation),
    'split.json': encodeSplit(planned.files, split, planned.plan),
    // Nothing where images unlike those of training cannot be told.
    'out_of_distribution.bin': ood.oodDetector
      ? encodeOodDetector(ood.oodDetector)
      : new Uint8Array(),
    'head/model.json': layersModel.topology,
    'head/weights.bin': layersModel.weights,
  };
  const body: ManifestBody = {
    ...manifestInputs(inputs),
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
      init_from: inputs.initFrom,
    },
    prevalence: {
      source: settings.prevalence ? 'stated' : 'training',
      shares: [...model.shares],
    },
    evaluation: evaluated.summary,
    cross_validation: evaluation.cross_validation,
  };
  return { payload, body, evaluation };
}

/** The whole network as ONNX. @param scores name of the output with the probabilities */
export function networkBytes(source: ExtractionSource, head: Head, scores?: string): Uint8Array {
  const { extractor, preprocessing } = source;
  const graph = importExtractor(parseTfjsGraph(extractor), extractor.spec, preprocessing);
  return encodeNetwork(graph, head, scores);
}

function countGroups({ planned, split }: Inputs, name: SplitName): number {
  const groups = planned.files.flatMap(({ group }, i) =>
    split.splitOf[i] === name && group !== undefined ? [group] : [],
  );
  return new Set(groups).size;
}

function countLabels({ planned, split }: Inputs, name: SplitName): number[] {
  const { labels } = planned.dataset;
  return labels.map(
    (label) =>
      planned.files.filter((file, i) => file.label === label && split.splitOf[i] === name).length,
  );
}
