// Names that agree up to what tools append to altered copies: `_aug_3`, `.rf.<hash>`, ` - Copy`.

import path from 'node:path';
import type { CheckedFile } from './input.ts';

type Named = Pick<CheckedFile, 'path' | 'label'>;

/** Words for an alteration, as augmentation scripts, editors and file managers append them. */
const WORDS =
  'aug(?:ment(?:ed|ation)?)?|cop(?:y|ie|ia)|kopie|dup(?:licate)?|rot(?:ate|ated|ation)?|[hv]?flip(?:ped)?|' +
  'mirror(?:ed)?|crop(?:ped)?|zoom(?:ed)?|shift(?:ed)?|shear(?:ed)?|nois[ey]|blur(?:red)?|' +
  'bright(?:ness|ened)?|dark(?:ened)?|contrast|gamma|hue|saturation|jitter(?:ed)?|gr[ae]y(?:scale)?|' +
  'sharp(?:ened)?|translat(?:ed|ion)|transform(?:ed)?|elastic|affine|horizontal|vertical|inverted|' +
  'small|resized?|scaled?|edited|compressed';

/** Roboflow puts the old extension before its own. */
const ROBOFLOW = '(?:_(?:jpe?g|png|bmp|webp))?\\.rf\\.\\w+';
/** Words, each perhaps with numbers: `_aug_0_1234`, ` - Copy (2)`. */
const worded = (words: string) => `[ _.-]+(?:${words})[ _.\\d()-]*`;
const COUNT = ' ?\\(\\d+\\)';

const IS_ROBOFLOW = new RegExp(`${ROBOFLOW}$`, 'iu');
const IS_WORDED = new RegExp(`${worded(`(?<word>\\(?(?:${WORDS})\\)?)`)}$`, 'iu');
const IS_COUNTED = new RegExp(`${COUNT}$`, 'u');

/** What a name was made from, and what was appended: `ROBOFLOW`, `COUNT`, or a word. */
export interface Origin {
  readonly name: string;
  readonly endings: readonly string[];
}

/** Regular expressions of endings, as short as they can be. */
export function endingPatterns(endings: ReadonlySet<string>): string[] {
  const fixed = [ROBOFLOW, COUNT].filter((ending) => endings.has(ending));
  const words = [...endings].filter((ending) => !fixed.includes(ending)).sort();
  const escaped = words.map((word) => word.replaceAll(/[()]/g, '\\$&'));
  return words.length === 0 ? fixed : [worded(escaped.join('|')), ...fixed];
}

/**
 * For each file what it was made from, as far as its name tells: label and name without folders,
 * extension and what tools append. ` (1)` is part of a name (`IMG (1).jpg`) unless the file without
 * it is there too.
 */
export function originsOf(files: readonly Named[]): Origin[] {
  const names = files.map(({ path: file, label }) => `${label}/${path.posix.parse(file).name}`);
  const there = new Set(names);
  return names.map((whole) => {
    const endings: string[] = [];
    for (let name = whole; ; ) {
      const counted = name.replace(IS_COUNTED, '');
      const word = IS_WORDED.exec(name)?.groups?.word;
      const [shorter, ending] =
        counted !== name && there.has(counted)
          ? [counted, COUNT]
          : IS_ROBOFLOW.test(name)
            ? [name.replace(IS_ROBOFLOW, ''), ROBOFLOW]
            : [name.replace(IS_WORDED, ''), word ?? ''];
      if (shorter === name || shorter.endsWith('/')) return { name, endings };
      endings.push(ending);
      name = shorter;
    }
  });
}
