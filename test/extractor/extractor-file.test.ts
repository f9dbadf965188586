// extractor.json is checked field by field, each fault named with the file.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UnfitError } from '../../src/base/errors.ts';
import { readExtractorSpec } from '../../src/extractor/extractor-file.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;

const GOOD = {
  schema_version: 1,
  id: 'mobilenet_v2_100_224',
  image_size: 224,
  input_range: [0, 1],
  embedding_node: 'module_apply_default/MobilenetV2/Logits/AvgPool',
  feature_size: 1280,
  licence: 'Apache-2.0',
  source: 'https://tfhub.dev/google/imagenet/mobilenet_v2_100_224/classification/2',
};

describe('extractor.json', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'imgdiag-'));
  });
  after(() => rm(folder, { recursive: true }));

  const write = (text: string) => writeFile(path.join(folder, 'extractor.json'), text);

  test('gives the facts about the network', async () => {
    await write(JSON.stringify(GOOD));
    assert.deepEqual(await readExtractorSpec(folder), {
      id: GOOD.id,
      imageSize: 224,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      embeddingNode: GOOD.embedding_node,
      featureSize: 1280,
      licence: GOOD.licence,
      source: GOOD.source,
    });
  });

  const NEXT = {
    schema_version: 2,
    id: 'vit_tiny',
    image_size: 224,
    mean: [0.485, 0.456, 0.406],
    std: 0.5,
    embedding: 'pool',
    feature_size: 192,
    licence: 'Apache-2.0',
    source: 'timm',
  };

  test('of the second schema also says how images become squares', async () => {
    await write(JSON.stringify(NEXT));
    const spec = {
      id: 'vit_tiny',
      imageSize: 224,
      mean: NEXT.mean,
      std: [0.5, 0.5, 0.5],
      fitting: {},
      embeddingNode: 'pool',
      featureSize: 192,
      licence: 'Apache-2.0',
      source: 'timm',
    };
    assert.deepEqual(await readExtractorSpec(folder), spec);
    const fitting = { fit: 'crop', crop_share: 0.9, kernel: 'cubic' };
    await write(JSON.stringify({ ...NEXT, ...fitting }));
    assert.deepEqual(await readExtractorSpec(folder), { ...spec, fitting });
  });

  for (const [field, value] of [
    ['mean', [0.5, 0.5]],
    ['std', 0],
    ['fit', 'fill'],
    ['crop_share', 1.5],
    ['kernel', 'nearest'],
    ['embedding', ''],
    ['input_range', [0, 1]],
  ] as const) {
    test(`a fault in ${field} of the second schema is named`, async () => {
      await write(JSON.stringify({ ...NEXT, [field]: value }));
      await assert.rejects(readExtractorSpec(folder), (error) => {
        assert.match(String(error), new RegExp(`: ${field}: .*expected`, 'i'));
        return true;
      });
    });
  }

  const faults: Record<string, Record<string, unknown>> = {
    schema_version: { schema_version: 3 },
    id: { id: '../elsewhere' },
    image_size: { image_size: 0 },
    input_range: { input_range: [1, 0] },
    'input_range.1': { input_range: [0, '1'] },
    embedding_node: { embedding_node: '' },
    feature_size: { feature_size: 12.5 },
    licence: { licence: undefined },
    imageSize: { imageSize: 224 },
  };
  for (const [field, fault] of Object.entries(faults)) {
    test(`a fault in ${field} is named`, async () => {
      await write(JSON.stringify({ ...GOOD, ...fault }));
      await assert.rejects(readExtractorSpec(folder), (error) => {
        assert.ok(error instanceof UnfitError);
        assert.ok(error.message.startsWith(`expected valid fields in ${folder}`), error.message);
        assert.ok(error.message.includes(`: ${field}: `), error.message);
        assert.match(error.hint ?? '', /schema_version, id, image_size/);
        return true;
      });
    });
  }

  test('an image larger than any network takes is refused', async () => {
    await write(JSON.stringify({ ...GOOD, image_size: 4097 }));
    await assert.rejects(readExtractorSpec(folder), /: image_size: .*4096/);
  });

  test('text that is not JSON is refused', async () => {
    await write('{');
    await assert.rejects(
      readExtractorSpec(folder),
      (error) => error instanceof UnfitError && /expected a JSON file/.test(error.message),
    );
  });

  test('a pipe, and a link out of the folder, are refused', { skip: POSIX }, async () => {
    const file = path.join(folder, 'extractor.json');
    rmSync(file, { force: true });
    execFileSync('mkfifo', [file]);
    await assert.rejects(
      readExtractorSpec(folder),
      /extractor\.json, but it is a pipe or a device/,
    );
    rmSync(file);
    symlinkSync('/etc/passwd', file);
    await assert.rejects(readExtractorSpec(folder), (error) => {
      assert.match(
        String(error),
        /extractor\.json, but it is a link that leads out of the folder$/,
      );
      return true;
    });
    rmSync(file);
  });
});
