// Writes docs/options.md and docs/metrics.md from the tables that the program is made of.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS, type CommandSpec, descriptionOf } from '../src/options/commands.ts';
import type { Row } from '../src/options/row.ts';
import { allowed } from '../src/options/validate.ts';
import { metricsPage } from './metrics-page.ts';

const HEAD = `# Options of all commands

Made by \`npm run docs\` from the table in \`src/options/\`, as are \`imgdiag COMMAND --help\` and the
checks of values. Hyphens mean the same as underscores. [retrain-py.md](retrain-py.md) maps
retrain.py's flags; [training.md](training.md) shows splits, folds, augmentation and TensorBoard at
work. Every command has \`--help\`, and \`--debug\`, which prints stack traces of errors; \`imgdiag --version\`
prints the versions of imgdiag and its engines.

A leading \`~/\` in a path is the home folder, also where the shell leaves it as it is. Of an option given
twice, the last value is used, with a warning; two values of \`--image_dir\`, \`--manifest\` or
\`--model_dir\` are refused. Where there is no file of that name, \`*\` and \`?\` in the last part of a
path that is read stand for what they do in a shell, on every system.
`;

export function optionsPage(): string {
  return HEAD + Object.entries<CommandSpec>(COMMANDS).map(sectionOf).join('');
}

function sectionOf([name, spec]: [string, CommandSpec]): string {
  const { examples, sections } = spec;
  const commands = examples.map((example) => `    ${example}\n`).join('');
  const tables = Object.entries(sections).map(([heading, rows]) => {
    const own = heading === 'Options' ? '' : `### ${heading}\n\n`;
    const lines = Object.entries(rows).map(([option, row]) => rowOf(option, row, heading));
    return `\n${own}| option | value | default | |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return `\n## imgdiag ${name}\n\n${descriptionOf(spec)}\n\n${commands}${tables.join('')}`;
}

function rowOf(name: string, row: Row, heading: string): string {
  const { kind, argument, fallback, env, help, aliases = [], needs, excludes } = row;
  const said = fallback !== undefined && kind !== 'switch' && kind !== 'texts';
  const notes = [
    needs && `needs \`--${needs}\``,
    excludes && `not with \`--${excludes}\``,
    ...aliases.map((alias) => `also \`--${alias}\``),
  ].filter(Boolean);
  const cells = [
    `\`${heading === 'Arguments' ? argument : `--${name} ${argument}`.trim()}\``,
    row.choices || row.range || row.form ? allowed(row) : '',
    said ? `${env ? `\`$${env}\`, else ` : ''}\`${fallback}\`` : '',
    [help.replaceAll(/<\w+>[\w<>/]*/g, '`$&`'), ...notes].join('; '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/options.md', import.meta.url), optionsPage());
  writeFileSync(new URL('../docs/metrics.md', import.meta.url), metricsPage());
}
