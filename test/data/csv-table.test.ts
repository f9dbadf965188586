import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { readCsvTable } from '../../src/data/csv-table.ts';
import { assertRejects } from '../helpers/rejects.ts';

const COLUMNS = ['path', 'label', 'split'];
const read = (text: string) => readCsvTable(text, 'm.csv', COLUMNS);

test('when a table has quotes, commas and line breaks in cells then they are data', () => {
  const { rows, ignored, trimmed } = read('path,label\n"a,b ""c"".jpg","x\ny"\n"= 1 "," z"\n');
  assert.deepEqual(rows, [
    { row: 2, cells: { path: 'a,b "c".jpg', label: 'x\ny' } },
    { row: 3, cells: { path: '= 1 ', label: ' z' } },
  ]);
  assert.deepEqual([ignored, trimmed], [[], []]);
});

test('when white space stands around cells then it is left out, and counted unless all is blank', () => {
  const table = [
    'path, label ,reader',
    'a, x,r',
    'b\t,y, r ',
    ' "c, ""d""" ,"z "',
    '"e", \t,',
    'f,"; ",',
    ' " g",h,',
  ];
  const { rows, trimmed } = read(table.map((row, i) => (i === 3 ? `${row},` : row)).join('\r\n'));
  assert.deepEqual(
    rows.map(({ cells }) => [cells.path, cells.label]),
    [
      ['a', 'x'],
      ['b', 'y'],
      ['c, "d"', 'z '],
      ['e', ''],
      ['f', '; '],
      [' g', 'h'],
    ],
  );
  assert.deepEqual(trimmed, [2, 3, 4, 7]);
  assert.deepEqual(read('path,label\n\u00e9,\u00a0x\n\u00a0y\u00a0,z\né,""""\n').trimmed, [2, 3]);
});

test('when cells are separated by semicolons or tabs then the table is the same', () => {
  const expected = read('path,label\n"a,b;c\td",x\ne,\n');
  for (const separator of [';', '\t']) {
    const rows = [
      ['path', 'label'],
      ['"a,b;c\td"', 'x'],
      ['e', ''],
    ].map((cells) => cells.join(separator));
    for (const [start, end] of [
      ['', '\n'],
      ['\uFEFF', '\r\n'],
      [`sep=${separator}\n`, '\n'],
      [`\uFEFFsep=${separator}\r\n`, '\r\n'],
    ]) {
      assert.deepEqual(read(start + rows.join(end)), expected, JSON.stringify(start));
    }
  }
  // The header decides.
  assert.deepEqual(read('path;label;x,y\na;b,c;d\n').rows[0].cells, {
    path: 'a',
    label: 'b,c',
    'x,y': 'd',
  });
});

test('when lines end in any way and a byte order mark comes first then rows are the same', () => {
  const expected = read('path,label\na,b\nc,d\n');
  for (const text of [
    '\uFEFFpath,label\r\na,b\r\nc,d\r\n',
    'path,label\ra,b\rc,d',
    'path,label\r\na,b\nc,d',
    '\uFEFF"path","label"\na,b\nc,d',
  ]) {
    assert.deepEqual(read(text), expected);
  }
});

test('when rows are blank then they are ignored but counted', () => {
  const { rows } = read('path,label\n\na,b\n,\n  ,\n"c\n",d\ne,f\n\n');
  assert.deepEqual(
    rows.map(({ row, cells }) => `${row} ${cells.label}`),
    ['3 b', '6 d', '7 f'],
  );
});

test('when columns stand in another order, case or company then they are found by name', () => {
  const { rows, ignored } = read('Reader, LABEL ,,Path\nx,b,y,a\n');
  assert.deepEqual(rows, [{ row: 2, cells: { reader: 'x', label: 'b', '': 'y', path: 'a' } }]);
  assert.deepEqual(ignored, ['Reader', '']);
});

test('when required columns are missing then what stands in row 1 is shown', async () => {
  const expected = (found: string) =>
    `expected the columns path and label in row 1 of m.csv, found ${found}`;
  const hint =
    /^the first row names the columns, separated by commas, semicolons or tabs: path,label/;
  await assertRejects(() => read('path|label\na|b'), EXIT.input, expected('path|label'), hint);
  await assertRejects(() => read('a.jpg,cats'), EXIT.input, expected('a.jpg, cats'), hint);
  await assertRejects(() => read('\npath,label'), EXIT.input, expected(''), hint);
  await assertRejects(() => read('x'.repeat(999)), EXIT.input, expected('x'.repeat(100)), hint);
  await assertRejects(() => read(''), EXIT.input, /in m\.csv, found nothing$/, hint);
  await assertRejects(
    () => read('path,label,Path\n'),
    EXIT.input,
    'expected one column path in m.csv, found several',
    /rename/,
  );
});

test('when a row has another number of cells then the row is named', async () => {
  for (const [text, found] of [
    ['a,b,c', 3],
    ['a', 1],
  ]) {
    await assertRejects(
      () => read(`path,label\nx,y\n\n${text}\n`),
      EXIT.input,
      `expected 2 cells in row 4 of m.csv, found ${found}`,
      /contains a comma in double quotes/,
    );
  }
  const semicolons = () => read('path;label\nx;y;z\n');
  await assertRejects(semicolons, EXIT.input, /found 3$/, /contains a semicolon in double quotes/);
});

test('when quotes are misplaced then the row is named', async () => {
  for (const row of ['"a,b', 'a"b,c', '"a"b,c', 'a,b "c"']) {
    await assertRejects(
      () => read(`path,label\nx,y\n${row}\n`),
      EXIT.input,
      'expected a CSV table in m.csv, found a misplaced double quote in row 3',
      /doubled/,
    );
  }
});
