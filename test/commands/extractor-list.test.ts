// imgdiag extractor list and extractor info: what is said of networks before they are used.

import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { CATALOG } from '../../src/extractor/catalog.ts';
import type { NetworkDescription } from '../../src/extractor/describe.ts';
import type { NamedNetwork } from '../../src/extractor/list.ts';
import { describedAs, inception2015, kerasGraph } from '../helpers/frozen-networks.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, ROOT } from '../helpers/run-cli.ts';
import { assertRefused, succeed } from '../helpers/runs.ts';
import { FEATURES, syntheticExtractor, writeExtractor } from '../helpers/synthetic-extractor.ts';

test('when networks are listed then each has a row, and those that are not here say so', async (t) => {
  const env = { XDG_DATA_HOME: makeFolder(t) };
  const { stdout } = await succeed(['extractor', 'list'], { env });
  const [head, ...rows] = stdout.trimEnd().split('\n');
  assert.match(
    head,
    /^name +pixels +features +multiply-adds +top-1 +size +licence +where +good for$/,
  );
  assert.match(
    stdout,
    /^efficientnet_lite0_224 +224 +1280 +407 M +75\.1 % +6\.8 MB +Apache-2\.0 +embedded +\w/m,
  );
  assert.match(stdout, /^inception_v3_299 +299 +2048 +5713 M +78\.0 % +88\.7 MB .* not here /m);
  const json = await succeed(['extractor', 'list', '--json'], { env });
  const networks = JSON.parse(json.stdout) as NamedNetwork[];
  assert.deepEqual(
    networks.map(({ name }) => name),
    rows.map((row) => row.split(' ')[0]),
  );
  const embedded = networks.filter(({ where }) => where === 'embedded');
  assert.deepEqual(
    embedded.map(({ name }) => name),
    CATALOG.map(({ spec }) => spec.id),
  );
});

test('when an embedded network is described then its files bear out what the list says', async () => {
  for (const { spec, multiplyAdds, size, sha256 } of CATALOG) {
    const { stdout } = await succeed(['extractor', 'info', spec.id, '--json']);
    const said = JSON.parse(stdout) as NetworkDescription;
    assert.deepEqual([said.id, said.features], [spec.id, spec.featureSize]);
    assert.equal(said.feature_map?.[0], spec.featureSize);
    // As published: with the classifier, and with activations and additions.
    const ratio = said.multiply_adds / multiplyAdds;
    assert.ok(ratio > 0.93 && ratio < 1.01, `${spec.id}: ${said.multiply_adds} M`);
    const folder = path.join(ROOT, 'models', spec.id);
    const files = ['model.json', 'group1-shard1of1.bin'].map((name) => path.join(folder, name));
    assert.equal(sha256.length, files.length);
    assert.equal(
      files.reduce((sum, file) => sum + statSync(file).size, 0),
      size,
    );
  }
});

test('when a frozen graph is described then its whole network, the choice and other choices are said', async (t) => {
  const described = describedAs('pool/Mean', 6);
  const folder = makeFolder(t, { 'net.pb': kerasGraph(), 'extractor.json': described });
  const info = ['extractor', 'info', path.join(folder, 'net.pb')];
  const { stdout } = await succeed(info);
  assert.match(stdout, /^network {8}mine, frozen TensorFlow graph$/m);
  assert.match(stdout, /^inputs {9}x\noutputs {8}logits$/m);
  assert.match(stdout, /^embedding {6}pool\/Mean: 6 features, mean over places of 6x24x24$/m);
  assert.match(stdout, /^chosen {9}named by extractor\.json or the catalogue$/m);
  assert.match(stdout, /^or {13}--embedding dense\/Relu$/m);
  const named = await succeed([...info, '--embedding', 'dense/Relu', '--json']);
  const { embedding, embedding_chosen, other_embeddings, feature_map } = JSON.parse(named.stdout);
  assert.deepEqual(
    [embedding, embedding_chosen, other_embeddings, feature_map],
    ['dense/Relu', 'named by --embedding', [], null],
  );
  rmSync(path.join(folder, 'extractor.json'));
  const unsaid = await succeed([...info, '--image_size', '96']);
  assert.match(
    unsaid.stdout,
    /^preprocessing {2}96 pixels, .* as whoever trained it says: --mean/m,
  );
  writeFileSync(path.join(folder, 'net.pb'), inception2015());
  const raw = await succeed(info);
  assert.match(raw.stdout, /^chosen {9}the last mean over places on the way to the output$/m);
  assert.match(raw.stdout, /^outputs {8}softmax$/m);
});

test("when a network of the user's own is described then its nodes are named", async (t) => {
  const folder = makeFolder(t);
  writeExtractor(folder, syntheticExtractor());
  const { stdout } = await succeed(['extractor', 'info', folder, '--image_size', '128']);
  assert.match(stdout, /^network {8}synthetic, TensorFlow\.js graph model$/m);
  assert.match(stdout, /^inputs {9}x$/m);
  assert.match(stdout, /^outputs {8}logits$/m);
  const embedding = new RegExp(
    `^embedding {6}flat: ${FEATURES} features, mean .* ${FEATURES}x32x32$`,
    'm',
  );
  assert.match(stdout, embedding);
  assert.match(stdout, /^preprocessing {2}128 pixels, .*mean 0\.5,0\.5,0\.5, std 0\.5,0\.5,0\.5$/m);
  assertRefused(await imgdiag(['extractor', 'info', 'nonsense']), 2, /found nonsense/);
});
