import { catalogue } from './catalogue.ts';
import type { Command } from './command.ts';
import { classicOptions, talkOptions } from './options/global-options.ts';
import { type OptionSpec, spelled } from './options/options.ts';

const WIDTH = 80;

/** Breaks text at spaces, the following lines indented. */
function wrap(text: string, indent: string, width = WIDTH): string {
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

/** The help of a command, laid out as a manual page. */
export function commandHelp(program: string, command: Command, summary: string): string {
  const sections = [
    ['NAME', wrap(`${program} ${command.name} - ${summary}`, '  ')],
    ['SYNOPSIS', command.synopsis.map((form) => `  ${program} ${form}`).join('\n')],
    ['DESCRIPTION', command.description.map((paragraph) => wrap(paragraph, '  ')).join('\n\n')],
    ['OPTIONS', optionLines([...command.options, ...talkOptions])],
    ['EXAMPLES', command.examples.map(({ line, does }) => `  ${line}\n${wrap(does, '      ')}`).join('\n')],
  ] as const;
  return sections.map(([title, text]) => `${title}\n${text}`).join('\n\n');
}

/** The overview of xcap. */
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
    wrap('xcap COMMAND --help tells all about a command. The account comes from ~/.xcapclient.ini:', ''),
    '',
    '  [Account]',
    '  xcap_root = https://xcap.example.com/xcap-root',
    '  sip_address = alice@example.com',
    '  password = secret',
    '',
    wrap(
      'Other accounts stand in sections [Account_NAME] and are chosen with -a NAME. Options that every command takes:',
      '',
    ),
    '',
    optionLines(talkOptions),
  ].join('\n');
}

/** The help of xcapclient. */
export const classicHelp = (program: string): string =>
  [
    `Usage: ${program} [OPTIONS] [--app AUID] ACTION [NODE-SELECTOR]`,
    '',
    wrap('Manages full or partial XML documents on XCAP servers (RFC 4825).', ''),
    '',
    wrap(
      'ACTION is get, put, delete, insert or replace. With NODE-SELECTOR it is done to an element, an attribute or namespace bindings.',
      '',
    ),
    '',
    'Options:',
    optionLines(classicOptions),
    '',
    wrap(
      'The account comes from section [Account] of ~/.xcapclient.ini: xcap_root, sip_address, password. Exit status: 0 for a success, 3 for any other HTTP status, 1 when it did not come to that, 2 for a command line that cannot be understood.',
      '',
    ),
  ].join('\n');
