// Which images the gallery shows: the worst mistakes, and beside them images that came out right.

import { mostProbable } from '../head/softmax.ts';
import type { EvaluatedImage, Evidence } from './evidence.ts';

/** Mistakes shown at most, and as many that came out right. */
export const GALLERY_SIZE = 12;

/** One image to be shown. */
export interface GalleryPick {
  readonly image: EvaluatedImage;
  /** Label index. */
  readonly predicted: number;
  /** Of the predicted label, 0..1. */
  readonly score: number;
  /** By a head that had not seen the image, not by the one that is saved. */
  readonly outOfFold: boolean;
}

export interface Gallery {
  /** The surest mistakes first. */
  readonly mistakes: readonly GalleryPick[];
  /** Of each label in turn, the surest first. */
  readonly right: readonly GalleryPick[];
}

/**
 * From predictions by heads that had not seen the image: test images first, others only where
 * these show too few mistakes.
 */
export function pickGallery({
  labels,
  images,
  unseen,
  outOfFold,
}: Omit<Evidence, 'checked'>): Gallery {
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

/** Test images before others, then the surest; paths decide between equals. */
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
