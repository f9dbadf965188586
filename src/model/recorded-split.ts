// The split that a model folder has recorded: adding images never silently moves an old one.

import * as v from 'valibot';
import { UnfitError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Recorded, SplitPlan } from '../data/plan-split.ts';
import type { RecordedSplit, Split } from '../data/split.ts';
import { SPLIT_NAMES, type SplitName } from '../data/split-names.ts';
import { NAME_TIE, type SplitFile, tiesOf } from '../data/units.ts';
import { readModel } from './read.ts';

const ids = v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)));
const RecordSchema = v.strictObject({
  schema_version: v.literal(1),
  plan: v.strictObject({
    testing_percentage: v.number(),
    validation_percentage: v.number(),
    grouping: v.string(),
  }),
  sets: v.strictObject({ training: ids, validation: ids, testing: ids }),
});

/** Names of files, contents and groups as they are saved: hashes that tell nothing by themselves. */
function idOf(tie: string): string {
  return sha256(tie).slice(0, 16);
}

/** Text of split.json: a list on one line per set, in hash order. */
export function encodeSplit(files: readonly SplitFile[], split: Split, plan: SplitPlan): string {
  const idsOf = (set: SplitName) => {
    const members = files.filter((_, index) => split.sets[index] === set);
    return [...new Set(members.flatMap(tiesOf).map(idOf))].sort();
  };
  const sets = Object.fromEntries(SPLIT_NAMES.map((set) => [set, idsOf(set)]));
  return `${JSON.stringify({ schema_version: 1, plan, sets })}\n`;
}

/** Reads the split of the model at `folder`, for `planSplit`. */
export function recordedSplitOf(folder: string): (plan: SplitPlan) => Promise<Recorded> {
  return (plan) => readRecordedSplit(folder, plan);
}

/** What the model at `folder` has recorded; nothing when there is none or it was planned otherwise. */
async function readRecordedSplit(folder: string, plan: SplitPlan): Promise<Recorded> {
  const record = await readRecord(folder);
  if (typeof record === 'string') return record === 'missing' ? NOTHING : unreadable(folder);
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
        `the split is made anew: percentages or groups differ from those recorded in ${folder}`,
      ],
    };
  }
  return { split: setsOf(record), note: undefined };
}

/**
 * Whether the model at `folder` has learnt from a file: by its bytes or its group, not by its name.
 * @returns undefined where the model has not recorded it
 */
export async function readLearntFrom(
  folder: string,
): Promise<((file: SplitFile) => boolean) | undefined> {
  const record = await readRecord(folder);
  if (typeof record === 'string') return undefined;
  const setOf = setsOf(record);
  return (file) =>
    tiesOf(file)
      .filter((tie) => !tie.startsWith(NAME_TIE))
      .map(setOf)
      .some((set) => set === 'training' || set === 'validation');
}

type SplitRecord = v.InferOutput<typeof RecordSchema>;

async function readRecord(folder: string): Promise<SplitRecord | 'missing' | 'damaged'> {
  try {
    const { files } = await readModel(folder, ['split.json']);
    const text = Buffer.from(files.get('split.json') as Uint8Array).toString('utf8');
    const record = v.safeParse(RecordSchema, JSON.parse(text));
    return record.success ? record.output : 'damaged';
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    return error.code === 'model_missing' ? 'missing' : 'damaged';
  }
}

function setsOf({ sets }: SplitRecord): RecordedSplit {
  const setOf = new Map(SPLIT_NAMES.flatMap((set) => sets[set].map((id) => [id, set] as const)));
  return (tie) => setOf.get(idOf(tie));
}

const NOTHING: Recorded = { split: undefined, note: undefined };

/** Images may change their set: that must be told. */
function unreadable(folder: string): Recorded {
  const text = `the split recorded in ${folder} cannot be read: the split is made anew`;
  return { split: undefined, note: ['warning', text] };
}
