// A network whose nodes are called as ours are, from the command line.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { LEG005 } from '../helpers/run-cli.ts';
import { copyLegs, LEG009, scoresOf, succeed } from '../helpers/runs.ts';
import { renameNodes, syntheticExtractor, writeExtractor } from '../helpers/synthetic-extractor.ts';

const OURS = { conv: 'embedding', relu: 'probabilities', depthwise: 'feature_map', flat: 'image' };

for (const engine of ['onnx', 'tfjs']) {
  test(`when nodes are called as ours then training with ${engine} gives a model for both engines`, async (t) => {
    const folder = makeFolder(t);
    const [photos, model] = [path.join(folder, 'photos'), path.join(folder, 'm')];
    copyLegs(photos, { brokenleg: 10, healthyleg: 10 });
    const scores = [];
    for (const [own, names] of [
      [path.join(folder, 'plain'), {}],
      [path.join(folder, 'ours'), OURS],
    ] as const) {
      writeExtractor(own, renameNodes(syntheticExtractor(), names));
      const data = ['--image_dir', photos, '--testing_percentage', '0', '--no_report'];
      const network = ['--extractor', own, '--engine', engine, '--model_dir', model];
      await succeed(['retrain', ...data, ...network]);
      for (const words of [[], ['--engine', 'tfjs', '--extractor', own]]) {
        scores.push(await scoresOf(model, [LEG005, LEG009], words));
      }
    }
    for (const found of scores) {
      for (const [i, { brokenleg }] of found.entries()) {
        const difference = Math.abs(brokenleg - scores[0][i].brokenleg);
        assert.ok(difference < 1e-4, `the scores of leg ${i} differ by ${difference}`);
      }
    }
  });
}
