import { STATUS_CODES } from 'node:http';
import { AlreadyExistsError } from '../../client/errors.ts';
import { ConflictError } from '../../documents/errors.ts';
import { parseXcapError } from '../../documents/xcap-error/read.ts';
import type { Command, Example, Run } from '../command.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readBody } from '../files/input.ts';
import { writeOutput } from '../files/write.ts';
import {
  accountOptions,
  documentOptions,
  dryRunOption,
  outputOption,
  requestOptions,
} from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { complain, note, printBytes } from '../output/terminal.ts';
import { type ActionAnswer, performAction, succeeded } from '../requests/action.ts';
import type { ActionName } from '../requests/action-names.ts';
import { applicationOf } from '../requests/applications.ts';
import { guessApplication } from '../requests/guess.ts';
import { checkContext, type Target, targetFor } from '../requests/target.ts';

const DOES: Readonly<Record<ActionName, readonly string[]>> = {
  get: ['Prints a document, or the element, attribute or namespace bindings that NODE-SELECTOR selects.'],
  put: [
    'Creates or replaces a document, or the element or attribute that NODE-SELECTOR selects.',
    'The body is read from the file of -i, or from standard input.',
  ],
  delete: ['Deletes a document, or the element or attribute that NODE-SELECTOR selects.'],
  insert: [
    'Creates a document, element or attribute. Fails if it exists already.',
    'The write is conditional: it fails, or is repeated, if someone else writes between the check and the write.',
  ],
  replace: [
    'Replaces a document, element or attribute. Fails if it does not exist.',
    'The write is conditional: it fails, or is repeated, if someone else writes between the check and the write.',
  ],
};

const HOW = [
  'Standard error shows the request, and the status, entity tag, content type and length of the answer. Standard output gets the body and nothing else. xcap writes the file of -o only when the request succeeds, xcapclient in any case.',
  'A selector starts with a slash. It can be typed in its readable form or percent-encoded. The usual prefixes of the application need no xmlns() binding.',
];

const EXAMPLES: Readonly<Record<ActionName, readonly Example[]>> = {
  get: [
    { line: 'xcap get --app resource-lists', does: 'prints the buddy lists' },
    { line: `xcap get '/resource-lists/list[@name="friends"]/entry[1]/@uri'`, does: 'prints one attribute' },
  ],
  put: [
    { line: 'xcap put -i friends.xml', does: 'stores a whole document; its root element identifies the application' },
    {
      line: `printf '"sip:robert@example.com"' | xcap put '/resource-lists/list[@name="friends"]/entry[1]/@uri'`,
      does: 'changes one attribute; the body is the value in quotes (RFC 4825 section 7.7)',
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
      does: 'changes the name of a buddy',
    },
    { line: 'xcap replace -i friends.xml', does: 'stores a document that must exist already' },
  ],
};

const WRITES: ReadonlySet<ActionName> = new Set(['put', 'insert', 'replace']);

/** One of the five actions of xcapclient as a command. */
export const actionCommand = (action: ActionName): Command => ({
  name: action,
  synopsis: [`${action} [OPTIONS] [--app AUID] [NODE-SELECTOR]`],
  description: [...DOES[action], ...HOW],
  options: [
    ...documentOptions,
    ...requestOptions.filter(({ name }) => name !== 'i' || WRITES.has(action)),
    outputOption,
    ...accountOptions,
    ...(action === 'get' ? [] : [dryRunOption]),
  ],
  examples: EXAMPLES[action],
  run: (run) => runAction(action, run),
});

async function runAction(action: ActionName, run: Run): Promise<number> {
  const { options } = run;
  const account = run.account();
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
  const request = { action, target, body: input && bodyOf(target, input.bytes), etag: options.text('etag') };
  if (options.flag('dry-run') && action !== 'get') {
    const { planAction } = await import('../requests/dry-run.ts');
    await planAction(request, account);
    return EXIT.ok;
  }
  note(`${action} ${target.url}`);
  const answer = await performAction(await run.session(), request).catch((error: unknown) => {
    // The client refused what the server would have refused.
    if (error instanceof AlreadyExistsError)
      throw new CliFailure(
        `${selector ?? 'The document'} exists already; use put or replace to overwrite it.`,
        EXIT.refused,
        { cause: error },
      );
    if (error instanceof ConflictError) throw new CliFailure(error.message, EXIT.refused, { cause: error });
    throw error;
  });
  const status = succeeded(answer) ? EXIT.ok : EXIT.refused;
  process.exitCode = status; // the reader of a pipe may end the program while the body is written
  await report(run, action, answer);
  await explain(run, answer, target);
  return status;
}

/** An attribute value has no line end, but what is typed or echoed has one. */
const bodyOf = ({ kind }: Target, bytes: Buffer): Buffer =>
  kind === 'attribute' ? Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1') : bytes;

async function report({ options, program }: Run, action: ActionName, answer: ActionAnswer): Promise<void> {
  const { status, headers, body } = answer;
  if (!(action === 'get' && status === 200)) note(`${status} ${STATUS_CODES[status] ?? ''}`.trimEnd());
  if (headers['etag'] !== undefined) note(`etag: ${shown(headers['etag'])}`);
  if (headers['content-type'] !== undefined) note(`content-type: ${shown(headers['content-type'])}`);
  if (body.length > 0) note(`content-length: ${body.length}`);
  const file = options.text('o');
  if (file === undefined || file === '-') {
    if (body.length > 0) {
      note('');
      await printBytes(body);
    }
  } else if (succeeded(answer) || program === 'xcapclient') {
    await writeOutput(file, body, '-o');
    note(`${body.length} bytes saved to ${file}`);
  } else if (body.length > 0) note(`\n${new TextDecoder().decode(body).trimEnd()}`);
}

/** Says what to do next, where the status alone does not. */
async function explain(run: Run, answer: ActionAnswer, { readEscapes }: Target): Promise<void> {
  const { status } = answer;
  const account = run.account();
  if (status === 409) {
    const report = parseXcapError(new TextDecoder().decode(answer.body));
    complain(new ConflictError(report?.condition, '409', report).message);
  }
  if (status === 401 && account.password === undefined && answer.refused === 'no-credentials')
    complain(
      'The server asks for a password; give one with --password-file, XCAP_PASSWORD, or in the configuration file.',
    );
  if (status === 401 && answer.refused === 'unprotected')
    complain(
      'The server asks for Basic over plain HTTP, where everyone on the network path can read the password; use an https root, or allow it with --allow-basic.',
    );
  if (status === 401 && answer.refused === 'wrong-credentials')
    complain('The server refuses this user name and password; check --sip-address and the password.');
  if (status === 404 && readEscapes)
    complain(
      'The selector was read as percent-encoded, since every % in it begins an escape; type %25 for a literal %.',
    );
  const { diagnoseRoot, isSuspicious } = await import('../requests/diagnose-root.ts');
  const diagnosis = isSuspicious(answer) ? await diagnoseRoot(account) : undefined;
  if (diagnosis !== undefined) complain(diagnosis);
}
