import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'csv-parse/sync';
import { predictionsCsv } from '../../src/report/predictions-csv.ts';

const row = { path: 'a/1.jpg', label: 'a', split: 'testing', scores: [0.25, 0.75] };

test('a row per image: label, split, what was predicted, whether it is right, all scores', () => {
  const second = {
    path: 'b/2.jpg',
    label: 'b',
    split: 'validation',
    scores: Float32Array.of(0.5, 0.5),
  };
  assert.equal(
    predictionsCsv([row, second], ['a', 'b']),
    'path,label,split,predicted,right,"score:a","score:b"\n' +
      '"a/1.jpg","a","testing","b","false",0.25000000,0.75000000\n' +
      '"b/2.jpg","b","validation","a","false",0.50000000,0.50000000\n',
  );
});

test('when texts look like formulas or hold quotes and line feeds, a spreadsheet reads them as text', () => {
  const labels = ['=1+1', '@sum', '"q", \n', '__proto__'];
  const hostile = { ...row, path: '=cmd|x\n.jpg', label: '=1+1', scores: [0.7, 0.1, 0.1, 0.1] };
  const [header, line] = parse(predictionsCsv([hostile], labels)) as string[][];
  assert.deepEqual(
    header.slice(5),
    labels.map((label) => `score:${label}`),
  );
  assert.deepEqual(line.slice(0, 5), ["'=cmd|x\n.jpg", "'=1+1", 'testing', "'=1+1", 'true']);
});

test('labels that look like numbers keep their order', () => {
  const [header] = predictionsCsv([], ['10', '9', 'score']).split('\n');
  assert.equal(header, 'path,label,split,predicted,right,"score:10","score:9","score:score"');
});
