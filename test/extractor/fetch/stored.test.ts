// Networks that were fetched are used by name from then on.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadExtractorFiles, loadNamedBy } from '../../../src/extractor/catalog.ts';
import { kerasGraph } from '../../helpers/frozen-networks.ts';
import { tgzOf } from '../../helpers/graph-def.ts';
import { makeFolder } from '../../helpers/make-folder.ts';

const ARCHIVE = tgzOf([{ name: 'net_frozen.pb', bytes: kerasGraph() }]);
const STATED = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], imageSize: 96 } as const;

/** The data folder of a user who has fetched `mobilenet_v1_025_128`, which is the network of the tests. */
function useStore(t: TestContext): string {
  const checksum = createHash('sha256').update(ARCHIVE).digest('hex');
  const place = { path: 'net.tgz', source: 'http://host.example/net.tgz', size: ARCHIVE.length };
  const list = {
    schema_version: 1,
    id: 'mobilenet_v1_025_128',
    revision: null,
    licence: 'Apache-2.0',
    files: [{ ...place, algorithm: 'sha256', checksum }],
  };
  const folder = 'imgdiag/extractors/mobilenet_v1_025_128';
  const home = makeFolder(t, {
    [`${folder}/fetched.json`]: JSON.stringify(list),
    [`${folder}/net.tgz`]: ARCHIVE,
  });
  const before = process.env.XDG_DATA_HOME;
  t.after(() => {
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
  });
  process.env.XDG_DATA_HOME = home;
  return path.join(home, folder);
}

test('when a network was fetched then its names find it, those of saved models too', async (t) => {
  useStore(t);
  const { spec, weightsSha256 } = await loadExtractorFiles('mobilenet_0.25_128', STATED);
  assert.equal(spec.id, 'mobilenet_v1_025_128');
  assert.equal(spec.licence, 'Apache-2.0');
  const again = await loadNamedBy(spec.id, STATED);
  assert.equal(again.weightsSha256, weightsSha256);
});

test('when a fetched file has changed then it is not read', async (t) => {
  const folder = useStore(t);
  await writeFile(path.join(folder, 'net.tgz'), ARCHIVE.fill(7, 100, 110));
  await assert.rejects(loadExtractorFiles('mobilenet_0.25_128', STATED), {
    code: 'checksum_wrong',
    hint: 'get it again: imgdiag extractor fetch mobilenet_v1_025_128',
  });
});

test('when a saved model names a path then it is not looked for', async () => {
  await assert.rejects(loadNamedBy('./fixtures', STATED), { name: 'UnfitError' });
});
