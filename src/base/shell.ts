// Words for a command line that a message proposes.

/** Quoted where the shell would take it apart or change it. */
export function shellWord(text: string, platform = process.platform): string {
  if (platform === 'win32') return /[^\p{L}\p{N}_@+=:,./\\~-]/u.test(text) ? `"${text}"` : text;
  return /^[\p{L}\p{N}_@%+:,./][\p{L}\p{N}_@%+=:,./~-]*$/u.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}
