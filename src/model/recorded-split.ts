// The split recorded in a model folder: adding images never silently moves an old one.

import * as v from 'valibot';
import { messageOf, UnfitError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Recorded, SplitPlan } from '../data/plan-split.ts';
import type { RecordedSplit, Split } from '../data/split.ts';
import { SPLIT_NAMES, type SplitName } from '../data/split-names.ts';
import { NAME_TIE, type SplitFile, tiesOf } from '../data/units.ts';
import { readModel } from './read.ts';
import { COPY_AGAIN } from './remedies.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
const SCHEMA_VERSION = 2;

const ids = v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)));
const RecordSchema = v.strictObject({
  schema_version: v.literal(SCHEMA_VERSION),
  plan: v.strictObject({
    testing_percentage: v.number(),
    validation_percentage: v.number(),
    grouping: v.string(),
  }),
  splits: v.strictObject({ training: ids, validation: ids, testing: ids }),
});

/** Names, contents and groups of files are saved as hashes, which reveal nothing by themselves. */
function idOf(tie: string): string {
  return sha256(tie).slice(0, 16);
}

/** Text of split.json: a list on one line per split, in hash order. */
export function encodeSplit(
  files: readonly SplitFile[],
  { splitOf }: Split,
  plan: SplitPlan,
): string {
  const idsOf = (split: SplitName) => {
    const members = files.filter((_, index) => splitOf[index] === split);
    return [...new Set(members.flatMap(tiesOf).map(idOf))].sort();
  };
  const splits = Object.fromEntries(SPLIT_NAMES.map((split) => [split, idsOf(split)]));
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, plan, splits })}\n`;
}

/** Reads the split of the model at `folder`, for `planSplit`. */
export function recordedSplitOf(folder: string): (plan: SplitPlan) => Promise<Recorded> {
  return (plan) => readRecordedSplit(folder, plan);
}

/** The split recorded at `folder`; nothing when there is none, or it was planned differently. */
async function readRecordedSplit(folder: string, plan: SplitPlan): Promise<Recorded> {
  const record = await readRecord(folder);
  if (record instanceof UnfitError) {
    if (record.code === 'model_missing') return { split: undefined, note: undefined };
    // Images may move to another split, which must be reported.
    const text = `making a new split, since the recorded one cannot be read: ${record.message} (${record.hint})`;
    return { split: undefined, note: ['warning', text] };
  }
  const { plan: old } = record;
  const same =
    old.testing_percentage === plan.testing_percentage &&
    old.validation_percentage === plan.validation_percentage &&
    old.grouping === plan.grouping;
  if (!same) {
    return {
      split: undefined,
      note: [
        'info',
        `making a new split: percentages or groups differ from those recorded in ${folder}`,
      ],
    };
  }
  return { split: lookUpIn(record), note: undefined };
}

/**
 * Whether the model at `folder` was trained on a file: by its bytes or its group, not by its name.
 * @returns an error where that cannot be told
 */
export async function readTrainedOn(
  folder: string,
): Promise<((file: SplitFile) => boolean) | UnfitError> {
  const record = await readRecord(folder);
  if (record instanceof UnfitError) return record;
  const splitOf = lookUpIn(record);
  return (file) =>
    tiesOf(file)
      .filter((tie) => !tie.startsWith(NAME_TIE))
      .map(splitOf)
      .some((split) => split === 'training' || split === 'validation');
}

type SplitRecord = v.InferOutput<typeof RecordSchema>;

/** @returns an error where it is missing or damaged */
async function readRecord(folder: string): Promise<SplitRecord | UnfitError> {
  try {
    const { files } = await readModel(folder, ['split.json']);
    const text = Buffer.from(files.get('split.json') as Uint8Array).toString('utf8');
    return v.parse(RecordSchema, fromSchema1(JSON.parse(text)));
  } catch (error) {
    if (error instanceof UnfitError) return error;
    if (!(error instanceof v.ValiError || error instanceof SyntaxError)) throw error;
    return new UnfitError(`expected a split in split.json of ${folder}: ${messageOf(error)}`, {
      hint: COPY_AGAIN,
      cause: error,
    });
  }
}

/** Schema 1, as in models of manifest schema 1 and 2, called the splits sets. */
function fromSchema1({ schema_version, sets: splits, ...rest }: Record<string, unknown>): unknown {
  return schema_version === 1
    ? { ...rest, schema_version: SCHEMA_VERSION, splits }
    : { ...rest, schema_version };
}

function lookUpIn({ splits }: SplitRecord): RecordedSplit {
  const pairs = SPLIT_NAMES.flatMap((split) => splits[split].map((id) => [id, split] as const));
  const splitOf = new Map(pairs);
  return (tie) => splitOf.get(idOf(tie));
}
