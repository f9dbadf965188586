// A saved model with another manifest, all hashes right: as somebody would make it who means harm.

import { FILE_NAMES, type Manifest } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import type { Payload } from '../../src/model/write.ts';
import { publishModel } from './make-model.ts';

/** @param edit changes the fields in place */
export async function forgeModel(
  folder: string,
  edit: (body: { -readonly [K in keyof Manifest]: Manifest[K] }) => void,
  change: Partial<Payload> = {},
): Promise<void> {
  const { manifest, files } = await readModel(folder, FILE_NAMES);
  const body = structuredClone(manifest);
  edit(body);
  const { version: _, files: __, ...rest } = body;
  const payload = { ...(Object.fromEntries(files) as unknown as Payload), ...change };
  await publishModel(folder, payload, rest);
}
