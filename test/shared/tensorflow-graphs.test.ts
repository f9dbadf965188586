// The graphs that retrain.py's users bring, as TensorFlow writes them, where they lie beside the checkout: the
// features are those that TensorFlow computed, on both engines, and each network serves a whole model.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import { openExtractorFiles } from '../../src/extractor/open.ts';
import { fromInputRange } from '../../src/images/preprocessing.ts';
import { describedAs } from '../helpers/frozen-networks.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { LEG005, ROOT } from '../helpers/run-cli.ts';
import { copyLegs, succeed } from '../helpers/runs.ts';

interface Listed {
  readonly name: string;
  readonly file: string;
  readonly embedding_node: string;
  readonly image_size: number;
  readonly feature_size: number;
  readonly embedding_first_16: readonly (readonly number[])[];
  readonly embedding_l2: readonly number[];
}

const GRAPHS = path.join(ROOT, '..', 'shared', 'graphs');
const LIST = path.join(GRAPHS, 'tensorflow.json');
const skip = existsSync(LIST) ? false : `${path.join('..', 'shared', 'graphs')} is absent`;
const listed: readonly Listed[] = skip ? [] : JSON.parse(readFileSync(LIST, 'utf8'));
/** Of the norm; two paths of TensorFlow itself differ by half as much on Inception. */
const toleranceOf = ({ name }: Listed) => (name === 'tf-inception-v3' ? 2e-3 : 1e-4);

test('the graphs are there', { skip }, () => assert.equal(listed.length, 5));

for (const one of listed) {
  const archive = path.join(GRAPHS, one.file);
  const { image_size: size, feature_size: features } = one;

  test(`${one.name} gives the features of TensorFlow on both engines`, async () => {
    const scaling = fromInputRange(-1, 1);
    const files = await loadExtractorFiles(archive, scaling);
    const { embeddingNode, featureSize, imageSize } = files.spec;
    assert.deepEqual([embeddingNode, featureSize, imageSize], [one.embedding_node, features, size]);
    const images = Uint8Array.from({ length: 2 * size * size * 3 }, (_, i) => (i * 7919) % 251);
    for (const engine of ['onnx', 'tfjs'] as const) {
      const extractor = await openExtractorFiles(files, { engine, input: { size, ...scaling } });
      const found = await extractor.embed(images, 2);
      await extractor.dispose();
      for (const [i, expected] of one.embedding_first_16.entries()) {
        const row = found.subarray(i * features, (i + 1) * features);
        const norm = Math.hypot(...row);
        const most = toleranceOf(one) * one.embedding_l2[i];
        const difference = Math.hypot(...expected.map((value, k) => value - row[k]));
        assert.ok(difference <= most, `${engine}, image ${i}: ${difference}`);
        const off = Math.abs(norm - one.embedding_l2[i]);
        assert.ok(off <= most, `${engine}, image ${i}: a norm of ${norm}`);
      }
    }
  });

  test(`${one.name} trains, checks, evaluates, classifies and explains`, async (t) => {
    const folder = makeFolder(t);
    const at = (name: string) => path.join(folder, name);
    copyLegs(at('photos'), { brokenleg: 5, healthyleg: 5 });
    writeFileSync(at(one.file), readFileSync(archive));
    writeFileSync(at('extractor.json'), describedAs(one.embedding_node, features, size));
    const network = ['--extractor', at(one.file), '--bottleneck_dir', at('cache')];
    const data = ['--image_dir', at('photos')];
    const model = ['--model_dir', at('m')];
    const splits = ['--testing_percentage', '0', '--validation_percentage', '0'];
    await succeed(['retrain', ...data, ...network, ...model, ...splits, '--no_report']);
    await succeed(['check', ...data, ...network]);
    writeFileSync(at(one.file), '');
    await succeed(['evaluate', ...data, ...model, '--no_report']);
    const out = at('leg.png');
    const { stdout } = await succeed(['classify', ...model, LEG005, '--explain', out]);
    assert.match(stdout, /brokenleg|healthyleg/);
    assert.ok(statSync(out).size > 1000, 'a heat map');
  });
}
