// Reads a CSV table: known columns by name, rows numbered as in a spreadsheet.

import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../base/errors.ts';

export interface CsvRow {
  /** As in a spreadsheet: the header is row 1, and blank rows count. */
  readonly row: number;
  /** By name of the column in lower case; absent if the table lacks it. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvTable {
  /** Blank rows left out. */
  readonly rows: readonly CsvRow[];
  /** Names of unknown columns. */
  readonly ignored: readonly string[];
  /** Rows with outer spaces in a known column that are not in quotes, and so are left out. */
  readonly trimmed: readonly number[];
}

/** What separates cells: the first of these that gives a header with the required columns. */
const SEPARATORS: ReadonlyMap<string, string> = new Map([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
]);

/**
 * RFC 4180 with any line ends, with or without a byte order mark; cells may also be separated by
 * semicolons or tabs. Outer white space of a cell counts only in quotes.
 * @param columns known names, the first two required; case and outer spaces are ignored
 * @throws InputError naming the row
 */
export function readCsvTable(text: string, name: string, columns: readonly string[]): CsvTable {
  // A line for Excel, which does not show it as a row.
  const table = text.replace(/^\ufeff?sep=[,;\t]\r?\n/i, '');
  const required = columns.slice(0, 2);
  const separator = separatorOf(table, required);
  const [header, ...records] = recordsOf(table, name, separator);
  if (header === undefined) {
    throw new InputError(`expected a CSV table in ${name}, found nothing`, { hint: HEADER_HINT });
  }
  const names = namesOf(header);
  if (!required.every((column) => names.includes(column))) {
    throw new InputError(
      `expected the columns ${required.join(' and ')} in row 1 of ${name}, found ${header.record.join(', ').slice(0, SHOWN)}`,
      { hint: HEADER_HINT },
    );
  }
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) {
    throw new InputError(`expected one column ${twice} in ${name}, found several`, {
      hint: 'rename or remove the others',
    });
  }
  const trimmed: number[] = [];
  const rows = records.flatMap(({ record, raw }, index): CsvRow[] => {
    const row = index + 2;
    if (record.every((cell) => cell === '')) return [];
    if (record.length !== names.length) {
      throw new InputError(
        `expected ${names.length} cells in row ${row} of ${name}, found ${record.length}`,
        { hint: `put a cell that contains a ${SEPARATORS.get(separator)} in double quotes` },
      );
    }
    const written = raw.replaceAll(/"(?:[^"]|"")*"/g, QUOTED).replace(/[\r\n]+$/, '');
    const lost = written.split(separator).some((cell, at) => {
      const isSame = record[at] === '' || cell === QUOTED || cell === record[at];
      return !isSame && columns.includes(names[at]);
    });
    if (lost) trimmed.push(row);
    return [{ row, cells: Object.fromEntries(record.map((cell, at) => [names[at], cell])) }];
  });
  const ignored = header.record.filter((_, at) => !columns.includes(names[at]));
  return { rows, ignored, trimmed };
}

/** Stands for a cell in double quotes. */
const QUOTED = '"';
/** A message quotes this many characters of a header: it may not be a table at all. */
const SHOWN = 100;
const HEADER_HINT =
  'the first row names the columns, separated by commas, semicolons or tabs: path,label and optionally split,group';

interface CsvRecord {
  /** Without quotes, and without the white space around cells. */
  readonly record: readonly string[];
  readonly raw: string;
}

function namesOf({ record }: CsvRecord): string[] {
  return record.map((cell) => cell.trim().toLowerCase());
}

function separatorOf(text: string, required: readonly string[]): string {
  const found = [...SEPARATORS.keys()].find((separator) => {
    try {
      const [header] = parseCsv(text, separator, 1);
      return header !== undefined && required.every((one) => namesOf(header).includes(one));
    } catch {
      return false;
    }
  });
  return found ?? ',';
}

function recordsOf(text: string, name: string, separator: string): CsvRecord[] {
  try {
    return parseCsv(text, separator);
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

/** @throws CsvError */
function parseCsv(text: string, delimiter: string, to?: number): CsvRecord[] {
  return parse(text, {
    bom: true,
    delimiter,
    raw: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    trim: true,
    ...(to !== undefined && { to }),
  }) as unknown as CsvRecord[];
}
