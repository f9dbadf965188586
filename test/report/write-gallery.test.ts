import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { openClassifier } from '../../src/classify/classifier.ts';
import { explainImage } from '../../src/classify/explain.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import { thumbnails } from '../../src/images/draw-heat.ts';
import { openPainter, paintGallery } from '../../src/report/write-gallery.ts';
import { HEALTHDIAG, trainedModel } from '../helpers/run-cli.ts';

const labels = ['brokenleg', 'healthyleg'];
/** The second is no file. */
const NAMES = ['leg101.jpg', 'leg999.jpg', 'leg103.jpg', 'leg108.jpg', 'leg110.jpg'];
const picks = NAMES.map((name, at) => ({
  image: {
    path: `brokenleg/${name}`,
    file: path.join(HEALTHDIAG, 'brokenleg', name),
    label: 'brokenleg',
    split: 'testing' as const,
    sha256: name,
    unit: at,
    scores: [0.5, 0.5],
  },
  predicted: at % 2,
  score: 0.5,
  outOfFold: false,
}));
const gallery = { mistakes: picks.slice(0, 2), right: picks.slice(2) };

test('each image stands with its own heat map, in the order of the picks; one that has gone is bare', async () => {
  const model = await trainedModel();
  const { mistakes, right } = await paintGallery(
    await openPainter(model),
    gallery,
    labels,
    undefined,
  );
  const painted = [...mistakes, ...right];
  assert.deepEqual(
    painted.map((one) => path.basename(one.path)),
    NAMES,
  );
  assert.deepEqual([mistakes.length, mistakes[1].image, mistakes[1].heat], [2, null, null]);
  const decoder = await loadDecoder();
  const classifier = await openClassifier({ modelDir: model });
  for (const { image, heat, path: name, predicted } of painted.filter((one) => one.image)) {
    const bytes = readFileSync(path.join(HEALTHDIAG, name));
    const explained = await explainImage(bytes, classifier, decoder, predicted);
    const { preprocessing } = classifier.manifest;
    const expected = await thumbnails({ bytes, decoder, preprocessing }, explained.heat, 320);
    assert.deepEqual({ image, heat }, expected, name);
  }
  await classifier.dispose();
});

test('without a painter there are names and scores', async () => {
  const { mistakes } = await paintGallery(undefined, gallery, labels, undefined);
  assert.deepEqual(
    mistakes.map(({ image, heat, truth, predicted }) => [image, heat, truth, predicted]),
    [
      [null, null, 'brokenleg', 'brokenleg'],
      [null, null, 'brokenleg', 'healthyleg'],
    ],
  );
});

test('when it is stopped then it stops', async () => {
  const signal = AbortSignal.abort(new Error('stop'));
  const stopped = paintGallery(await openPainter(await trainedModel()), gallery, labels, signal);
  await assert.rejects(stopped, /stop/);
});
