// Writes the report folder: the page, its metrics as JSON, and a table of predictions.

import { open } from 'node:fs/promises';
import path from 'node:path';
import { ImgdiagError, systemCode, WriteError } from '../base/errors.ts';
import { OWNER_ONLY, writeWithFolders } from '../base/files.ts';
import { formatJson } from '../base/json.ts';
import { featureFindings } from '../check/cached-findings.ts';
import type { Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/read.ts';
import { evaluateReport, type ReportExtras, STAMP, stampOf, trainingReport } from './build.ts';
import type { ReportData } from './data.ts';
import { evaluationJson } from './evaluation.ts';
import { EVALUATION, INDEX, PREDICTIONS } from './file-names.ts';
import { renderReport } from './page/render.ts';
import { pickGallery } from './pick-gallery.ts';
import { predictionsCsv } from './predictions-csv.ts';
import type { EvaluatedModel, ImageScores, Measured } from './results.ts';
import { paintGallery } from './write-gallery.ts';

/** The stamp is within this many bytes of the page's start. */
const STAMP_WITHIN = 4096;

export interface ReportOptions {
  /** Whether images are shown. */
  readonly images: boolean;
  readonly signal: AbortSignal | undefined;
}

export async function writeTrainingReport(
  folder: string,
  modelDir: string,
  manifest: Manifest,
  measured: Measured,
  options: ReportOptions,
): Promise<void> {
  const extras = await extrasOf(modelDir, measured.imageScores, options);
  const data = trainingReport(manifest, measured, extras);
  await writeFolder(folder, data, formatJson(measured.evaluation), measured.imageScores);
}

export async function writeEvaluateReport(
  folder: string,
  modelDir: string,
  result: EvaluatedModel,
  options: ReportOptions,
): Promise<void> {
  const extras = await extrasOf(modelDir, result.imageScores, options);
  const data = evaluateReport(result, extras);
  await writeFolder(folder, data, evaluationJson(result), result.imageScores);
}

async function extrasOf(
  modelDir: string,
  imageScores: ImageScores,
  { images, signal }: ReportOptions,
): Promise<ReportExtras> {
  // Images are decoded on other threads meanwhile.
  const [gallery, findings] = await Promise.all([
    paintGallery(modelDir, pickGallery(imageScores), {
      labels: imageScores.labels,
      images,
      signal,
    }),
    featureFindings(imageScores.checked, signal),
  ]);
  const title = path.basename(path.resolve(modelDir));
  return { title, ...gallery, findings, images };
}

async function writeFolder(
  folder: string,
  data: ReportData,
  json: string,
  { images, labels, outOfFold }: ImageScores,
): Promise<void> {
  await checkReportFolder(folder);
  const page = renderReport(data);
  const write = (name: string, text: string) =>
    writeWithFolders(path.join(folder, name), text, OWNER_ONLY);
  await write(EVALUATION, json);
  const rows = images.map((image, row) => ({ ...image, outOfFold: outOfFold.get(row) }));
  await write(PREDICTIONS, predictionsCsv(rows, labels));
  // Last, so that a page never lacks the files that it mentions.
  await write(INDEX, page);
}

async function headOf(folder: string): Promise<string> {
  const page = await open(path.join(folder, INDEX));
  try {
    const { buffer, bytesRead } = await page.read(Buffer.alloc(STAMP_WITHIN));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await page.close();
  }
}

/** @throws WriteError when the page in `folder` is not ours and would be overwritten */
export async function checkReportFolder(folder: string): Promise<void> {
  let head: string;
  try {
    head = await headOf(folder);
  } catch (error) {
    // There is no page yet; other problems show when it is written.
    if (systemCode(error) === undefined) throw error;
    return;
  }
  if (head.includes(STAMP)) return;
  throw new WriteError(
    `expected no ${INDEX} or a report of imgdiag in ${folder}, found another page`,
    {
      hint: 'choose another folder for the report, or move that page',
    },
  );
}

/** Whether the page in `folder` belongs to the model that is at `modelDir` now. */
export async function isReportCurrent(
  folder: string,
  modelDir: string,
  images: boolean,
): Promise<boolean> {
  try {
    const stamp = stampOf('retrain', await readManifest(modelDir), { images });
    return (await headOf(folder)).includes(stamp);
  } catch (error) {
    // Without a model or a page, nothing is current.
    if (systemCode(error) !== undefined || error instanceof ImgdiagError) return false;
    throw error;
  }
}
