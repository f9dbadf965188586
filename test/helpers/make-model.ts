// A model folder's content, made up: small, valid, and different for every number given.

import { sha256 } from '../../src/base/hash.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { FILE_NAMES, type Manifest, SCHEMA_VERSION, versionOf } from '../../src/model/manifest.ts';
import { type ManifestBody, manifestOf, type Payload, writeModel } from '../../src/model/write.ts';

/** What a run with seed `number` might have saved; nothing in it need work. */
export function makeBody(number = 0, labels: readonly string[] = ['broken', 'healthy']) {
  const counts = labels.map((_, k) => k + 1);
  const evaluation = {
    images: 4,
    correct: 3,
    accuracy: 0.75,
    balanced_accuracy: 0.75,
    log_loss: 0.5,
    majority_baseline: { label: labels[0], accuracy: 0.5 },
    nearest_centroid_baseline: { accuracy: 0.5, balanced_accuracy: 0.5 },
    metadata_baseline: { accuracy: 0.25, balanced_accuracy: 0.5 },
    confusion: labels.map(() => counts),
  };
  return {
    tool: 'imgdiag 0.1.0',
    runtime: 'onnxruntime-node 1.30.0',
    decoder: 'sharp 0.35.5, libvips 8.18.7',
    labels: [...labels],
    extractor: {
      id: 'mobilenet_v1_025_224',
      weights_sha256: sha256('weights'),
      embedding_node: 'pool',
      feature_size: 3,
      images_at_once: null,
      licence: 'Apache-2.0',
      source: 'https://example.org',
    },
    preprocessing: createPreprocessing({ size: 224 }),
    standardisation: { mean: [1.5, -2e-7, 0], scale: [1, 0.25, 1e21] },
    calibration: {
      method: 'temperature',
      temperature: 1.25,
      fitted_on: 'out-of-fold predictions',
      images: 9,
      reason: null,
      before: { log_loss: 0.6, ece: 0.2 },
      after: { log_loss: 0.5, ece: 0.1 },
    },
    operating_point: {
      positive: labels[0],
      threshold: 0.35,
      rule: 'sensitivity',
      target: 0.95,
      chosen_on: 'out-of-fold predictions',
      images: 9,
      positives: 4,
      sensitivity: 1,
      specificity: 0.75,
    },
    out_of_distribution: { images: 9, threshold: 1.5 },
    training: {
      optimizer: 'sgd',
      steps: 500,
      converged: false,
      stopped_early: false,
      l2: 0.1,
      l2_chosen_by: 'validation',
      l2_path: [{ l2: 0.1, log_loss: 0.5 }],
      learning_rate: 0.01,
      hidden_units: 0,
      fitted_on: 'training and validation',
      augmentation: null,
      init_from: null,
    },
    prevalence: { source: 'training', shares: labels.map(() => 1 / labels.length) },
    split: {
      rule: 'sha1-percentage',
      testing_percentage: 10,
      validation_percentage: 10,
      grouping: 'none',
      disjoint_by: 'content',
      units: { training: 8, validation: 1, testing: 1 },
      groups: null,
      images: { training: counts, validation: counts, testing: counts },
    },
    data: { images: 10, skipped: 0, fingerprint: sha256(`data ${number}`) },
    evaluation: { training: evaluation, validation: evaluation, testing: null },
    cross_validation: null,
    options: { seed: number, group_by: null, prevalence: [], flip_left_right: false },
    run: sha256(`run ${number}`),
  } satisfies ManifestBody;
}

/** Every file begins with its name and `number`. */
export function makePayload(number = 0): Payload {
  const entries = FILE_NAMES.map((name) => [name, `${name} ${number}\n${'.'.repeat(number % 7)}`]);
  return { ...Object.fromEntries(entries), 'head/weights.bin': new Uint8Array([number, 1, 2, 3]) };
}

/** A whole manifest, as JSON gives it; safe to change. */
export function makeManifest(labels?: readonly string[]): Manifest {
  const file = { bytes: 4, sha256: sha256('file') };
  const files = Object.fromEntries(FILE_NAMES.map((name) => [name, file])) as Manifest['files'];
  const body = makeBody(0, labels);
  const content = {
    format: 'imgdiag-model',
    schema_version: SCHEMA_VERSION,
    ...body,
    files,
  } as const;
  const manifest: Manifest = { ...content, version: versionOf(content) };
  // Not a structured clone: that would keep objects shared that JSON has twice.
  return JSON.parse(JSON.stringify(manifest));
}

/** Publishes made-up content. @returns its manifest */
export async function publishModel(
  folder: string,
  payload: Payload,
  body: ManifestBody,
): Promise<Manifest> {
  const manifest = manifestOf(payload, body);
  await writeModel(folder, payload, manifest);
  return manifest;
}
