// Reads a short JSON file that lies beside a network.

import path from 'node:path';
import { messageOf, systemCode, UnfitError } from '../base/errors.ts';
import { readBounded, requireWithin, UNFIT_FILE } from '../base/read-bounded.ts';
import { standInOf } from '../images/formats.ts';

/** In bytes. */
const MAX_BYTES = 1e6;

/** @returns undefined where there is none @throws UnfitError for one that cannot be read or is no JSON */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    await requireWithin(path.dirname(file), file);
    const bytes = await readBounded(file, MAX_BYTES);
    const other = standInOf(bytes);
    if (other === undefined) return JSON.parse(bytes.toString());
    const message = `expected a JSON file ${file}, found ${other.name}`;
    throw new UnfitError(message, { hint: other.hint });
  } catch (error) {
    if (error instanceof UnfitError) throw error;
    if (systemCode(error) === 'ENOENT') return undefined;
    const unfit = systemCode(error) === UNFIT_FILE;
    throw new UnfitError(
      `expected a JSON file ${file}${unfit ? ', but it' : ':'} ${messageOf(error)}`,
      { hint: 'write it again', cause: error },
    );
  }
}
