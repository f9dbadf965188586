import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'csv-parse/sync';
import { csvHeader, csvRow, unguardFormula } from '../../src/data/csv-cells.ts';

/** Names as hostile as file systems allow. */
const HOSTILE = [
  '=1+1',
  '+cmd|x',
  '-2+3',
  '@SUM(A1)',
  '＝1',
  '\t=1',
  '\n=1',
  "'=1",
  'x;=1+1;.png',
  'x; =1+1;',
  "x;'=1+1;",
  'x;"=1+1;"',
  'x;""=1+1;',
  'x\t=1+1\t',
  'x\n=1+1',
  'x\r=1+1;y',
  ';;=1;-1;+1;@x;',
];
const HARMLESS = ['cats', '-1', '+2.5', "o'clock", "'quoted'", 'a=b', '1-2', 'a;b', 'a;1', '"', ''];

/**
 * Cells as a spreadsheet reads them: a quote counts only at a cell's begin; what follows the end of
 * the quotes belongs to the cell.
 */
function cellsAt(separator: string, text: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let state: 'begin' | 'bare' | 'quoted' = 'begin';
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (state === 'quoted') {
      if (one !== '"') cell += one;
      else if (text[at + 1] === '"') cell += text[++at];
      else state = 'bare';
    } else if (one === separator || one === '\n' || one === '\r') {
      cells.push(cell);
      cell = '';
      state = 'begin';
    } else if (state === 'begin' && one === '"') state = 'quoted';
    else {
      cell += one;
      state = 'bare';
    }
  }
  return [...cells, cell];
}

const FORMULA = /^\s*[-=+@＝](?!\d+(\.\d+)?$)/;

test('when a table is split at commas, semicolons or tabs then no cell begins a formula', () => {
  for (const name of HOSTILE) {
    for (const row of [[name], ['x', name], ['x', 'y"', name, '1', name]]) {
      for (const line of [
        csvRow(row),
        csvHeader(row.map((one) => `score:${one}`)),
        csvHeader(row),
      ]) {
        for (const separator of [',', ';', '\t']) {
          const formula = cellsAt(separator, line).find((cell) => FORMULA.test(cell));
          assert.equal(formula, undefined, `${JSON.stringify(line)} split at ${separator}`);
        }
      }
    }
  }
});

test('when a row is read then its cells are as they were, the first of them without a guard inside', () => {
  for (const name of [...HOSTILE, ...HARMLESS]) {
    const [[first, second]] = parse(csvRow([name, name]), { record_delimiter: '\n' });
    assert.equal(unguardFormula(second), name);
    assert.ok([name, `'${name}`].includes(first), first);
  }
});

test('when a cell is harmless then nothing is added but quotes, and none to numbers', () => {
  for (const name of HARMLESS) {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const cell = /^([-+]?[\d.]+)?$/.test(name) ? name : quoted;
    assert.equal(csvRow(['x', name]), `"x",${cell}\n`);
  }
});

test('names of columns that are ours stand without quotes', () => {
  assert.equal(csvHeader(['path', 'its_split', 'score:a']), 'path,its_split,"score:a"\n');
});
