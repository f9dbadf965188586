// Labelled files as a CSV table, read and written: columns path, label, optionally split and group.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import pMap from 'p-map';
import { InputError, systemCode } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import { guardFormula, unguardFormula } from './csv-cells.ts';
import { type CsvRow, readCsvTable } from './csv-table.ts';
import { type Dataset, type DatasetFile, sortFiles } from './dataset.ts';
import { aloneNotes, checkGroups } from './dataset-groups.ts';
import { checkGivenSplit, splitNamed } from './given-split.ts';
import { checkLabelName, checkLabelNames } from './labels.ts';

export interface CsvSource {
  /** The CSV file, or `-` for `text`. */
  readonly file: string;
  /** Content of standard input, as text or as UTF-8 bytes, when `file` is `-`. */
  readonly text?: string | Uint8Array | undefined;
  /** Labels required; default: two. */
  readonly atLeast?: number | undefined;
  /** Base of relative paths; default: the folder of the file, the working folder for `-`. */
  readonly imageDir?: string | undefined;
}

/** Files looked up at once. */
const LOOKUPS = 16;
const COLUMNS = ['path', 'label', 'split', 'group'] as const;

type Entry = DatasetFile & { readonly row: number };

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
  atLeast = 2,
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
  checkDuplicates(entries, name);
  const presplit = checkSplitColumn(entries, name);
  const labels = [...new Set(sortFiles(entries).map(({ label }) => label))];
  if (labels.length < atLeast) {
    throw new InputError(`expected at least 2 labels in ${name}, found 1 (${labels[0]})`, {
      hint: 'add rows with images of another label',
    });
  }
  checkLabelNames(labels, name, 'write the label the same way in every row');
  const placeOf = ({ row }: Entry) => `row ${row}`;
  const lacking = presplit ? checkGivenSplit(entries, labels, name, placeOf) : [];
  checkGroups(entries, placeOf);
  await checkFiles(entries, name, base);

  const alone = entries.filter(({ group }) => group === undefined).length;
  const notes = [
    ...ignoredNotes(table.ignored, name),
    ...(alone < entries.length ? aloneNotes(alone, entries.length, 'name a group') : []),
    ...lacking,
  ];
  const files = sortFiles(entries).map(({ row: _, ...kept }) => kept);
  return { labels, files, notes, presplit };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = UNREADABLE[systemCode(error) ?? ''];
    if (reason === undefined) throw error;
    throw new InputError(`expected a CSV table at ${file}, ${reason}`, {
      hint: 'give a CSV file with the columns path and label',
      cause: error,
    });
  }
}

function decode(content: string | Uint8Array, name: string): string {
  if (typeof content === 'string') return content;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new InputError(`expected a CSV table in UTF-8 in ${name}, found other bytes`, {
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
  const label = unguardFormula(cells.label);
  checkLabelName(label, `row ${row} of ${name}`);
  // An extra space must not split a patient.
  const group = unguardFormula(cells.group ?? '').trim();
  const givenSplit = splitNamed(word.trim());
  if (givenSplit === undefined && word.trim() !== '') {
    throw new InputError(
      `expected train, val or test as the split in row ${row} of ${name}, found ${word}`,
      { hint: 'training, validation and testing are accepted too' },
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

/** Looks up every file, and reports the first row whose file is missing. */
async function checkFiles(entries: readonly Entry[], name: string, base: string): Promise<void> {
  const problems = await pMap(entries, problemOf, { concurrency: LOOKUPS });
  const wrong = entries.flatMap((entry, index) => {
    const problem = problems[index];
    return problem === undefined ? [] : [{ ...entry, problem }];
  });
  const [first, ...others] = wrong;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `; further such rows: ${others.length}`;
  throw new InputError(
    `expected a file at ${first.file} (row ${first.row} of ${name}), ${first.problem}${more}`,
    {
      hint: first.path.includes('\\')
        ? 'write / between folders, not \\'
        : `correct the row; paths are relative to ${base}`,
    },
  );
}

async function problemOf({ file }: Entry): Promise<string | undefined> {
  // A table in UTF-16, or damaged.
  if (file.includes('\0')) return 'but a path cannot contain a zero character';
  try {
    const found = await stat(file);
    if (found.isFile()) return undefined;
    return found.isDirectory() ? 'found a folder' : 'found a pipe or device';
  } catch (error) {
    const reason = UNREADABLE[systemCode(error) ?? ''];
    if (reason === undefined) throw error;
    return reason;
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'found nothing there',
  ENOTDIR: 'found nothing there',
  EISDIR: 'found a folder',
  EACCES: 'but permission to read it was denied',
  EPERM: 'but permission to read it was denied',
  ELOOP: 'found a link that leads back to itself',
  ENAMETOOLONG: 'but the path is too long',
};

function ignoredNotes(ignored: readonly string[], name: string): Message[] {
  if (ignored.length === 0) return [];
  const names = ignored.map((column) => (column === '' ? '(no name)' : column)).join(', ');
  return [['info', `unknown columns of ${name} are ignored: ${names}`]];
}

/** Starts of formulas in a spreadsheet, and leading white space, which is easily lost. */
const NEEDS_PREFIX = /^[-=@+\uFF0B\uFF0D\uFF1D\uFF20\s]/;

/**
 * `path,label,split,group`, one row per file in the order given; `readCsvDataset` gives back the
 * same paths (relative to the same folder), labels, splits and groups. A path that begins with `-`,
 * `=`, `@`, `+` or white space gets `./` before it, which no spreadsheet takes for a formula;
 * labels and groups get an apostrophe, which reading removes.
 */
export function formatCsvDataset(
  rows: readonly Pick<DatasetFile, 'path' | 'label' | 'givenSplit' | 'group'>[],
): string {
  const cells = rows.map(({ path, label, givenSplit = '', group = '' }) => [
    NEEDS_PREFIX.test(path) ? `./${path}` : path,
    guardFormula(label),
    givenSplit,
    guardFormula(group),
  ]);
  // A lone carriage return also ends a row; outer white space is safer in quotes.
  return stringify([[...COLUMNS], ...cells], {
    quoted_match: /[\r\n]|^\s|\s$/,
  });
}
