// Makes the images of a report: thumbnails, with and without heat map.

import pMap from 'p-map';
import { UnfitError } from '../base/errors.ts';
import { type Classifier, openClassifier } from '../classify/classifier.ts';
import { explainImage } from '../classify/explain.ts';
import { type Decoder, DiskError, ImageError, loadDecoder } from '../images/decode.ts';
import { thumbnails } from '../images/draw-heat.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import type { Place } from '../images/read.ts';
import { withImage } from '../images/read.ts';
import { readManifest } from '../model/read.ts';
import type { ReportImage } from './data.ts';
import type { Gallery, GalleryPick } from './pick-gallery.ts';

/** Longest side of an image in the gallery, in pixels. */
const SIDE = 320;
/** Images drawn at once: so many that decoding never waits for the findings of the data. */
const PAINTING = 12;

/** What images are drawn with; `paintGallery` closes it. */
export interface Painter {
  readonly classifier: Classifier | undefined;
  readonly decoder: Decoder;
  readonly preprocessing: Preprocessing;
}

type Painted = Pick<ReportImage, 'image' | 'heat' | 'approximate'>;

const BARE: Painted = { image: null, heat: null, approximate: false };

/**
 * Heat maps are of the saved model, for the predicted label.
 * @param painter undefined: names and scores only
 */
export async function paintGallery(
  painter: Painter | undefined,
  { mistakes, right }: Gallery,
  labels: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ mistakes: ReportImage[]; right: ReportImage[] }> {
  const paint = async ({ image, predicted, score, outOfFold }: GalleryPick) => {
    signal?.throwIfAborted();
    const { path, label: truth, file } = image;
    const label = labels[predicted];
    const painted = painter === undefined ? BARE : await paintImage(file, label, painter);
    return { path, truth, predicted: label, score, outOfFold, ...painted };
  };
  try {
    const painted = await pMap([...mistakes, ...right], paint, { concurrency: PAINTING });
    return { mistakes: painted.slice(0, mistakes.length), right: painted.slice(mistakes.length) };
  } finally {
    await painter?.classifier?.dispose();
  }
}

/** Without a classifier where no engine can open the model; images then have no heat maps. */
export async function openPainter(modelDir: string): Promise<Painter> {
  const { preprocessing } = await readManifest(modelDir);
  const decoder = await loadDecoder();
  try {
    return { decoder, preprocessing, classifier: await openClassifier({ modelDir }) };
  } catch (error) {
    if (error instanceof UnfitError) return { decoder, preprocessing, classifier: undefined };
    throw error;
  }
}

/** Without a heat map where the engine has none; without an image where the file is gone. */
async function paintImage(
  file: Place,
  label: string,
  { classifier, decoder, preprocessing }: Painter,
): Promise<Painted> {
  try {
    return await withImage(file, async (bytes) => {
      const source = { bytes, decoder, preprocessing };
      const explained =
        classifier?.predictMaps === undefined
          ? undefined
          : await explainImage(bytes, classifier, decoder, label);
      const shown = await thumbnails(source, explained?.heat, SIDE);
      return { ...shown, approximate: explained?.map.approximate ?? false };
    });
  } catch (error) {
    if (error instanceof ImageError || error instanceof DiskError) return BARE;
    throw error;
  }
}
