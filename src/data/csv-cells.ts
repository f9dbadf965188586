// Cells that no spreadsheet takes for a formula, and that still read back as they were.

/** What begins a formula: https://owasp.org/www-community/attacks/CSV_Injection, wide forms too. */
const FORMULA = '[-=+@\\t\\r\\uFF0B\\uFF0D\\uFF1D\\uFF20]';
const NEEDS_GUARD = new RegExp(`^'*${FORMULA}`);
const GUARDED = new RegExp(`^'+${FORMULA}`);
const NUMBER = /^[-+]?\d+(\.\d+)?$/;

/** Puts an apostrophe before what might be taken for a formula; numbers are left alone. */
export function guardFormula(text: string): string {
  return NEEDS_GUARD.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe of `guardFormula` off again. */
export function unguardFormula(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
