// Picks the images of the gallery: the worst mistakes, and correct predictions beside them.

import { mostProbable } from '../head/softmax.ts';
import type { EvaluatedImage, ImageScores } from './results.ts';

/** Mistakes shown, at most, and as many correct predictions. */
export const GALLERY_SIZE = 12;

/** An image to show. */
export interface GalleryPick {
  readonly image: EvaluatedImage;
  /** Label index. */
  readonly predicted: number;
  /** Of the predicted label, 0..1. */
  readonly score: number;
  /** By a head that was not trained on the image, not by the saved one. */
  readonly outOfFold: boolean;
}

export interface Gallery {
  /** Test images first, then by descending score. */
  readonly mistakes: readonly GalleryPick[];
  /** One of each label in turn, each by descending score. */
  readonly right: readonly GalleryPick[];
}

/**
 * Picks from predictions by heads that were not trained on the image: test images first, others only
 * where test images have too few mistakes.
 */
export function pickGallery({
  labels,
  images,
  unseen,
  outOfFold,
}: Omit<ImageScores, 'checked'>): Gallery {
  const picks = [...unseen].map(([row, scores]): GalleryPick => {
    const predicted = mostProbable(scores, 0, labels.length);
    const score = scores[predicted];
    return { image: images[row], predicted, score, outOfFold: outOfFold.has(row) };
  });
  const isRight = ({ image, predicted }: GalleryPick) => labels[predicted] === image.label;
  const mistakes = picks.filter((pick) => !isRight(pick)).sort(testFirst);
  const right = picks.filter(isRight).sort(testFirst);
  const byLabel = labels.map((label) => right.filter(({ image }) => image.label === label));
  const rounds = Math.max(0, ...byLabel.map(({ length }) => length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    byLabel.flatMap((list) => list.slice(round, round + 1)),
  ).flat();
  return { mistakes: mistakes.slice(0, GALLERY_SIZE), right: inTurn.slice(0, GALLERY_SIZE) };
}

/** Test images before others, then by descending score, then by path. */
function testFirst(a: GalleryPick, b: GalleryPick): number {
  return (
    Number(isTest(b)) - Number(isTest(a)) ||
    b.score - a.score ||
    (a.image.path < b.image.path ? -1 : 1)
  );
}

function isTest({ image: { split } }: GalleryPick): boolean {
  return split === 'testing' || split === 'evaluated';
}
