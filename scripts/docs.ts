// Writes docs/options.md from the table that the command line is made of.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OPTION_TABLE, type OptionSpec } from '../src/job/options/table.ts';

export const OPTIONS_PAGE = fileURLToPath(new URL('../docs/options.md', import.meta.url));

const HEAD = `# Options of imgdiag retrain

Made by \`npm run docs\` from \`src/job/options/table.ts\`, as is \`imgdiag retrain --help\`.
Hyphens mean the same as underscores. [retrain-py.md](retrain-py.md) maps retrain.py's flags.
[training.md](training.md) shows splits, folds, augmentation and TensorBoard at work.
`;

export function optionsPage(): string {
  const sections = Object.entries(OPTION_TABLE).map(([heading, specs]) => {
    const rows = Object.entries(specs).map(([name, spec]) => rowOf(name, spec));
    return `\n## ${heading}\n\n| option | default | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return HEAD + sections.join('');
}

function rowOf(name: string, { argument, choices, fallback, help }: OptionSpec<unknown>): string {
  const value = choices?.join(' or ') ?? argument;
  const standard =
    fallback === undefined || fallback === false || Array.isArray(fallback) ? '' : String(fallback);
  const cells = [
    `\`--${[name, value].filter(Boolean).join(' ')}\``,
    standard && `\`${standard}\``,
    help,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OPTIONS_PAGE, optionsPage());
