// The images of a report: each small, and once more under its heat map.

import pMap from 'p-map';
import { UnfitError } from '../base/errors.ts';
import { type Classifier, openClassifier } from '../classify/classifier.ts';
import { explainImage } from '../classify/explain.ts';
import { type Decoder, ImageError, loadDecoder } from '../images/decode.ts';
import { thumbnails } from '../images/draw-heat.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import type { Place } from '../images/read.ts';
import { readImage } from '../images/read.ts';
import { readManifest } from '../model/read.ts';
import type { ReportImage } from './data.ts';
import type { Gallery, GalleryPick } from './gallery.ts';

/** Longest side of an image in the gallery, in pixels. */
const SIDE = 320;
/** Images read and painted at once: what decodes them seldom waits. */
const PAINTING = 4;

export interface GalleryOptions {
  /** False: names and scores only. */
  readonly images: boolean;
  readonly labels: readonly string[];
  readonly signal: AbortSignal | undefined;
}

interface Tools {
  readonly classifier: Classifier | undefined;
  readonly decoder: Decoder;
  readonly preprocessing: Preprocessing;
}

type Painted = Pick<ReportImage, 'image' | 'heat' | 'approximate'>;

const BARE: Painted = { image: null, heat: null, approximate: false };

/** The heat maps are the saved model's, for the label that was predicted. */
export async function paintGallery(
  modelDir: string,
  { mistakes, right }: Gallery,
  { images, labels, signal }: GalleryOptions,
): Promise<{ mistakes: ReportImage[]; right: ReportImage[] }> {
  const caption = ({ image, predicted, score, outOfFold }: GalleryPick) => ({
    path: image.path,
    truth: image.label,
    predicted: labels[predicted],
    score,
    outOfFold,
  });
  if (!images) {
    const bare = (pick: GalleryPick) => ({ ...caption(pick), ...BARE });
    return { mistakes: mistakes.map(bare), right: right.map(bare) };
  }
  const decoder = await loadDecoder();
  const { preprocessing } = await readManifest(modelDir);
  const classifier = await openIfPossible(modelDir);
  const tools: Tools = { classifier, decoder, preprocessing };
  try {
    const paint = (picks: readonly GalleryPick[]) =>
      pMap(
        picks,
        async (pick): Promise<ReportImage> => {
          signal?.throwIfAborted();
          const painted = await paintImage(pick.image.file, labels[pick.predicted], tools);
          return { ...caption(pick), ...painted };
        },
        { concurrency: PAINTING },
      );
    return { mistakes: await paint(mistakes), right: await paint(right) };
  } finally {
    await classifier?.dispose();
  }
}

/** Undefined where no engine can open the model: images are then shown without heat maps. */
async function openIfPossible(modelDir: string): Promise<Classifier | undefined> {
  try {
    return await openClassifier({ modelDir });
  } catch (error) {
    if (error instanceof UnfitError) return undefined;
    throw error;
  }
}

/** Without a heat map where the engine gives none; bare where the file has gone meanwhile. */
async function paintImage(
  file: Place,
  label: string,
  { classifier, decoder, preprocessing }: Tools,
): Promise<Painted> {
  try {
    const bytes = await readImage(file);
    const source = { bytes, decoder, preprocessing };
    const explained =
      classifier?.predictMaps === undefined
        ? undefined
        : await explainImage(bytes, classifier, decoder, label);
    const shown = await thumbnails(source, explained?.heat, SIDE);
    return { ...shown, approximate: explained?.map.approximate ?? false };
  } catch (error) {
    if (error instanceof ImageError) return BARE;
    throw error;
  }
}
