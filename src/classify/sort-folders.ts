// The folders that `--sort_into` copies images to: one per label, under a name that Windows allows too.

import { examplesOf } from '../base/examples.ts';
import type { Message } from '../base/messages.ts';

/** Devices, with or without an extension: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;
const REFUSED = /[<>:"|?*]/;

export interface SortFolders {
  /** Name of the folder of each label: a single part of a path, and no two alike. */
  readonly folderOf: ReadonlyMap<string, string>;
  /** Which labels have folders of another name. */
  readonly notes: readonly Message[];
}

/** @param labels of a model: none is a path */
export function sortFolders(labels: readonly string[]): SortFolders {
  const folderOf = new Map<string, string>();
  const taken = new Set(labels.map((label) => label.toLowerCase()));
  const renamed: string[] = [];
  for (const label of labels) {
    let name = allowedName(label);
    if (name !== label) {
      while (taken.has(name.toLowerCase())) name += '_';
      taken.add(name.toLowerCase());
      renamed.push(`label ${label} in ${name}`);
    }
    folderOf.set(label, name);
  }
  if (renamed.length === 0) return { folderOf, notes: [] };
  const text = `Windows does not allow folders of these names, so images are put elsewhere: ${examplesOf(renamed)}`;
  return { folderOf, notes: [['info', text]] };
}

function allowedName(label: string): string {
  const name = label.replace(RESERVED, '$1_');
  // Windows ignores dots and spaces at the end: `.. ` would be the folder above.
  if (!REFUSED.test(name) && !/[. ]$/.test(name)) return name;
  return `${name.replaceAll(new RegExp(REFUSED, 'g'), '_')}_`;
}
