// URLs where a path is expected: imgdiag reads files only.

import { fileURLToPath } from 'node:url';

/** Characters that are shown: it may hold a whole file. */
const SHOWN = 60;

/** The same with its beginning, for a message that does not show it elsewhere. */
export function showUrl(text: string): { what: string; hint: string } | undefined {
  const url = describeUrl(text);
  return url && { ...url, what: `${url.what}, ${text.slice(0, SHOWN)}` };
}

/** What it is instead of a path, and the remedy; undefined for a path. */
export function describeUrl(text: string): { what: string; hint: string } | undefined {
  if (/^data:([\w.+-]+\/[\w.+-]+)?[;,]/i.test(text)) {
    return {
      what: 'a data: URL',
      hint: 'write what it holds to a file: its text after the comma, decoded by base64 -d',
    };
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return undefined;
  const place = pathOf(text);
  return {
    what: 'a URL',
    hint: place
      ? `give the path: ${place}`
      : 'imgdiag reads nothing from the network: download it, and give the path of the file',
  };
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
