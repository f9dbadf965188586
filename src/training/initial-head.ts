// `--init_from`: begins with the head of another model, its labels matched by name.

import { UnfitError } from '../base/errors.ts';
import { createNetwork, type Network } from '../head/network.ts';
import type { Standardisation } from '../head/standardise.ts';
import { readModel } from '../model/read.ts';
import { HEAD_WEIGHTS, savedHead } from '../model/saved-head.ts';

export interface InitialHead {
  /** Version of the model it comes from. */
  readonly version: string;
  /** Labels that it knew, of those asked for. */
  readonly known: readonly string[];
  /** The same head, for features standardised so; a label that it did not know begins at 0. */
  network(standardisation: Standardisation): Network;
}

/** Which labels begin where, for the log. */
export function describeInitialHead(
  { version, known }: InitialHead,
  labels: readonly string[],
): string {
  const fresh = labels.filter((label) => !known.includes(label));
  const anew = fresh.length === 0 ? '' : `; new: ${fresh.join(', ')}`;
  return `training begins at the head of version ${version}, labels known: ${known.join(', ')}${anew}`;
}

/**
 * @param weightsSha256 of the extractor in use: features of another one mean something else
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
        ? `expected a head of one layer in ${folder}, found one with ${training.hidden_units} hidden units`
        : `expected a model on the same extractor in ${folder}, found one on ${extractor.id}`,
      { hint: 'leave out --init_from, or name another model' },
    );
  }
  const known = labels.filter((label) => manifest.labels.includes(label));
  if (known.length === 0) {
    throw new UnfitError(
      `expected a label of ${labels.join(', ')} in ${folder}, found only ${manifest.labels.join(', ')}`,
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
        const old = manifest.labels.indexOf(label);
        if (old === -1) continue;
        dense.bias[k] = bias[old];
        for (let j = 0; j < dense.inputs; j++) {
          const weight = weights[j * outputs + old];
          dense.bias[k] += weight * mean[j];
          // A feature that never changes here has no scale: its weight has gone into the bias.
          dense.weights[k * dense.inputs + j] = scale[j] === 0 ? 0 : weight / scale[j];
        }
      }
      return network;
    },
  };
}
