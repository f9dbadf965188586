// `--init_from`: training starts from the head of another model, with labels matched by name.

import { UnfitError } from '../base/errors.ts';
import { indexOfName } from '../base/names.ts';
import { createNetwork, type Network } from '../head/network.ts';
import type { Standardisation } from '../head/standardise.ts';
import { readModel } from '../model/read.ts';
import { HEAD_WEIGHTS, savedHead } from '../model/saved-head.ts';

export interface InitialHead {
  /** Version of that model. */
  readonly version: string;
  /** Labels of this training that the model knows. */
  readonly known: readonly string[];
  /** Its head for features standardised this way; weights of new labels start at 0. */
  network(standardisation: Standardisation): Network;
}

/** A line for the log. */
export function describeInitialHead(
  { version, known }: InitialHead,
  labels: readonly string[],
): string {
  const fresh = labels.filter((label) => !known.includes(label));
  const anew = fresh.length === 0 ? '' : `; new labels: ${fresh.join(', ')}`;
  return `training starts from the head of model ${version}; known labels: ${known.join(', ')}${anew}`;
}

/**
 * @param weightsSha256 of the extractor in use; a head fits no other extractor's features
 * @throws UnfitError when the model cannot be read, or does not fit
 */
export async function readInitialHead(
  folder: string,
  labels: readonly string[],
  weightsSha256: string,
): Promise<InitialHead> {
  const model = await readModel(folder, [HEAD_WEIGHTS]);
  const { manifest } = model;
  const { extractor, training } = manifest;
  if (extractor.weights_sha256 !== weightsSha256 || training.hidden_units > 0) {
    throw new UnfitError(
      training.hidden_units > 0
        ? `expected a head without hidden units in ${folder}, found ${training.hidden_units}`
        : `expected a model with the same extractor in ${folder}, found ${extractor.id}`,
      { hint: 'leave out --init_from, or name another model' },
    );
  }
  const known = labels.filter((label) => indexOfName(manifest.labels, label) !== -1);
  if (known.length === 0) {
    throw new UnfitError(
      `expected a model with at least one of the labels ${labels.join(', ')} in ${folder}, found ${manifest.labels.join(', ')}`,
      { hint: 'leave out --init_from, or name another model' },
    );
  }
  const [{ weights, bias, outputs }] = savedHead(model).layers;
  return {
    version: manifest.version,
    known,
    network({ mean, scale }) {
      const network = createNetwork([extractor.feature_size, labels.length]);
      const [dense] = network.layers;
      for (const [k, label] of labels.entries()) {
        const old = indexOfName(manifest.labels, label);
        if (old === -1) continue;
        dense.bias[k] = bias[old];
        for (let j = 0; j < dense.inputs; j++) {
          const weight = weights[j * outputs + old];
          dense.bias[k] += weight * mean[j];
          // A feature that is constant here has scale 0; its contribution is in the bias.
          dense.weights[k * dense.inputs + j] = scale[j] === 0 ? 0 : weight / scale[j];
        }
      }
      return network;
    },
  };
}
