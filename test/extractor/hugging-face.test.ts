// Recipes of Hugging Face and timm: how large, how cropped, and by which mean and std.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHubRecipe } from '../../src/extractor/hugging-face.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const normal = { image_mean: MEAN, image_std: STD };
const half = [0.5, 0.5, 0.5];

/** Files as they are published, and what they mean. */
const RECIPES = {
  'BiT, as DINOv2 has it': [
    {
      ...{ do_resize: true, size: { shortest_edge: 256 }, resample: 3, do_center_crop: true },
      ...{ crop_size: { height: 224, width: 224 }, do_rescale: true },
      ...{ rescale_factor: 0.00392156862745098, do_normalize: true, ...normal },
    },
    {
      imageSize: 224,
      fitting: { fit: 'crop', crop_share: 0.875, kernel: 'cubic' },
      mean: MEAN,
      std: STD,
    },
  ],
  'CLIP, with sides as numbers': [
    { size: 224, crop_size: 224, do_center_crop: true, resample: 3, ...normal },
    {
      imageSize: 224,
      fitting: { fit: 'crop', crop_share: 1, kernel: 'cubic' },
      mean: MEAN,
      std: STD,
    },
  ],
  'ViT, stretched': [
    { size: { height: 224, width: 224 }, resample: 2, image_mean: half, image_std: half },
    { imageSize: 224, fitting: { fit: 'stretch', kernel: 'linear' }, mean: half, std: half },
  ],
  'ConvNeXt, with a share': [
    { size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 1, ...normal },
    {
      imageSize: 224,
      fitting: { fit: 'crop', crop_share: 0.875, kernel: 'lanczos3' },
      mean: MEAN,
      std: STD,
    },
  ],
  'ConvNeXt, large': [
    { size: { shortest_edge: 384 }, crop_pct: 1, resample: 0, ...normal },
    { imageSize: 384, fitting: { fit: 'stretch' }, mean: MEAN, std: STD },
  ],
  'the shorter side, and no crop': [
    { size: { shortest_edge: 320 }, do_center_crop: false, ...normal },
    { imageSize: 320, fitting: { fit: 'crop', crop_share: 1 }, mean: MEAN, std: STD },
  ],
  'pixel values as they are': [
    { size: 32, do_rescale: false, do_normalize: false },
    { imageSize: 32, fitting: { fit: 'stretch' }, mean: [0, 0, 0], std: Array(3).fill(1 / 255) },
  ],
  'one number for all channels, of values to 2': [
    { size: 32, rescale_factor: 2 / 255, image_mean: 1, image_std: 0.5 },
    { imageSize: 32, fitting: { fit: 'stretch' }, mean: half, std: Array(3).fill(0.25) },
  ],
  'no mean and std, which each class has of its own': [
    { do_resize: false, size: 32, do_normalize: true },
    {},
  ],
} as const;

for (const [name, [fields, expected]] of Object.entries(RECIPES)) {
  test(`preprocessor_config.json: ${name}`, async (t) => {
    const folder = makeFolder(t, { 'preprocessor_config.json': JSON.stringify(fields) });
    assert.deepEqual(await readHubRecipe(folder), expected);
  });
}

test("timm's config.json is read, and that of other models is not", async (t) => {
  const config = {
    ...{
      input_size: [3, 288, 288],
      interpolation: 'bicubic',
      crop_pct: 0.95,
      mean: MEAN,
      std: STD,
    },
  };
  const read = (fields: object) => {
    const text = JSON.stringify(fields);
    return readHubRecipe(makeFolder(t, { 'config.json': text }));
  };
  const recipe = { imageSize: 288, mean: MEAN, std: STD };
  const crop = { fit: 'crop', crop_share: 0.95, kernel: 'cubic' };
  const timm = (more: object) =>
    read({ architecture: 'x', pretrained_cfg: { ...config, ...more } });
  assert.deepEqual(await timm({}), { ...recipe, fitting: crop });
  assert.deepEqual(await timm({ crop_mode: 'squash' }), {
    ...recipe,
    fitting: { fit: 'stretch', kernel: 'cubic' },
  });
  assert.equal(await read({ model_type: 'vit', image_size: 224 }), undefined);
  assert.equal(await readHubRecipe(makeFolder(t)), undefined);
  await assert.rejects(timm({ input_size: [3, 288, 256] }), /square images in .*, found 288x256/);
  await assert.rejects(timm({ std: [0, 1, 1] }), /pretrained_cfg\.std/);
});

test('a recipe that we cannot follow is refused by name', async (t) => {
  for (const [fields, message] of [
    [{ ...normal, do_flip_channel_order: true }, /without do_flip_channel_order/],
    [{ ...normal, rescale_offset: true }, /without rescale_offset/],
    [{ ...normal, size: { height: 224, width: 320 } }, /size: expected a side in pixels/],
    [{ ...normal, image_std: [1, 1, 0] }, /image_std/],
    ['text', /expected/],
  ] as const) {
    const text = JSON.stringify(fields);
    const folder = makeFolder(t, { 'preprocessor_config.json': text });
    await assert.rejects(readHubRecipe(folder), { name: 'UnfitError', message });
  }
  await assert.rejects(readHubRecipe(makeFolder(t, { 'preprocessor_config.json': '{' })), /JSON/);
});
