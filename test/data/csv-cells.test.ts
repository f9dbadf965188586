import assert from 'node:assert/strict';
import test from 'node:test';
import { guardFormula, unguardFormula } from '../../src/data/csv-cells.ts';

test('when a cell looks like a formula then it begins with an apostrophe', () => {
  const formulas = ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', "'=1", '＝1', '-x'];
  for (const text of formulas) assert.equal(guardFormula(text), `'${text}`);
});

test('when a cell is a word or a number then it is left alone', () => {
  const plain = ['cats', '', '-1', '+2.5', "o'clock", "'quoted'", 'a=b', '1-2'];
  for (const text of plain) assert.equal(guardFormula(text), text);
});

test('when a guarded cell is read then it is as it was', () => {
  const texts = ['=1+1', "'=1", "''=1", "'", "''", "'a", '-1', '-x', '=', '@', '\r', 'cats', ''];
  for (const text of texts) assert.equal(unguardFormula(guardFormula(text)), text);
});
