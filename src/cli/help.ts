import { configKeys } from './account/config.ts';
import { catalogue } from './catalogue.ts';
import type { Command } from './command.ts';
import { classicOptions, talkOptions } from './options/global-options.ts';
import { type OptionSpec, spelled } from './options/options.ts';
import { columnsOf } from './output/terminal.ts';

const WIDTH = 80;
const NARROWEST = 30;

/** Breaks text at spaces, to the width of the terminal and at most 80 columns; every line is indented. */
function wrap(text: string, indent: string): string {
  const width = Math.max(NARROWEST, Math.min(WIDTH, columnsOf(process.stdout, WIDTH)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join('\n');
}

function optionLines(specs: readonly OptionSpec[]): string {
  return specs
    .filter(({ hidden }) => !hidden)
    .map((spec) => {
      const { short, value } = spec;
      const argument = value === undefined ? '' : ` ${value}`;
      const names = [...(short ? [`-${short}${argument}`] : []), `${spelled(spec)}${argument}`].join(', ');
      return `  ${names}\n${wrap(spec.help, '        ')}`;
    })
    .join('\n');
}

/** The exit statuses, as every help states them. */
const EXIT_STATUS =
  'Exit status: 0 for a success, 3 when the server answers with another status, 1 for every other failure, 2 for a command line that cannot be understood.';

/** Returns the help of a command, laid out as a manual page. */
export function commandHelp(program: string, command: Command, summary: string): string {
  const sections = [
    ['NAME', wrap(`${program} ${command.name} - ${summary}`, '  ')],
    ['SYNOPSIS', command.synopsis.map((form) => `  ${program} ${form}`).join('\n')],
    ['DESCRIPTION', [...command.description, EXIT_STATUS].map((paragraph) => wrap(paragraph, '  ')).join('\n\n')],
    ['OPTIONS', optionLines([...command.options, ...talkOptions])],
    ['EXAMPLES', command.examples.map(({ line, does }) => `  ${line}\n${wrap(does, '      ')}`).join('\n')],
  ] as const;
  return sections.map(([title, text]) => `${title}\n${text}`).join('\n\n');
}

const CONFIGURATION = [
  wrap('The account comes from ~/.xcapclient.ini:', ''),
  '',
  '  [Account]',
  '  xcap_root = https://xcap.example.com/xcap-root',
  '  sip_address = alice@example.com',
  '  password = secret',
  '',
  wrap('Other accounts are in sections [Account_NAME] and are chosen with -a NAME. The keys of a section:', ''),
  '',
  ...configKeys.map(({ name, help }) => `  ${name.padEnd(15)}${help}`),
  '',
  wrap(
    'The command line takes precedence. The password is taken from -p, --password-file, XCAP_PASSWORD in the environment, or the section; with -a, the section comes before XCAP_PASSWORD. Otherwise it is asked for on the terminal.',
    '',
  ),
];

/** Returns the overview of xcap. */
export function overview(): string {
  const width = Math.max(...catalogue.map(({ name }) => name.length)) + 2;
  const commands = catalogue.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return [
    'Usage: xcap COMMAND [OPTIONS] [ARGUMENTS]',
    '',
    wrap('Reads and edits XCAP documents (RFC 4825): buddy lists, presence rules, list services.', ''),
    '',
    'Commands:',
    ...commands,
    '',
    wrap('xcap COMMAND --help describes a command.', ''),
    '',
    ...CONFIGURATION,
    '',
    wrap(EXIT_STATUS, ''),
    '',
    'Options of every command:',
    '',
    optionLines(talkOptions),
  ].join('\n');
}

/** Returns the help of xcapclient. */
export const classicHelp = (program: string): string =>
  [
    `Usage: ${program} [OPTIONS] [--app AUID] ACTION [NODE-SELECTOR]`,
    '',
    wrap('Manages full or partial XML documents on XCAP servers (RFC 4825).', ''),
    '',
    wrap(
      'ACTION is get, put, delete, insert or replace. It applies to a document, or with NODE-SELECTOR to an element, an attribute or namespace bindings.',
      '',
    ),
    '',
    'Options:',
    optionLines(classicOptions),
    '',
    ...CONFIGURATION,
    '',
    wrap(EXIT_STATUS, ''),
  ].join('\n');
