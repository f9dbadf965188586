import assert from 'node:assert/strict';
import test from 'node:test';
import { GALLERY_SIZE, pickGallery } from '../../src/report/pick-gallery.ts';
import type { EvaluatedImage, ImageScores } from '../../src/report/results.ts';

/** Images `[label, split, score of label a]`, named by their place. */
function imageScoresOf(
  rows: readonly (readonly [string, EvaluatedImage['split'], number])[],
): Omit<ImageScores, 'checked'> {
  const images = rows.map(([label, split, score], at) => ({
    path: `${at}.jpg`,
    file: `${at}.jpg`,
    label,
    split,
    sha256: `${at}`,
    scores: [score, 1 - score],
  }));
  const unseen = new Map(images.map(({ scores }, row) => [row, scores]));
  const outOfFold = new Map([...unseen].filter(([row]) => images[row].split === 'training'));
  return { labels: ['a', 'b'], images, unseen, outOfFold };
}

const paths = (picks: ReturnType<typeof pickGallery>['mistakes']) =>
  picks.map(({ image }) => image.path);

test('when images are picked then the surest mistakes come first, those of the test split before others', () => {
  const gallery = pickGallery(
    imageScoresOf([
      ['a', 'training', 0.01],
      ['a', 'testing', 0.4],
      ['b', 'testing', 0.9],
      ['a', 'testing', 0.8],
      ['b', 'testing', 0.3],
      ['b', 'testing', 0.1],
    ]),
  );
  assert.deepEqual(paths(gallery.mistakes), ['2.jpg', '1.jpg', '0.jpg']);
  assert.deepEqual([gallery.mistakes[0].predicted, gallery.mistakes[0].score], [0, 0.9]);
  assert.deepEqual(
    gallery.mistakes.map(({ outOfFold }) => outOfFold),
    [false, false, true],
  );
  // Each label in turn.
  assert.deepEqual(paths(gallery.right), ['3.jpg', '5.jpg', '4.jpg']);
});

test('when there are many then the gallery is bounded, and equals go by path', () => {
  const rows = Array.from({ length: 40 }, () => ['a', 'testing', 0.2] as const);
  const { mistakes, right } = pickGallery(imageScoresOf(rows));
  assert.equal(mistakes.length, GALLERY_SIZE);
  assert.equal(mistakes[0].image.path, '0.jpg');
  assert.deepEqual(right, []);
});

test('when no head without the image has scored it then it is not shown', () => {
  const imageScores = imageScoresOf([['a', 'training', 0.1]]);
  assert.deepEqual(pickGallery({ ...imageScores, unseen: new Map() }), { mistakes: [], right: [] });
});
