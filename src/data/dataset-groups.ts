// Groups of files (patients, studies) that stay in one split: found by a pattern, and checked.

import { InputError, UsageError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import type { Message } from '../base/messages.ts';
import { composed } from '../base/names.ts';
import type { DatasetFile } from './dataset.ts';
import { capturesOf, EXAMPLE } from './group-captures.ts';
import { groupLabelWarning } from './group-labels.ts';

/** Groups that the log shows with their files. */
const EXAMPLES = 2;

/**
 * `--group_by`: the group of a file is what the first pair of parentheses matches in its path,
 * without outer spaces, in either Unicode form. A file whose path does not match, or matches an empty group, has none.
 * @param pattern a JavaScript regular expression, with flag `u`
 * @throws UsageError for a pattern that does not compile, captures nothing, takes too long or matches
 *   no file, and where the files have groups already
 * @throws InputError when a given split divides a group
 */
export async function groupByPattern(
  files: readonly DatasetFile[],
  pattern: string,
): Promise<{ readonly files: DatasetFile[]; readonly notes: Message[] }> {
  const captures = await capturesOf(
    pattern,
    files.map((file) => file.path),
  );
  const grouped = groupBy(files, pattern, captures);
  const alone = grouped.filter(({ group }) => group === undefined).length;
  const notes = [
    ...describeGroups(grouped),
    ...aloneNotes(alone, files.length, 'match --group_by'),
    ...(await groupLabelWarning(grouped, pattern)),
  ];
  return { files: grouped, notes };
}

/** @param captures of each file's path. @throws as `groupByPattern` does */
export function groupBy(
  files: readonly DatasetFile[],
  pattern: string,
  captures: readonly (string | undefined)[],
): DatasetFile[] {
  if (files.some(({ group }) => group !== undefined)) {
    throw new UsageError('expected groups from --group_by or from the manifest, found both', {
      hint: 'omit --group_by, or remove the column group',
    });
  }
  const grouped = files.map((file, index) => {
    const group = groupName(captures[index] ?? '');
    return group ? { ...file, group } : file;
  });
  if (grouped.every(({ group }) => group === undefined)) {
    throw new UsageError(
      `expected --group_by ${pattern} to match paths such as ${files[0]?.path}, found no match in ${files.length} files`,
      { hint: `the pattern is matched against the path below the image folder, ${EXAMPLE}` },
    );
  }
  checkGroups(grouped, (file) => file.path);
  return grouped;
}

/** Shows what the pattern made of the paths: the two largest groups, and whether any has two files. */
function describeGroups(files: readonly DatasetFile[]): Message[] {
  const groups = new Map<string, string[]>();
  for (const { group, path } of files) {
    if (group === undefined) continue;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [path]);
    else members.push(path);
  }
  const largest = [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, EXAMPLES);
  const shown = largest.map(([group, paths]) => `${group} (${examplesOf(paths)})`);
  const notes: Message[] = [
    ['info', `groups by --group_by: ${groups.size}, e.g. ${shown.join(' and ')}`],
  ];
  if (largest[0][1].length === 1) {
    notes.push([
      'warning',
      'each group by --group_by has one file, so it keeps no images together',
    ]);
  }
  return notes;
}

/** Neither an extra space nor another Unicode form must split a patient. */
export function groupName(text: string): string {
  return composed(text.trim());
}

/** Groups whose names differ only in case stay apart, but may have been meant as one. */
export function caseNotes(files: readonly Pick<DatasetFile, 'group'>[]): Message[] {
  const spellings = new Map<string, string>();
  const alike = new Set<string>();
  for (const group of new Set(files.flatMap((file) => file.group ?? []))) {
    const folded = composed(group.toLowerCase());
    const other = spellings.get(folded);
    if (other === undefined) spellings.set(folded, group);
    else alike.add(`${other} and ${group}`);
  }
  if (alike.size === 0) return [];
  const text = `groups that differ only in case are kept apart: ${examplesOf([...alike])}; if they are the same, write them alike`;
  return [['warning', text]];
}

/** @param what completes `3 of 20 files do not ...` */
export function aloneNotes(alone: number, total: number, what: string): Message[] {
  return alone === 0
    ? []
    : [['info', `${alone} of ${total} files do not ${what}: each is treated as its own group`]];
}

/**
 * @param placeOf where a file was found, e.g. its path or `row 7`
 * @throws InputError when files of one group are in different given splits
 */
export function checkGroups<F extends Pick<DatasetFile, 'group' | 'givenSplit'>>(
  files: readonly F[],
  placeOf: (file: F) => string,
): void {
  const first = new Map<string, F>();
  for (const file of files) {
    if (file.group === undefined || file.givenSplit === undefined) continue;
    const other = first.get(file.group);
    if (other === undefined) first.set(file.group, file);
    else if (other.givenSplit !== file.givenSplit) {
      throw new InputError(
        `expected all images of group ${file.group} in one split, found ${other.givenSplit} (${placeOf(other)}) and ${file.givenSplit} (${placeOf(file)})`,
        { hint: 'put all images of a group into the same split, or let imgdiag split them' },
      );
    }
  }
}
