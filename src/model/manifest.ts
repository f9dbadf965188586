// Reads manifest.json of a model folder, in any released schema, and computes its version name.

import * as v from 'valibot';
import { messageOf, UnfitError } from '../base/errors.ts';
import { hashOfData } from '../base/hash.ts';
import { describeIssue } from '../base/issue.ts';
import { fromInputRange } from '../images/preprocessing.ts';
import { type Manifest, ManifestSchema, SCHEMA_VERSION } from './manifest-schema.ts';
import { COPY_AGAIN } from './remedies.ts';

export {
  FILE_NAMES,
  type FileName,
  isVersionName,
  LOCK,
  MANIFEST,
  MAX_FILE_BYTES,
  MAX_NETWORK_BYTES,
  type Manifest,
  SCHEMA_VERSION,
  VERSIONS,
} from './manifest-schema.ts';

const HeadSchema = v.object({
  format: v.literal('imgdiag-model'),
  schema_version: v.number(),
});

/**
 * @param where the file's path, for messages
 * @returns in the current schema
 * @throws UnfitError when it is not a manifest, or of an unknown schema version
 */
export function parseManifest(text: string, where: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(where, messageOf(error), error);
  }
  const head = v.safeParse(HeadSchema, data);
  if (!head.success) throw damaged(where, 'it is not an imgdiag manifest');
  const { schema_version: schema } = head.output;
  const upgrade = UPGRADES.get(schema);
  if (upgrade === undefined) {
    throw new UnfitError(
      `expected a model of schema version 1 to ${SCHEMA_VERSION} in ${where}, found version ${schema}`,
      {
        code: 'model_schema',
        hint: 'update imgdiag: a newer version saved the model',
      },
    );
  }
  const fields = data as Record<string, unknown>;
  const parsed = v.safeParse(ManifestSchema, upgrade(fields));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw damaged(where, describeIssue(issue));
  }
  // Of the file as saved, without what an upgrade adds.
  const { version, ...rest } = fields;
  if (version !== versionOf(rest)) throw damaged(where, 'its content has been changed');
  return parsed.output;
}

type Fields = Record<string, unknown>;

/** By schema version: the same manifest in the current schema, not yet validated. */
const UPGRADES: ReadonlyMap<number, (fields: Fields) => Fields> = new Map([
  [1, (fields: Fields) => fromSchema3(fromSchema2(fromSchema1(fields)))],
  [2, (fields: Fields) => fromSchema3(fromSchema2(fields))],
  [3, fromSchema3],
  [SCHEMA_VERSION, (fields: Fields) => fields],
]);

function fromSchema1(fields: Fields): Fields {
  return {
    ...fields,
    calibration: {
      ...(fields.calibration as object),
      fitted_on: null,
      images: 0,
      reason: 'saved by a version without temperature scaling',
      before: null,
      after: null,
    },
    operating_point: null,
    familiarity: null,
    files: { ...(fields.files as object), 'familiarity.bin': null },
  };
}

/** Fields that schema 3 renamed to standard terms. */
const RENAMED: Readonly<Record<string, string>> = {
  cross_entropy: 'log_loss',
  validation_cross_entropy: 'validation_log_loss',
  picture_properties_baseline: 'metadata_baseline',
  familiarity: 'out_of_distribution',
};
/** Depth of such fields. */
const RENAMED_WITHIN = 4;

function fromSchema2(fields: Fields): Fields {
  const { 'familiarity.bin': detector = null, ...files } = { ...(fields.files as Fields) };
  const saved = detector === null ? null : { ...(detector as Fields), saved_as: 'familiarity.bin' };
  const { recipe, ...rest } = renameFields(fields, RENAMED_WITHIN) as Fields;
  return {
    ...rest,
    preprocessing: fromRecipe({ ...(recipe as Fields) }),
    files: { ...files, 'out_of_distribution.bin': saved },
  };
}

/** Before schema 4, every network took any number of images. */
function fromSchema3(fields: Fields): Fields {
  const extractor = { ...(fields.extractor as Fields), images_at_once: null };
  return { ...fields, schema_version: SCHEMA_VERSION, extractor };
}

/** Before schema 3, all channels had one input range, and fixed properties were not written. */
function fromRecipe({ version, fit, range, damaged = 'refuse', ...same }: Fields): Fields {
  const [low, high] = Array.isArray(range) ? range : [];
  return {
    ...same,
    version: version === 1 ? 2 : version,
    fit: fit === 'fill' ? 'stretch' : fit,
    crop_share: 1,
    ...fromInputRange(low, high),
    damaged,
  };
}

function renameFields(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => renameFields(one, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const renamed = Object.hasOwn(RENAMED, name) ? RENAMED[name] : name;
      return [renamed, renameFields(one, depth - 1)];
    }),
  );
}

/** The name of a version: 16 digits of the hash of all other fields of the manifest. */
export function versionOf(content: object): string {
  return hashOfData(content).slice(0, 16);
}

function damaged(where: string, reason: string, cause?: unknown): UnfitError {
  return new UnfitError(`expected an imgdiag model in ${where}, but it is damaged (${reason})`, {
    code: 'model_damaged',
    hint: COPY_AGAIN,
    cause,
  });
}
