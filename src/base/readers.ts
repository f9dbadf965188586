// Who may read what is written: modes of new files and folders, and a warning where they are not kept.

import type { FileHandle } from 'node:fs/promises';
import type { OnMessage } from './messages.ts';

/** `owner`: it holds names, groups, features or images of the data; `umask`: as the user's shell says. */
export type Readers = 'owner' | 'umask';

/** The umask narrows them further. */
export const MODES: Readonly<Record<Readers, { readonly file: number; readonly folder: number }>> =
  {
    owner: { file: 0o600, folder: 0o700 },
    umask: { file: 0o666, folder: 0o777 },
  };
const READ_BY_OTHERS = 0o044;

let warn: OnMessage | undefined;

/** At the start of a command: `checkReaders` has one warning for it. */
export function watchReaders(onMessage: OnMessage | undefined): void {
  warn = onMessage;
}

/**
 * Looks at the mode that a new file has got: exFAT, NTFS and many shares keep none. Windows has no
 * modes at all: there the folder decides.
 * @param mode that it was to have
 */
export async function checkReaders(handle: FileHandle, file: string, mode: number): Promise<void> {
  if (warn === undefined || process.getuid === undefined) return;
  const found = await handle.stat().catch(() => undefined);
  if (found === undefined || (found.mode & ~mode & READ_BY_OTHERS) === 0) return;
  warn?.(
    'warning',
    `other users may be able to read ${file}, and what else is written: the disk or share there keeps no file permissions`,
  );
  warn = undefined;
}
