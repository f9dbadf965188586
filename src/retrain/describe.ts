// What a run saves: the network, the head, and a manifest that tells where they came from.

import { hashOfData } from '../base/hash.ts';
import { formatJson } from '../base/json.ts';
import { toolVersion } from '../base/version.ts';
import { encodeLayersModel } from '../bundle/layers-model.ts';
import { encodeNetwork } from '../bundle/network.ts';
import type { ManifestBody, Payload } from '../bundle/write.ts';
import { evaluateSet, type SetEvaluation } from '../evaluation/evaluate.ts';
import { importExtractor } from '../features/import-graph.ts';
import { parseTfjsGraph } from '../features/tfjs-graph.ts';
import { applyHead, foldHead, type Head } from '../head/head.ts';
import type { Dense } from '../head/softmax.ts';
import { SET_NAMES, type SetName, type Split } from '../head/split.ts';
import type { Standardisation } from '../head/standardise.ts';
import type { Examples, StepReport } from '../head/train.ts';
import type { SplitFile } from '../head/units.ts';
import type { Extraction } from './extract.ts';
import type { RetrainOptions } from './options.ts';

export interface Run {
  readonly labels: readonly string[];
  readonly dense: Dense;
  readonly standardisation: Standardisation;
  /** Raw features. */
  readonly examples: Readonly<Record<SetName, Examples>>;
  readonly history: readonly StepReport[];
  readonly options: RetrainOptions;
  readonly extraction: Extraction;
  readonly split: Split;
  readonly files: readonly SplitFile[];
  /** Number of files that could not be used. */
  readonly skipped: number;
}

/** Payload files and manifest of a run. Nothing in them tells a time, a path or a file name. */
export function describeModel(run: Run): { payload: Payload; body: ManifestBody } {
  const { labels, extraction, options, split, files } = run;
  const { extractor, recipe } = extraction;
  const head = foldHead(run.dense, run.standardisation);
  const evaluation = evaluate(run, head);
  const layersModel = encodeLayersModel(head);
  const graph = importExtractor(parseTfjsGraph(extractor), extractor.spec, recipe.size);
  const payload: Payload = {
    'model.onnx': encodeNetwork(graph, head),
    'labels.txt': labels.map((label) => `${label}\n`).join(''),
    'evaluation.json': formatJson({
      schema_version: 1,
      labels,
      sets: evaluation,
      history: historyOf(run),
    }),
    'head/model.json': layersModel.topology,
    'head/weights.bin': layersModel.weights,
  };
  const used = [...files.keys()].filter((index) => split.sets[index]);
  const body: ManifestBody = {
    tool: `imgdiag ${toolVersion()}`,
    runtime: extraction.runtime,
    decoder: extraction.decoder,
    labels: [...labels],
    extractor: {
      id: extractor.spec.id,
      weights_sha256: extractor.weightsSha256,
      embedding_node: extractor.spec.embeddingNode,
      feature_size: extractor.spec.featureSize,
      licence: extractor.spec.licence,
      source: extractor.spec.source,
    },
    recipe: { ...recipe, background: [...recipe.background], range: [...recipe.range] },
    standardisation: {
      mean: [...run.standardisation.mean],
      scale: [...run.standardisation.scale],
    },
    calibration: { method: 'none', temperature: 1 },
    training: {
      optimizer: 'sgd',
      steps: options.steps,
      batch_size: options.trainBatchSize,
      learning_rate: options.learningRate,
      eval_step_interval: options.evalStepInterval,
      seed: options.seed,
    },
    split: {
      rule: 'sha1-percentage',
      testing_percentage: options.testingPercentage,
      validation_percentage: options.validationPercentage,
      disjoint_by: 'content',
      units: { ...split.unitCounts },
      images: bySet((set) => countLabels(run.examples[set].targets, labels.length)),
    },
    data: {
      images: used.length,
      skipped: run.skipped,
      fingerprint: hashOfData(used.map((i) => `${files[i].label} ${files[i].sha256}`).sort()),
    },
    evaluation,
  };
  return { payload, body };
}

type SavedEvaluation = ManifestBody['evaluation'];

function evaluate({ labels, examples }: Run, head: Head): SavedEvaluation {
  const figures = (set: SetName): SetEvaluation | null => {
    const { features, targets } = examples[set];
    return evaluateSet({ probabilities: applyHead(head, features), targets }, labels);
  };
  return bySet(figures) as SavedEvaluation;
}

function historyOf({ history }: Run) {
  return history.map((report) => ({
    step: report.step,
    train_accuracy: report.trainAccuracy,
    cross_entropy: report.crossEntropy,
    validation_accuracy: report.validationAccuracy ?? null,
    validation_cross_entropy: report.validationCrossEntropy ?? null,
  }));
}

function bySet<T>(make: (set: SetName) => T): Record<SetName, T> {
  return Object.fromEntries(SET_NAMES.map((set) => [set, make(set)])) as Record<SetName, T>;
}

function countLabels(targets: ArrayLike<number>, labelCount: number): number[] {
  const counts = Array.from({ length: labelCount }, () => 0);
  for (let i = 0; i < targets.length; i++) counts[targets[i]]++;
  return counts;
}
