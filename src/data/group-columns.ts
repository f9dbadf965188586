// Columns of a table that look like groups under another name: patients, subjects, studies, persons.

import type { Message } from '../base/messages.ts';
import type { CsvRow } from './csv-table.ts';

/** Without case and punctuation; what names a person comes before what happens to one. */
const WORDS = [
  ...['patient', 'patid', 'ptid', 'pid', 'mrn', 'medicalrecord', 'subject', 'subj', 'person'],
  ...['participant', 'individual', 'volunteer', 'donor', 'case', 'accession', 'study', 'exam'],
  ...['examination', 'patienten', 'proband', 'probanden', 'paciente', 'paziente'],
];
const BEFORE = '(?:anon(?:ymi[sz]ed)?|pseudo(?:nymi[sz]ed)?|deidentified|hashed|unique)?';
const BEHIND =
  '(?:instance)?(?:id|uid|identifier|no|nr|num|number|nummer|name|code|key|hash|index|mrn|pseudonym)';
const PATTERNS = WORDS.map((word) => new RegExp(`^${BEFORE}${word}${BEHIND}?s?$`));
/** They also name topics and kinds: alone, they count only with numbers in most cells. */
const AMBIGUOUS = /^(?:subject|subj|case|study|exam|examination)s?$/;
/** Fewer groups cannot be spread over training, validation and test images. */
const FEWEST = 3;

/** Which of `WORDS` a column's name is made of; -1 for other names. */
function rankOf(column: string): number {
  const name = squash(column);
  return PATTERNS.findIndex((pattern) => pattern.test(name));
}

function squash(column: string): string {
  return column.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * @param columns unknown ones, as in the header
 * @param table for the message
 * @returns a warning that names the likeliest, if there is one
 */
export function groupColumnWarning(
  columns: readonly string[],
  rows: readonly CsvRow[],
  table: string,
): Message[] {
  const [column] = columns
    .filter((one) => rankOf(one) !== -1 && tellsGroups(one, rows))
    .sort((a, b) => rankOf(a) - rankOf(b));
  if (column === undefined) return [];
  const text = `column ${column} of ${table} is ignored, though images that share it may be of one patient: rename it to group, so that they stay in one split`;
  return [['warning', text]];
}

/** Whether its values repeat, and are neither too few nor the labels in other words. */
function tellsGroups(column: string, rows: readonly CsvRow[]): boolean {
  const filled = rows
    .map(({ cells }) => ({ label: cells.label, value: cells[column.toLowerCase()].trim() }))
    .filter(({ value }) => value !== '');
  const values = new Set(filled.map(({ value }) => value));
  if (values.size < FEWEST || values.size === filled.length) return false;
  if (AMBIGUOUS.test(squash(column))) {
    const numbered = [...values].filter((value) => /\d/.test(value));
    if (2 * numbered.length <= values.size) return false;
  }
  const labels = new Set(filled.map(({ label }) => label));
  const pairs = new Set(filled.map(({ label, value }) => JSON.stringify([label, value])));
  return pairs.size !== values.size || pairs.size !== labels.size;
}
