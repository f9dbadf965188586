// What a run saves: the network, the head, and a manifest that tells where they came from.

import { hashOfData } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { toolVersion } from '../base/version.ts';
import { bySplit, type SplitName } from '../data/split-names.ts';
import { levelOf } from '../data/split-shares.ts';
import { importExtractor } from '../extractor/import/graph.ts';
import type { Head } from '../head/head.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import { encodeLayersModel } from '../model/layers-model.ts';
import { SCHEMA_VERSION } from '../model/manifest.ts';
import { encodeNetwork } from '../model/network.ts';
import { encodeSplit } from '../model/recorded-split.ts';
import type { ManifestBody, Payload } from '../model/write.ts';
import { parseTfjsGraph } from '../network/tfjs/graph.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { encodeSettledOod } from '../training/settle.ts';
import { describeEvaluation } from './describe-evaluation.ts';
import type { ExtractionSource } from './extraction.ts';
import type { Inputs } from './inputs.ts';
import { type SavedOptions, savedOptions } from './like.ts';
import type { Outcome } from './outcome.ts';

type Before = Pick<
  ManifestBody,
  | 'tool'
  | 'runtime'
  | 'decoder'
  | 'labels'
  | 'extractor'
  | 'preprocessing'
  | 'split'
  | 'data'
  | 'options'
>;

/** The part of the manifest that is known before training, and the hash over it. */
export function describeInputs(inputs: Inputs): Before & Pick<ManifestBody, 'run'> {
  const { options, planned, split, source, skipped, initFrom } = inputs;
  const { files, dataset, plan } = planned;
  const { extractor, preprocessing } = source;
  const used = [...files.keys()].filter((index) => split.sets[index]);
  const described: Before = {
    tool: `imgdiag ${toolVersion()}`,
    runtime: source.runtime,
    decoder: source.decoder,
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
      disjoint_by: levelOf(planned, split),
      units: { ...split.unitCounts },
      groups: plan.grouping === 'none' ? null : bySplit((set) => countGroups(inputs, set)),
      images: bySplit((set) => countLabels(inputs, set)),
    },
    data: {
      images: used.length,
      skipped,
      fingerprint: hashOfData(
        used.map((i) => [files[i].label, files[i].sha256, files[i].group ?? null]).sort(),
      ),
    },
    options: describeOptions(options, source),
  };
  const sets = used.map((index) => [files[index].path, split.sets[index]]);
  // A model of an older schema lacks what today's would have: it is made anew.
  return { ...described, run: hashOfData({ schema: SCHEMA_VERSION, described, sets, initFrom }) };
}

/** Payload files and manifest of a run. Nothing in them tells a time, a path or a file name. */
export function describeModel(
  inputs: Inputs,
  outcome: Outcome,
): { payload: Payload; body: ManifestBody; evaluation: EvaluationFile } {
  const { planned, split, source, options } = inputs;
  const { learned, strength, settled } = outcome;
  const { standardisation, result } = learned.final;
  const { head } = settled;
  const { labels } = planned.dataset;
  const fitted = split.sets.filter((set) => set && set !== 'testing').length;
  const layersModel = encodeLayersModel(head);
  const evaluation = describeEvaluation(labels, fitted, outcome);
  const payload: Payload = {
    'model.onnx': networkBytes(source, head),
    'labels.txt': labels.map((label) => `${label}\n`).join(''),
    'evaluation.json': formatJson(evaluation),
    'split.json': encodeSplit(planned.files, split, planned.plan),
    'out_of_distribution.bin': encodeSettledOod(settled),
    'head/model.json': layersModel.topology,
    'head/weights.bin': layersModel.weights,
  };
  const body: ManifestBody = {
    ...describeInputs(inputs),
    standardisation: { mean: [...standardisation.mean], scale: [...standardisation.scale] },
    calibration: settled.calibration,
    operating_point: settled.operatingPoint,
    out_of_distribution: evaluation.out_of_distribution,
    training: {
      optimizer: options.optimizer,
      steps: learned.watched.result.steps,
      converged: result.converged,
      stopped_early: learned.watched.result.stoppedEarly,
      l2: strength.l2,
      l2_chosen_by: strength.by,
      l2_path: (strength.choice?.path ?? []).map(({ l2, logLoss }) => ({
        l2,
        log_loss: logLoss,
      })),
      learning_rate: options.optimizer === 'lbfgs' ? null : learningRateOf(options),
      hidden_units: options.hidden_units,
      fitted_on: learned.refitted ? 'training and validation' : 'training',
      augmentation: outcome.augmentation,
      init_from: inputs.initFrom,
    },
    prevalence: {
      source: options.prevalence.length > 0 ? 'stated' : 'training',
      shares: [...settled.shares],
    },
    evaluation: outcome.evaluation.summary,
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

/** retrain.py's rate for plain descent; Adam's authors' for Adam. */
export function learningRateOf({ learning_rate: given, optimizer }: RetrainOptions): number {
  return given ?? (optimizer === 'adam' ? 0.001 : 0.01);
}

function describeOptions(
  options: RetrainOptions,
  { extractor, preprocessing }: ExtractionSource,
): SavedOptions {
  return savedOptions(options, {
    // A folder is named by what it holds: no path is saved.
    extractor: extractor.spec.id,
    image_size: preprocessing.size,
    // L-BFGS has none: saved, it would be another optimizer's under --like.
    ...(options.optimizer !== 'lbfgs' && { learning_rate: learningRateOf(options) }),
  });
}

function countGroups({ planned, split }: Inputs, set: SplitName): number {
  const groups = planned.files.flatMap(({ group }, i) =>
    split.sets[i] === set && group !== undefined ? [group] : [],
  );
  return new Set(groups).size;
}

function countLabels({ planned, split }: Inputs, set: SplitName): number[] {
  const { labels } = planned.dataset;
  return labels.map(
    (label) =>
      planned.files.filter((file, i) => file.label === label && split.sets[i] === set).length,
  );
}
