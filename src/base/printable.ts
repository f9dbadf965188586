// Text that may hold control characters, made fit to be shown.

/**
 * File names may hold line feeds and escapes: `a\nb` and `\x1b[31m`, as a programmer writes them.
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    if (character === '\t') return character;
    if (character === '\n') return '\\n';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
