import { writeFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import type { RawAnswer } from '../../client/transport/request.ts';
import { ConflictError } from '../../documents/errors.ts';
import { parseXcapError } from '../../documents/xcap-error/read.ts';
import type { Command, Example, Run } from '../command.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readBody } from '../files/input.ts';
import { fileTrouble } from '../files/read.ts';
import { accountOptions, documentOptions, dryRunOption, requestOptions } from '../options/global-options.ts';
import { complain, note, printBytes } from '../output/terminal.ts';
import { performAction } from '../requests/action.ts';
import type { ActionName } from '../requests/action-names.ts';
import { applicationOf } from '../requests/applications.ts';
import { guessApplication } from '../requests/guess.ts';
import { checkContext, type Target, targetFor } from '../requests/target.ts';

const DOES: Readonly<Record<ActionName, readonly string[]>> = {
  get: ['Prints a document, or the element, attribute or namespace bindings that NODE-SELECTOR selects.'],
  put: [
    'Creates or replaces a document, or the element or attribute that NODE-SELECTOR selects.',
    'The body comes from the file of -i, or from standard input.',
  ],
  delete: ['Deletes a document, or the element or attribute that NODE-SELECTOR selects.'],
  insert: [
    'Creates a document, element or attribute, and fails when it is there already.',
    'Nobody can slip in between the look and the write: it is written only if the document is still as it was seen.',
  ],
  replace: [
    'Replaces a document, element or attribute, and fails when there is none.',
    'It is written only if the document is still as it was seen.',
  ],
};

const HOW = [
  "Standard error tells the request and the answer's status, etag, content type and length; standard output gets the body and nothing else, unless -o says otherwise.",
  'A selector starts with a slash. It can be typed as it reads or percent-encoded. Prefixes that the application is known by need no xmlns() binding.',
  'Exit status: 0 for a success, 3 for any other HTTP status, 1 when it did not come to that, 2 for a command line that cannot be understood.',
];

const EXAMPLES: Readonly<Record<ActionName, readonly Example[]>> = {
  get: [
    { line: 'xcap get --app resource-lists', does: 'prints the buddy lists' },
    { line: `xcap get '/resource-lists/list[@name="friends"]/entry[1]/@uri'`, does: 'prints one attribute' },
  ],
  put: [
    { line: 'xcap put -i friends.xml', does: 'stores a whole document; its root element tells the application' },
    {
      line: `printf '"sip:robert@example.com"' | xcap put '/resource-lists/list[@name="friends"]/entry[1]/@uri'`,
      does: 'changes one attribute; the body is the value in quotes, as RFC 4825 section 8.2.3 has it',
    },
  ],
  delete: [
    {
      line: `xcap delete '/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]'`,
      does: 'deletes one buddy',
    },
    { line: 'xcap delete --app resource-lists --dry-run', does: 'shows the request that would delete the document' },
  ],
  insert: [
    {
      line: `echo '<list name="work"></list>' | xcap insert '/resource-lists/list[@name="work"]'`,
      does: 'adds a list unless there is one of that name',
    },
    { line: 'xcap insert -i friends.xml --filename backup', does: 'stores a document under another name, once' },
  ],
  replace: [
    {
      line: `echo '<display-name>Bobby</display-name>' | xcap replace '/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]/display-name'`,
      does: 'gives a buddy another name',
    },
    { line: 'xcap replace -i friends.xml', does: 'stores a document that must be there already' },
  ],
};

/** One of the five actions of xcapclient as a command. */
export const actionCommand = (action: ActionName): Command => ({
  name: action,
  synopsis: [`${action} [OPTIONS] [--app AUID] [NODE-SELECTOR]`],
  description: [...DOES[action], ...HOW],
  options: [
    ...documentOptions,
    ...requestOptions.filter(({ name }) => name !== 'i' || WRITES.has(action)),
    ...accountOptions,
    ...(action === 'get' ? [] : [dryRunOption]),
  ],
  examples: EXAMPLES[action],
  run: (run) => runAction(action, run),
});

const WRITES: ReadonlySet<ActionName> = new Set(['put', 'insert', 'replace']);

async function runAction(action: ActionName, run: Run): Promise<number> {
  const { options } = run;
  const account = run.account();
  const headers = options.all('add-header').map(headerField);
  const [selector, ...more] = run.args;
  if (more.length > 0) throw new CliFailure('Too many positional arguments.');
  if (selector !== undefined && !selector.startsWith('/'))
    throw new CliFailure(`node selector must start with slash. try /${selector}`);
  checkContext(options);
  const input = WRITES.has(action) ? await readBody(options.text('i')) : undefined;
  const auid = guessApplication({
    app: options.text('app'),
    selector,
    input: input && { text: input.bytes.toString('utf8'), name: input.name },
  });
  const target = targetFor(account, applicationOf(auid), options, selector);
  const request = {
    action,
    target,
    body: input && bodyOf(target, input.bytes),
    etag: options.text('etag'),
    headers: Object.fromEntries(headers),
  };
  if (options.flag('dry-run') && action !== 'get') {
    const { planAction } = await import('../requests/dry-run.ts');
    await planAction(request);
    return EXIT.ok;
  }
  note(`${action} ${target.url}`);
  const session = await run.session();
  const outcome = await performAction(session, request);
  if ('exists' in outcome) {
    complain(`${selector ?? 'The document'} exists already; use put or replace to overwrite it.`);
    return EXIT.refused;
  }
  await report(action, outcome, options.text('o'));
  explain(outcome, { password: account.password, readEscapes: target.readEscapes });
  return outcome.status >= 200 && outcome.status < 300 ? EXIT.ok : EXIT.refused;
}

/** An attribute value has no end of line, but what is typed or echoed has one. */
const bodyOf = ({ kind }: Target, bytes: Buffer): Buffer =>
  kind === 'attribute' ? Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1') : bytes;

function headerField(field: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*)$/s.exec(field) ?? [];
  // The field is not repeated: it may hold a credential.
  if (name === undefined || value === undefined || /[\r\n\0]/.test(value))
    throw new CliFailure('--add-header wants NAME:VALUE, such as --add-header "User-Agent: test".', EXIT.usage);
  return [name, value.trimEnd()];
}

async function report(action: ActionName, answer: RawAnswer, file: string | undefined): Promise<void> {
  const { status, headers, body } = answer;
  if (!(action === 'get' && status === 200)) note(`${status} ${STATUS_CODES[status] ?? ''}`.trimEnd());
  if (headers['etag'] !== undefined) note(`etag: ${headers['etag']}`);
  if (headers['content-type'] !== undefined) note(`content-type: ${headers['content-type']}`);
  if (body.length > 0) note(`content-length: ${body.length}`);
  if (file !== undefined && file !== '-') {
    await save(file, body);
    note(`${body.length} bytes saved to ${file}`);
  } else if (body.length > 0) {
    note('');
    await printBytes(body);
  }
}

async function save(file: string, body: Uint8Array): Promise<void> {
  try {
    await writeFile(file, body);
  } catch (error) {
    throw new CliFailure(`${file} cannot be written (${fileTrouble(error)}); name another file with -o.`, undefined, {
      cause: error,
    });
  }
}

/** What to do next, where the status alone does not say it. */
function explain(
  answer: RawAnswer,
  how: { readonly password: string | undefined; readonly readEscapes: boolean },
): void {
  const { status } = answer;
  if (status === 409) {
    const report = parseXcapError(new TextDecoder().decode(answer.body));
    complain(new ConflictError(report?.condition, '409', report).message);
  }
  if (status === 401 && answer.refused === 'no-credentials' && how.password === undefined)
    complain('The server wants a password; give one with --password, or put it in the configuration file.');
  if (status === 401 && answer.refused === 'wrong-credentials')
    complain(
      'The server refuses this user name and password; check --sip-address and --password, and whose document it is.',
    );
  if (/^text\/html/i.test(answer.headers['content-type'] ?? '') && status !== 412 && status < 500)
    complain('The answer is a web page, so this may be no XCAP server; check --xcap-root.');
  if (status === 404 && how.readEscapes)
    complain(
      'The selector was read as percent-encoded, since every % in it begins an escape; type %25 for a % that is meant as it is.',
    );
}
