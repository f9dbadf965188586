// Where `--sort_into` copies images to: a folder per label, under a name that Windows allows too, and file
// names that the target can hold.

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

/**
 * The names to try for a copy of a file, in order: its own, one that Windows, FAT and NTFS allow, and one
 * of ASCII characters only.
 */
export function copyNames(name: string, platform: NodeJS.Platform = process.platform): string[] {
  const allowed = name
    .replace(RESERVED, '$1_')
    .replaceAll(/[<>:"|?*\\\p{Cc}]/gu, '_')
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  const plain = allowed.replaceAll(/[^ -~]/gu, '_');
  // On Windows, a:b would be written into a hidden stream of a file a.
  const names = platform === 'win32' ? [allowed, plain] : [name, allowed, plain];
  return [...new Set(names)];
}
