import assert from 'node:assert/strict';
import test from 'node:test';
import { type LabelScore, rankScores } from '../../src/classify/classifier.ts';
import type { Prediction } from '../../src/classify/classify.ts';
import { ImageError } from '../../src/images/decode.ts';
import {
  csvCells,
  csvColumns,
  decisionLine,
  predictionToJson,
  scoreLines,
} from '../../src/report/predictions.ts';

const LABELS = ['broken', 'healthy', 'unsure'];
const scores: LabelScore[] = rankScores(LABELS, [0.25, 0.7, 0.05]);
const scored: Prediction = {
  file: 'legs/1.jpg',
  scores,
  decision: undefined,
  outOfDistribution: undefined,
};
const failed: Prediction = {
  file: 'legs/2.jpg',
  error: new ImageError('the file is empty (0 bytes)', { code: 'image_empty', hint: 'a hint' }),
};

test('when scores are ranked then the best comes first and equals keep their order', () => {
  assert.deepEqual(
    scores.map(({ label }) => label),
    ['healthy', 'broken', 'unsure'],
  );
  const equal = rankScores(['b', 'a', 'c'], Float32Array.of(0.25, 0.25, 0.5));
  assert.deepEqual(equal, [
    { label: 'c', score: 0.5 },
    { label: 'b', score: 0.25 },
    { label: 'a', score: 0.25 },
  ]);
});

test('when a score is printed then it reads as label_image.py printed it', () => {
  assert.deepEqual(scoreLines([{ label: 'brokenleg', score: 0.911436 }], 5), [
    'brokenleg (score = 0.91144)',
  ]);
  assert.deepEqual(scoreLines(scores, 2), [
    'healthy (score = 0.70000)',
    'broken (score = 0.25000)',
  ]);
  assert.deepEqual(scoreLines([{ label: 'x', score: 1e-9 }], 1), ['x (score = 0.00000)']);
  assert.equal(scoreLines(scores, 99).length, 3);
});

test('when a prediction becomes JSON then it has file, label, score and scores', () => {
  const json = predictionToJson(scored, 5);
  assert.deepEqual(json, { file: 'legs/1.jpg', label: 'healthy', score: 0.7, scores });
  assert.deepEqual(Object.keys(json), ['file', 'label', 'score', 'scores']);
});

test('when top_k is small then it cuts the list of scores only', () => {
  assert.deepEqual(predictionToJson(scored, 1), {
    file: 'legs/1.jpg',
    label: 'healthy',
    score: 0.7,
    scores: [{ label: 'healthy', score: 0.7 }],
  });
  assert.equal(csvCells(scored, LABELS).length, csvColumns(LABELS).length);
  assert.equal(scores.length, 3);
});

test('when an image failed then JSON has its error and no label', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(predictionToJson(failed, 5))), {
    file: 'legs/2.jpg',
    error: { code: 'image_empty', message: 'the file is empty (0 bytes)' },
  });
});

test('when predictions become CSV then every row has the cells of the header', () => {
  assert.deepEqual(csvColumns(LABELS), [
    'file',
    'label',
    'score',
    'score:broken',
    'score:healthy',
    'score:unsure',
    'decision',
    'out_of_distribution',
    'error',
  ]);
  // Scores stand in the order of the model's labels, not of the ranking.
  assert.deepEqual(csvCells(scored, LABELS), [
    'legs/1.jpg',
    'healthy',
    '0.70000000',
    '0.25000000',
    '0.70000000',
    '0.05000000',
    '',
    '',
    '',
  ]);
  assert.deepEqual(csvCells(failed, LABELS), [
    'legs/2.jpg',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    'the file is empty (0 bytes)',
  ]);
});

test('when the model has a threshold and knows its images then text, JSON and CSV say so', () => {
  const decision = { positive: 'broken', threshold: 0.2, score: 0.25, isPositive: true };
  const decided: Prediction = { ...scored, decision, outOfDistribution: true };
  assert.equal(decisionLine(decision), 'broken: yes (score 0.25000, threshold 0.2)');
  const { decision: saved, out_of_distribution: outOfDistribution } = predictionToJson(
    decided,
    1,
  ) as Record<string, unknown>;
  assert.deepEqual(saved, { positive: 'broken', threshold: 0.2, is_positive: true });
  assert.equal(outOfDistribution, true);
  assert.deepEqual(csvCells(decided, LABELS).slice(-3), ['broken', 'true', '']);
  const not = {
    ...decided,
    decision: { ...decision, isPositive: false },
    outOfDistribution: false,
  };
  assert.deepEqual(csvCells(not, LABELS).slice(-3), ['not broken', 'false', '']);
});

test('when labels are named like properties of objects then their scores are found', () => {
  const labels = ['__proto__', 'constructor'];
  const odd: Prediction = { ...scored, scores: rankScores(labels, [0.25, 0.75]) };
  assert.deepEqual(csvCells(odd, labels).slice(1, 5), [
    'constructor',
    '0.75000000',
    '0.25000000',
    '0.75000000',
  ]);
});
