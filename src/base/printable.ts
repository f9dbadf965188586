// Text that may hold characters that act instead of being seen, made fit to be shown.

/**
 * Control and format characters (direction of text, invisible ones) and separators of lines. Two of
 * them belong to words and emoji: the zero width joiner and non-joiner.
 */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * A line of text, with hidden characters as a programmer writes them: file names may hold line feeds
 * and escapes, `a\nb` and `\x1b[31m`, or turn the direction of text, `\u202e`.
 */
export function printable(line: string): string {
  return line.replaceAll(HIDDEN, (character) => {
    if (character === '\t') return character;
    if (character === '\n') return '\\n';
    const code = character.charCodeAt(0);
    return code > 0xff ? escapeUnits(character) : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON that means the same, without hidden characters; the line feeds of its layout stay. */
export function printableJson(json: string): string {
  return json.replaceAll(HIDDEN, (character) => {
    return character === '\n' ? character : escapeUnits(character);
  });
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
