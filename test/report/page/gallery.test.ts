import assert from 'node:assert/strict';
import test from 'node:test';
import { gallerySection } from '../../../src/report/page/gallery.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const data = await makeReport({ labels: ['a', 'b'], counts: [16, 41] });

test('each image lies in the page beside its heat map, mistakes beside what is right', () => {
  const markup = gallerySection(data)?.body.markup ?? '';
  const images = [...markup.matchAll(/<img src="data:image\/jpeg;base64,([^"]+)" alt="[^"]+">/g)];
  assert.equal(images.length, 2 * (data.mistakes.length + data.right.length));
  const [first] = data.mistakes;
  assert.deepEqual(Buffer.from(images[0][1], 'base64'), first.image);
  assert.deepEqual(Buffer.from(images[1][1], 'base64'), first.heat);
});

test('a mistake says its true and its predicted label, with its score', () => {
  const { truth, predicted, score } = data.mistakes[0];
  const text = textOf(gallerySection(data)?.body ?? { markup: '' });
  assert.ok(
    text.includes(`${truth} predicted as ${predicted}score ${score.toFixed(3)}`),
    text.slice(0, 300),
  );
});

test('when images are left out, names stay and the page says so', () => {
  const bare = (one: (typeof data.mistakes)[number]) => ({ ...one, image: null, heat: null });
  const section = gallerySection({
    ...data,
    images: false,
    mistakes: data.mistakes.map(bare),
    right: [],
  });
  const text = textOf(section?.body ?? { markup: '' });
  assert.match(text, /^Images are omitted \(--no_images\)\./);
  assert.ok(text.includes(data.mistakes[0].path));
  assert.doesNotMatch(section?.body.markup ?? '', /<img/);
});

test('approximate maps are called so', () => {
  const mistakes = data.mistakes.map((one) => ({ ...one, approximate: true }));
  assert.match(
    textOf(gallerySection({ ...data, mistakes })?.body ?? { markup: '' }),
    /maps are approximate/,
  );
  assert.doesNotMatch(textOf(gallerySection(data)?.body ?? { markup: '' }), /approximate/);
});

test('without any example there is no section', () => {
  assert.equal(gallerySection({ ...data, mistakes: [], right: [] }), null);
});
