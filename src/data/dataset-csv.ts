// Labelled files as a CSV table, read and written: columns path, label, optionally split and group.

import path from 'node:path';
import { encodingOf } from '../base/encoding.ts';
import { InputError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import type { Message } from '../base/messages.ts';
import { readList } from '../base/read-bounded.ts';
import { showUrl } from '../base/urls.ts';
import { standInOf } from '../images/formats.ts';
import { csvHeader, csvRow, unguardFormula } from './csv-cells.ts';
import { type CsvRow, readCsvTable } from './csv-table.ts';
import { type Dataset, type DatasetFile, sortFiles } from './dataset.ts';
import { aloneNotes, checkGroups, groupName } from './dataset-groups.ts';
import { checkGivenSplit, splitNamed } from './given-split.ts';
import { groupColumnWarning } from './group-columns.ts';
import { groupLabelWarning } from './group-labels.ts';
import { checkLabelName, checkLabelNames } from './labels.ts';
import { type Needs, TO_TRAIN } from './layout.ts';
import { locateFiles, type RowFile, unreadable } from './locate-files.ts';

export interface CsvSource {
  /** The CSV file, or `-` for `text`. */
  readonly file: string;
  /** Content of standard input, as text or as UTF-8 bytes, when `file` is `-`. */
  readonly text?: string | Uint8Array | undefined;
  /** Default: what training does. */
  readonly needs?: Needs | undefined;
  /** Base of relative paths; default: the folder of the file, the working folder for `-`. */
  readonly imageDir?: string | undefined;
  /** Whether groups come from elsewhere. */
  readonly grouped?: boolean | undefined;
}

const COLUMNS = ['path', 'label', 'split', 'group'] as const;

type Entry = DatasetFile & RowFile;

/**
 * Paths, relative or absolute in the table, become relative to the base folder, without `.` and
 * `..` where possible, so that each names a file uniquely.
 * @throws InputError, with the row as in a spreadsheet, for a table that cannot be used and for
 *   missing files
 */
export async function readCsvDataset({
  file,
  text,
  imageDir,
  needs = TO_TRAIN,
  grouped = false,
}: CsvSource): Promise<Dataset> {
  const name = file === '-' ? 'standard input' : file;
  const content = file === '-' ? (text ?? '') : await readBytes(file);
  const table = readCsvTable(decode(content, name), name, COLUMNS);
  const base = imageDir ?? (file === '-' ? '.' : path.dirname(file));
  const entries = table.rows.map((row) => entryOf(row, base, name));
  if (entries.length === 0) {
    throw new InputError(`expected rows below the header of ${name}, found none`, {
      hint: 'each row names an image and its label, e.g. cats/1.jpg,cats',
    });
  }
  const presplit = checkSplitColumn(entries, name);
  const labels = [...new Set(sortFiles(entries).map(({ label }) => label))];
  if (labels.length < needs.labels) {
    throw new InputError(`expected at least 2 labels in ${name}, found 1 (${labels[0]})`, {
      hint: 'add rows with images of another label',
    });
  }
  checkLabelNames(labels, name, 'write the label the same way in every row');
  const placeOf = ({ row }: Entry) => `row ${row}`;
  const lacking = presplit && needs.training ? checkGivenSplit(entries, labels, name, placeOf) : [];
  checkGroups(entries, placeOf);
  const { rows: located, renamed } = await locateFiles(entries, name, base);
  checkDuplicates(located, name);

  const alone = entries.filter(({ group }) => group === undefined).length;
  const notes = [
    ...ignoredNotes(table.ignored, name),
    ...rowNotes(
      table.trimmed,
      `cells of ${name} are read without their outer spaces; in double quotes they would stay`,
    ),
    ...rowNotes(renamed, `files of ${name} have the same names in another Unicode form`),
    ...(alone < entries.length
      ? [
          ...aloneNotes(alone, entries.length, 'name a group'),
          ...(await groupLabelWarning(entries)),
        ]
      : grouped
        ? []
        : groupColumnWarning(table.ignored, table.rows, name)),
    ...lacking,
  ];
  const files = sortFiles(located).map(({ row: _, ...kept }) => kept);
  return { labels, files, notes, presplit };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readList(file);
  } catch (error) {
    const { what, hint } = unreadable(error);
    throw new InputError(`expected a CSV table at ${file}, ${what}`, {
      hint: hint ?? 'give a CSV file with the columns path and label',
      cause: error,
    });
  }
}

function decode(content: string | Uint8Array, name: string): string {
  if (typeof content === 'string') return content;
  const other = standInOf(content);
  if (other !== undefined) {
    throw new InputError(`expected a CSV table in ${name}, found ${other.name}`, {
      hint: other.hint,
    });
  }
  try {
    return new TextDecoder(encodingOf(content), { fatal: true }).decode(content);
  } catch (error) {
    throw new InputError(`expected a CSV table in UTF-8 or UTF-16 in ${name}, found other bytes`, {
      hint: 'save it as "CSV UTF-8"',
      cause: error,
    });
  }
}

function entryOf({ row, cells }: CsvRow, base: string, name: string): Entry {
  for (const column of ['path', 'label']) {
    if (cells[column]?.trim()) continue;
    throw new InputError(`expected a ${column} in row ${row} of ${name}, found an empty cell`, {
      hint: 'fill it in, or remove the row',
    });
  }
  const { path: given, split: word = '' } = cells;
  const url = showUrl(given);
  if (url !== undefined) {
    throw new InputError(`expected a path in row ${row} of ${name}, found ${url.what}`, {
      hint: url.hint,
    });
  }
  const label = unguardFormula(cells.label);
  checkLabelName(label, `row ${row} of ${name}`);
  const group = groupName(unguardFormula(cells.group ?? ''));
  const givenSplit = splitNamed(word.trim());
  if (givenSplit === undefined && word.trim() !== '') {
    throw new InputError(
      `expected train, val or test as the split in row ${row} of ${name}, found ${word}`,
      { hint: 'training, validation, dev, eval, testing and holdout are accepted too' },
    );
  }
  const file = path.isAbsolute(given) ? path.normalize(given) : path.join(base, given);
  return {
    path: path.relative(base, file).split(path.sep).join('/'),
    file,
    label,
    row,
    ...(givenSplit && { givenSplit }),
    ...(group && { group }),
  };
}

function checkDuplicates(entries: readonly Entry[], name: string): void {
  const rows = new Map<string, number>();
  for (const { path: key, row } of entries) {
    const other = rows.get(key);
    if (other !== undefined) {
      throw new InputError(
        `expected each file once in ${name}, found ${key} in rows ${other} and ${row}`,
        { hint: 'remove one of the two rows' },
      );
    }
    rows.set(key, row);
  }
}

/** Whether the table gives the split: for every row, or for none. */
function checkSplitColumn(entries: readonly Entry[], name: string): boolean {
  const without = entries.find(({ givenSplit }) => givenSplit === undefined);
  const filled = entries.find(({ givenSplit }) => givenSplit !== undefined);
  if (without !== undefined && filled !== undefined) {
    throw new InputError(
      `expected a split in every row of ${name} or in none, found ${filled.givenSplit} in row ${filled.row} and an empty cell in row ${without.row}`,
      { hint: 'fill in train, val or test in every row, or clear the column to let imgdiag split' },
    );
  }
  return filled !== undefined;
}

function ignoredNotes(ignored: readonly string[], name: string): Message[] {
  if (ignored.length === 0) return [];
  const names = ignored.map((column) => (column === '' ? '(no name)' : column)).join(', ');
  return [['info', `unknown columns of ${name} are ignored: ${names}`]];
}

/** @param what was done in these rows */
function rowNotes(rows: readonly number[], what: string): Message[] {
  if (rows.length === 0) return [];
  return [
    ['info', `${what} (${rows.length === 1 ? 'row' : 'rows'} ${examplesOf(rows.map(String))})`],
  ];
}

/** Starts of formulas, and apostrophes and white space, which are easily lost. */
const NEEDS_PREFIX = /^[-=@+\uFF0B\uFF0D\uFF1D\uFF20'\s]/;

/**
 * `path,label,split,group`, one row per file in the order given; `readCsvDataset` gives back the
 * same paths (relative to the same folder), labels, splits and groups. A path that begins with `-`,
 * `=`, `@`, `+`, an apostrophe or white space gets `./` before it, which no spreadsheet takes for a
 * formula; labels and groups get apostrophes, which reading removes.
 * @param show how a name is written; default: exactly
 */
export function formatCsvDataset(
  rows: readonly Pick<DatasetFile, 'path' | 'label' | 'givenSplit' | 'group'>[],
  show = (name: string) => name,
): string {
  const lines = rows.map(({ path, label, givenSplit = '', group = '' }) => {
    const file = NEEDS_PREFIX.test(path) ? `./${path}` : path;
    return csvRow([file, label, givenSplit, group].map(show));
  });
  return [csvHeader(COLUMNS), ...lines].join('');
}
