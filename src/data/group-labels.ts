// Groups that hold the label: one patient under two labels is then two groups, in two splits perhaps.

import { UsageError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import { composed } from '../base/names.ts';
import type { DatasetFile } from './dataset.ts';
import { capturesOf } from './group-captures.ts';

type GroupedFile = Pick<DatasetFile, 'path' | 'label' | 'group'>;

/** A file whose group holds its label. */
interface Labelled {
  readonly path: string;
  readonly label: string;
  readonly group: string;
  /** What the group says besides; may be empty. */
  readonly rest: string;
}

/**
 * @param pattern `--group_by`; without one, the groups are those of a table
 * @returns a warning where every group holds its label, and two of them say the same besides
 */
export async function groupLabelWarning(
  files: readonly GroupedFile[],
  pattern?: string,
): Promise<Message[]> {
  const grouped = files.filter(({ group }) => group !== undefined);
  const labelled = grouped.flatMap(withoutLabel);
  if (labelled.length < grouped.length) return [];
  const first = new Map<string, Labelled>();
  for (const one of labelled) {
    const { group, rest } = first.get(one.rest) ?? one;
    first.set(one.rest, { ...one, group });
    if (group === one.group) continue;
    const remedy = await remedyFor(labelled, pattern);
    const text =
      rest === ''
        ? `every group is a label folder: if a label has several patients, ${remedy}`
        : `every group holds its ${pattern === undefined ? 'label' : 'label folder'}, so that ${group} and ${one.group} are two groups: if ${rest} is one patient, ${remedy}`;
    return [['warning', text]];
  }
  return [];
}

async function remedyFor(
  labelled: readonly Labelled[],
  pattern: string | undefined,
): Promise<string> {
  if (pattern === undefined) return 'leave the label out of the column group';
  for (const fitting of candidates(pattern, labelled)) {
    if (await capturesRest(fitting, labelled)) {
      return `leave the folder out with --group_by '${fitting}'`;
    }
  }
  return 'begin the parentheses of --group_by behind that folder';
}

/** What is behind the folder of the label, or else around the label as a word of its own. */
function withoutLabel({ path, label: name, group = '' }: GroupedFile): Labelled[] {
  const label = composed(name);
  const parts = group.split('/');
  const folder = parts.indexOf(label);
  if (folder !== -1) return [{ path, label, group, rest: parts.slice(folder + 1).join('/') }];
  const word = new RegExp(`(?<![\\p{L}\\p{N}])${literal(label)}(?![\\p{L}\\p{N}])`, 'u');
  if (!word.test(group)) return [];
  return [{ path, label, group, rest: group.replace(word, '').replaceAll(/^[\W_]+|[\W_]+$/g, '') }];
}

/** Patterns that may capture what `pattern` does without the label, the likeliest first. */
function candidates(pattern: string, [{ path, label, rest }]: readonly Labelled[]): string[] {
  const depth = path.split('/').map(composed).indexOf(label) + 1;
  const behindFolder = `^${'[^/]+/'.repeat(depth)}${pattern.replace(/^\^/, '')}`;
  const at = path.lastIndexOf(rest);
  const ends = [path.charAt(at - 1), path.charAt(at + rest.length)];
  const [before, behind] = ends.map(literal);
  const between = `${before}([^${[...new Set(ends)].join('').replaceAll(/[\\\]^-]/g, '\\$&')}]+)${behind}`;
  return [...laterParentheses(pattern), behindFolder, between];
}

/** The pattern with its first capture beginning behind one of the slashes in it. */
function laterParentheses(pattern: string): string[] {
  const open = /(?<!\\)\((?!\?(?!<[^=!]))(?:\?<[^>]+>)?/.exec(pattern);
  if (open === null) return [];
  const start = open.index + open[0].length;
  const head = pattern.slice(0, open.index);
  return [...pattern.slice(start).matchAll(/\//g)].map(({ index }) => {
    const cut = start + index + 1;
    return `${head}${pattern.slice(start, cut)}${open[0]}${pattern.slice(cut)}`;
  });
}

async function capturesRest(pattern: string, labelled: readonly Labelled[]): Promise<boolean> {
  try {
    const captures = await capturesOf(
      pattern,
      labelled.map((file) => file.path),
    );
    return labelled.every(({ label, rest }, index) => {
      const found = composed((captures[index] ?? '').trim());
      return rest === '' ? found !== '' && found !== label : found === rest;
    });
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** In a regular expression, outside of brackets. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
