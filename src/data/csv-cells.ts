// Writes CSV of which no spreadsheet takes a cell for a formula, and that can be read back unchanged.

/** Signs that begin formulas, full width too: https://owasp.org/www-community/attacks/CSV_Injection */
const SIGN = '[-=+@\\uFF0B\\uFF0D\\uFF1D\\uFF20]';
const BEGINNING = `'*(?:${SIGN}|[\\t\\r\\n])`;
const NEEDS_GUARD = new RegExp(`^${BEGINNING}`);
const GUARDED = new RegExp(`^'${BEGINNING}`);
/** What other readers may split at, before what would then begin a cell. */
const SEPARATOR = '[;\\t\\r\\n]';
const INNER = `(?=["'\\s]*${SIGN})`;
const NEEDS_INNER_GUARD = new RegExp(`${SEPARATOR}${INNER}`, 'g');
const INNER_GUARDED = new RegExp(`(${SEPARATOR})'${INNER}`, 'g');
const NUMBER = /^[-+]?\d+(\.\d+)?$/;

/** Puts an apostrophe before what could be taken for a formula; numbers stay as they are. */
function guardFormula(text: string): string {
  return NEEDS_GUARD.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Removes the apostrophes of a cell written by `csvRow`, but for the first of a row. */
export function unguardFormula(cell: string): string {
  const text = cell.replaceAll(INNER_GUARDED, '$1');
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** Names of columns; those made of words of ours stand without quotes. */
export function csvHeader(names: readonly string[]): string {
  return csvLine(names, /^[a-z_]+$/);
}

/** A row, with all text in quotes. */
export function csvRow(cells: readonly string[]): string {
  return csvLine(cells, NUMBER);
}

/**
 * Where a reader splits at semicolons, quotes hold together only the first cell; later ones begin in
 * the middle of a cell of its own. There an apostrophe follows each separator that would begin a formula.
 */
function csvLine(cells: readonly string[], bare: RegExp): string {
  const written = cells.map((cell, at) => {
    if (cell === '' || bare.test(cell)) return cell;
    const text = guardFormula(at === 0 ? cell : cell.replaceAll(NEEDS_INNER_GUARD, "$&'"));
    return `"${text.replaceAll('"', '""')}"`;
  });
  return `${written.join(',')}\n`;
}
