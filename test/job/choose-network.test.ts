// --extractor auto with small networks of a test's own: one that sees colours, and one that sees nothing.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Message } from '../../src/base/messages.ts';
import { planSplit } from '../../src/data/plan-split.ts';
import type { AutoCandidate } from '../../src/extractor/auto.ts';
import { autoCandidates } from '../../src/extractor/auto.ts';
import { chooseNetwork } from '../../src/job/choose-network.ts';
import { extractImages } from '../../src/job/image-rows.ts';
import { trainSettings } from '../../src/job/settings.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import { createPool } from '../../src/training/pool.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeSolid } from '../helpers/make-images.ts';
import { syntheticExtractor, writeExtractor } from '../helpers/synthetic-extractor.ts';

const OF_EACH = 12;

/** @param mixed how many of each label have the colour of the other */
async function drawColours(mixed: number): Promise<Record<string, Buffer>> {
  const rows = Array.from({ length: OF_EACH }, (_, at) => at).flatMap((at) => {
    const [red, blue] = at < mixed ? ['blue', 'red'] : ['red', 'blue'];
    return [
      [`photos/${red}/${at}.png`, makeSolid([255 - at, 3 * at, at])] as const,
      [`photos/${blue}/${at}.png`, makeSolid([at, 2 * at, 255 - 5 * at])] as const,
    ];
  });
  const drawn = rows.map(async ([name, image]) => [name, await image.png().toBuffer()] as const);
  return Object.fromEntries(await Promise.all(drawn));
}

/** Candidates by name: `seeing`, its equal `twin`, and `blind`, whose features are all the same. */
async function prepare(t: TestContext, { folds = 0, mixed = 0 } = {}) {
  const folder = makeFolder(t, await drawColours(mixed));
  const seeing = syntheticExtractor();
  const [weights] = seeing.network.shards;
  // All but the last two numbers, the axes of the mean.
  const blank = weights.map((byte, at) => (at < weights.length - 8 ? 0 : byte));
  const blind = { ...seeing.network, shards: [blank] };
  const networks = { seeing: seeing.network, twin: seeing.network, blind };
  for (const [id, network] of Object.entries(networks)) {
    const spec = { ...seeing.spec, id };
    writeExtractor(path.join(folder, id), { ...seeing, network, spec });
  }
  const options = {
    ...RETRAIN_DEFAULTS,
    folds,
    extractor: 'auto',
    image_dir: path.join(folder, 'photos'),
    bottleneck_dir: path.join(folder, 'cache'),
  };
  const planned = await planSplit(options, {});
  const candidate = (id: string, multiplyAdds: number): AutoCandidate => ({
    extractor: path.join(folder, id),
    image_size: 96,
    multiplyAdds,
  });
  const messages: Message[] = [];
  const onMessage = (...message: Message) => void messages.push(message);
  const choose = async (candidates: readonly AutoCandidate[]) => {
    const settings = trainSettings(options, planned.dataset.labels);
    const network = await chooseNetwork(candidates, options, settings, planned, { onMessage });
    t.after(network.extraction.close);
    return network;
  };
  return { planned, candidate, choose, messages };
}

test('when the cheap network sees nothing then the other one is kept, with a table and its features', async (t) => {
  const { planned, candidate, choose, messages } = await prepare(t);
  const seeing = candidate('seeing', 2e6);
  const { extraction, options, choice } = await choose([candidate('blind', 1e6), seeing]);
  assert.ok(choice, 'a choice');
  assert.deepEqual([options.extractor, options.image_size], [seeing.extractor, 96]);
  assert.equal(extraction.source.extractor.spec.id, 'seeing');
  const { record } = choice;
  assert.deepEqual(
    record.networks.map(({ id, image_size, multiply_adds, kept, kept_in_folds }) => [
      id,
      image_size,
      multiply_adds,
      kept,
      kept_in_folds,
    ]),
    [
      ['blind', 96, 1e6, false, null],
      ['seeing', 96, 2e6, true, null],
    ],
  );
  const [blind, best] = record.networks;
  assert.ok(Math.abs(blind.log_loss - Math.log(2)) < 0.1, `${blind.log_loss} by chance`);
  assert.ok(Math.abs(blind.difference - (blind.log_loss - best.log_loss)) < 1e-12, 'a difference');
  const trained = planned.split.splitOf.filter((split) => split !== 'testing').length;
  assert.equal(record.images, trained);

  const { images } = await extractImages(extraction, planned);
  assert.ok(new Set(images.features.data).size > OF_EACH, 'features of the network that sees');
  const texts = messages.map(([, text]) => text);
  assert.equal(texts.filter((text) => text === '24 images: 0 cached, 24 computed').length, 1);
  assert.match(
    texts.at(-1) ?? '',
    /^kept seeing at 96 pixels: it has the lowest log loss, and none/,
  );
});

test('when networks are equally good then the cheaper one is kept, on any machine', async (t) => {
  const { candidate, choose } = await prepare(t);
  const { extraction } = await choose([candidate('seeing', 2e6), candidate('twin', 1e6)]);
  assert.equal(extraction.source.extractor.spec.id, 'twin');
});

test('when the choice differs between folds then each has the rows of its own network', async (t) => {
  // A quarter have the colour of the other label: of so few images, some folds show too little.
  const { planned, candidate, choose } = await prepare(t, { folds: 3, mixed: 3 });
  const network = await choose([candidate('blind', 1e6), candidate('seeing', 2e6)]);
  assert.ok(network.choice, 'a choice');
  const [blind, seeing] = network.choice.record.networks;
  assert.equal(seeing.kept, true);
  assert.ok(blind.kept_in_folds === 1 || blind.kept_in_folds === 2, `${blind.kept_in_folds} folds`);
  assert.equal(seeing.kept_in_folds, 3 - blind.kept_in_folds);
  const { images } = await extractImages(network.extraction, planned);
  const pool = createPool(images);
  const pools = await network.choice.foldPools(pool, undefined);
  assert.equal(pools.filter((one) => one === pool).length, seeing.kept_in_folds);
  for (const { features, targets } of pools.filter((one) => one !== pool)) {
    assert.deepEqual(targets, pool.targets);
    assert.ok(new Set(features.data).size <= features.columns, 'the same features for all images');
  }
});

test('when a size is given then every network is compared at that size only', () => {
  const own = autoCandidates(undefined);
  const names = own.map((one) => one.extractor);
  assert.equal(names.filter((name) => name === 'efficientnet_lite0_224').length, 2);
  const [small, large] = own.filter((one) => one.extractor === 'efficientnet_lite0_224');
  assert.deepEqual([small.image_size, large.image_size], [224, 320]);
  assert.ok(Math.abs(large.multiplyAdds / small.multiplyAdds - (320 / 224) ** 2) < 1e-6, 'pixels');
  const sized = autoCandidates(192);
  assert.deepEqual(
    sized.map(({ extractor, image_size }) => [extractor, image_size]),
    [...new Set(names)].map((name) => [name, 192]),
  );
});
