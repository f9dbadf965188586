// Makes the images of a report: thumbnails, with and without heat map.

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
import type { Gallery, GalleryPick } from './pick-gallery.ts';

/** Longest side of an image in the gallery, in pixels. */
const SIDE = 320;
/** Images drawn at once, which keeps the decoder busy. */
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

/** Heat maps are of the saved model, for the predicted label. */
export async function paintGallery(
  modelDir: string,
  { mistakes, right }: Gallery,
  { images, labels, signal }: GalleryOptions,
): Promise<{ mistakes: ReportImage[]; right: ReportImage[] }> {
  const tools = images ? await openTools(modelDir) : undefined;
  const paint = async ({ image, predicted, score, outOfFold }: GalleryPick) => {
    signal?.throwIfAborted();
    const { path, label: truth, file } = image;
    const label = labels[predicted];
    const painted = tools === undefined ? BARE : await paintImage(file, label, tools);
    return { path, truth, predicted: label, score, outOfFold, ...painted };
  };
  try {
    const painted = await pMap([...mistakes, ...right], paint, { concurrency: PAINTING });
    return { mistakes: painted.slice(0, mistakes.length), right: painted.slice(mistakes.length) };
  } finally {
    await tools?.classifier?.dispose();
  }
}

/** Without a classifier where no engine can open the model; images then have no heat maps. */
async function openTools(modelDir: string): Promise<Tools> {
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
