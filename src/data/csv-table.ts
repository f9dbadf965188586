// Reads a CSV table: known columns by name, rows numbered as in a spreadsheet.

import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../base/errors.ts';

export interface CsvRow {
  /** As in a spreadsheet: the header is row 1, and blank rows count. */
  readonly row: number;
  /** By name of a known column; absent if the table lacks it. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvTable {
  /** Blank rows left out. */
  readonly rows: readonly CsvRow[];
  /** Names of unknown columns. */
  readonly ignored: readonly string[];
}

/**
 * RFC 4180 with any line ends, with or without a byte order mark. Cells are not trimmed.
 * @param columns known names, the first two required; case and outer spaces are ignored
 * @throws InputError naming the row
 */
export function readCsvTable(text: string, name: string, columns: readonly string[]): CsvTable {
  const [header, ...records] = recordsOf(text, name);
  if (header === undefined) {
    throw new InputError(`expected a CSV table in ${name}, found nothing`, { hint: HEADER_HINT });
  }
  const names = header.map((cell) => cell.trim().toLowerCase());
  const required = columns.slice(0, 2);
  if (!required.every((column) => names.includes(column))) {
    throw new InputError(
      `expected the columns ${required.join(' and ')} in row 1 of ${name}, found ${header.join(', ').slice(0, SHOWN)}`,
      { hint: HEADER_HINT },
    );
  }
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) {
    throw new InputError(`expected one column ${twice} in ${name}, found several`, {
      hint: 'rename or remove the others',
    });
  }
  const rows = records.flatMap((record, index): CsvRow[] => {
    const row = index + 2;
    if (record.every((cell) => cell.trim() === '')) return [];
    if (record.length !== names.length) {
      throw new InputError(
        `expected ${names.length} cells in row ${row} of ${name}, found ${record.length}`,
        { hint: 'put a cell that contains a comma in double quotes' },
      );
    }
    const known = record.flatMap((cell, at) =>
      columns.includes(names[at]) ? [[names[at], cell] as const] : [],
    );
    return [{ row, cells: Object.fromEntries(known) }];
  });
  const ignored = header.filter((_, at) => !columns.includes(names[at]));
  return { rows, ignored: ignored.map((column) => column.trim()) };
}

/** A message quotes this many characters of a header: it may not be a table at all. */
const SHOWN = 100;
const HEADER_HINT =
  'the first row names the columns, separated by commas: path,label and optionally split,group';

function recordsOf(text: string, name: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(
      `expected a CSV table in ${name}, found a misplaced double quote in row ${Number(error.records) + 1}`,
      {
        hint: 'put the whole cell in double quotes; a quote inside it is doubled',
        cause: error,
      },
    );
  }
}
