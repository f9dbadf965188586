// CSV cells that no spreadsheet takes for a formula, and that can be read back unchanged.

/** Starts of formulas: https://owasp.org/www-community/attacks/CSV_Injection; full width too. */
const FORMULA = '[-=+@\\t\\r\\uFF0B\\uFF0D\\uFF1D\\uFF20]';
const NEEDS_GUARD = new RegExp(`^'*${FORMULA}`);
const GUARDED = new RegExp(`^'+${FORMULA}`);
const NUMBER = /^[-+]?\d+(\.\d+)?$/;

/** Puts an apostrophe before what could be taken for a formula; numbers stay as they are. */
export function guardFormula(text: string): string {
  return NEEDS_GUARD.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Removes the apostrophe of `guardFormula`. */
export function unguardFormula(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
