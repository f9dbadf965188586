// Names find extractors, damaged weights are noticed, unknown names are explained.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { UnfitError, UsageError } from '../../src/base/errors.ts';
import {
  CATALOG,
  DEFAULT_EXTRACTOR,
  loadExtractorFiles,
  requireSums,
} from '../../src/extractor/catalog.ts';
import { syntheticExtractor, writeExtractor } from '../helpers/synthetic-extractor.ts';

describe('names', () => {
  test('the default and its other spellings give the same files', async () => {
    const [entry] = CATALOG;
    const files = await loadExtractorFiles(DEFAULT_EXTRACTOR);
    assert.equal(files.spec, entry.spec);
    assert.match(files.weightsSha256, /^[0-9a-f]{64}$/);
    const aliases = {
      efficientnet_lite0: DEFAULT_EXTRACTOR,
      'mobilenet_0.25_224': 'mobilenet_v1_025_224',
      'mobilenet_v1_0.25_224': 'mobilenet_v1_025_224',
    };
    for (const [alias, id] of Object.entries(aliases)) {
      const same = await loadExtractorFiles(alias);
      assert.equal(same.spec.id, id);
      assert.equal(same.weightsSha256, (await loadExtractorFiles(id)).weightsSha256);
    }
  });

  for (const [name, wanted] of [
    ['inception_v3', 'inception_v3_299'],
    ['mobilenet_1.0_224', 'mobilenet_v1_100_224'],
    ['mobilenet_v2_100_224', 'mobilenet_v2_100_224'],
    ['hf:some-org/some-net', 'hf:some-org/some-net'],
  ]) {
    test(`${name} can be fetched, and has not been`, async () => {
      await assert.rejects(loadExtractorFiles(name), {
        name: 'UnfitError',
        code: 'weights_missing',
        message: `expected the network ${wanted}, which has not been fetched yet`,
        hint: `to fetch it: imgdiag extractor fetch ${wanted} (or add --allow_fetch)`,
      });
    });
  }

  test('a known name whose weights are published nowhere asks for a file', async () => {
    await assert.rejects(loadExtractorFiles('mobilenet_v1_050_224'), {
      name: 'UnfitError',
      code: 'weights_missing',
      message: /found mobilenet_v1_050_224$/,
      hint: /--extractor PATH/,
    });
  });

  test('a misspelt name gets a suggestion, a wild one the default', async () => {
    const hints = {
      mobilnet_v1_025_224: 'did you mean mobilenet_v1_025_224?',
      vgg: 'use efficientnet_lite0_224',
    };
    for (const [name, hint] of Object.entries(hints)) {
      await assert.rejects(loadExtractorFiles(name), (error) => {
        assert.ok(error instanceof UsageError);
        assert.ok(error.message.endsWith(`found ${name}`));
        assert.equal(error.hint, hint);
        return true;
      });
    }
  });
});

test('files that are not the ones catalogued are refused', async () => {
  const { network } = await loadExtractorFiles(DEFAULT_EXTRACTOR);
  assert.ok(network.format === 'tfjs', network.format);
  const changed = Uint8Array.from(network.shards[0]);
  changed[1000] ^= 1;
  const damaged = { topology: network.topology, shards: [changed] };
  await assert.rejects(requireSums('models/x', damaged, CATALOG[0].sha256), (error) => {
    assert.ok(error instanceof UnfitError);
    assert.equal(error.code, 'weights_damaged');
    assert.match(error.message, /^expected file 2 of models\/x to have sha256 86d6046b/);
    return true;
  });
});

describe("a user's own folder", () => {
  test('is read with its extractor.json', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'imgdiag-'));
    try {
      const own = path.join(folder, 'own');
      const synthetic = syntheticExtractor();
      writeExtractor(own, synthetic);
      const files = await loadExtractorFiles(own);
      assert.deepEqual(files, synthetic);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('that is not there is named', async () => {
    await assert.rejects(
      loadExtractorFiles('./nowhere'),
      (error) =>
        error instanceof UnfitError &&
        /expected a network in \.\/nowhere, found nothing there/.test(error.message),
    );
  });
});
