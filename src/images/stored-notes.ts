// What is said once of all files of a run that hold more than 8-bit grey or RGB.

import { examplesOf } from '../base/examples.ts';
import type { Message } from '../base/messages.ts';
import type { Preprocessing } from './preprocessing.ts';

/** Largest values of 8, 10, 12, 14 and 15 bits, which scanners and cameras store in 16. */
const LIMITS = [255, 1023, 4095, 16_383, 32_767];

/**
 * @param largest stored value of all 16-bit files; undefined without any
 * @param spare files with bands that are left out
 */
export function storedNotes(
  { pixel_range: range }: Pick<Preprocessing, 'pixel_range'>,
  { largest, spare }: { readonly largest: number | undefined; readonly spare: readonly string[] },
): Message[] {
  const notes: Message[] = [];
  const limit = largest === undefined ? undefined : LIMITS.find((one) => largest <= one);
  if (limit !== undefined && range === null) {
    notes.push([
      'warning',
      `no 16-bit image exceeds ${limit} of 65535, so they are all seen as dark: if that is their range, train with --pixel_range 0:${limit}`,
    ]);
  }
  if (spare.length > 0) {
    notes.push([
      'info',
      `bands besides grey or RGB that are not said to be alpha are left out, in ${examplesOf(spare)}`,
    ]);
  }
  return notes;
}
