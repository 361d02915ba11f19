import type { RlsServicesDocument } from '../../documents/usages/rls-services/document.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, nameOptions } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { table } from '../output/table.ts';
import { print, printJson } from '../output/terminal.ts';

type Verb = (run: Run, args: readonly string[]) => Promise<void>;

/** `xcap services`, with its verbs. */
export const command: Command = {
  name: 'services',
  synopsis: [
    'services [OPTIONS]',
    'services add URI --list LIST [--packages NAMES]',
    'services rename URI NEW-URI',
    'services remove URI',
  ],
  description: [
    'Shows the list services (RLS): the URI to subscribe to, its event packages, and the list behind it. A service without event packages accepts every package.',
    'add creates a service for a list: the name or path of one of the user, or the URI of any list. rename gives a service another URI. remove removes it.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.list,
    extraOptions.packages,
    extraOptions.strategy,
    ...nameOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap services', does: 'shows all services' },
    { line: 'xcap services add friends@example.com --list friends --packages presence', does: 'creates a service' },
    { line: 'xcap services --json', does: 'prints them for a program' },
  ],
  async run(run) {
    const [word, ...args] = run.args;
    const options = ['list', 'packages'].filter((name) => word !== 'add' && run.options.flag(name));
    if (options.length > 0) throw new UsageFailure(`option --${options[0]} belongs to xcap services add`);
    if (word === undefined) await show(run);
    else await verbOf(word)(run, args);
    return EXIT.ok;
  },
};

const verbs: Readonly<Record<string, Verb>> = { add, rename, remove };

function verbOf(word: string): Verb {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb) return verb;
  const meant = nearest(word, Object.keys(verbs));
  throw new CliFailure(
    `xcap services has no verb '${word}'; ${meant ? `did you mean ${meant}?` : 'there are add, rename, remove.'}`,
  );
}

const load = async () => ({
  ...(await import('../../documents/usages/rls-services/usage.ts')),
  ...(await import('../documents/list-address.ts')),
});

async function show(run: Run): Promise<void> {
  const { rlsServices } = await load();
  const { value, etag, url } = await readDocument(run, rlsServices);
  const services = value.services().map((service) => ({
    ...service,
    selector: String(service.selector),
    list: service.list && String(service.list),
  }));
  if (run.options.flag('json')) return printJson({ url, etag, services });
  if (services.length === 0) return print('There are no services.');
  const rows = services.map(({ uri = '', packages, resourceList, list }) =>
    [uri, packages?.join(', ') ?? 'every', resourceList ?? list ?? ''].map(shown),
  );
  for (const line of table(rows, ['SERVICE', 'PACKAGES', 'LIST'])) await print(line);
}

async function add(run: Run, args: readonly string[]): Promise<void> {
  const { rlsServices, asUri } = await load();
  const [uri, ...more] = args;
  const list = run.options.text('list');
  if (uri === undefined || more.length > 0 || list === undefined)
    throw new CliFailure('The form is: xcap services add URI --list LIST [--packages NAMES]');
  const packages = run.options
    .text('packages')
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const resourceList = await listUri(run, list);
  await changeDocument(
    run,
    rlsServices,
    (document) => void document.addService({ uri: asUri(uri), resourceList, ...(packages && { packages }) }),
  );
}

/** Returns the URI of a list: as given, or of one of the user's lists, which must exist. */
async function listUri(run: Run, list: string): Promise<string> {
  if (/^https?:\/\//i.test(list)) return list;
  const { findList } = await load();
  const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
  const client = await (await run.session()).client();
  const { value, url } = await client.get(resourceLists);
  return `${url}/~~${findList(value, list).selector.toPath()}`;
}

async function rename(run: Run, args: readonly string[]): Promise<void> {
  const [uri, to, ...more] = args;
  if (uri === undefined || to === undefined || more.length > 0)
    throw new CliFailure('The form is: xcap services rename URI NEW-URI');
  const { rlsServices, asUri } = await load();
  const newUri = asUri(to);
  await changeDocument(run, rlsServices, (document) => {
    if (document.services().some((service) => service.uri === newUri))
      throw new CliFailure(`There is a service ${newUri} already; choose another URI.`);
    document.update(serviceOf(document, asUri(uri)), { uri: newUri });
  });
}

async function remove(run: Run, args: readonly string[]): Promise<void> {
  const [uri, ...more] = args;
  if (uri === undefined || more.length > 0) throw new CliFailure('The form is: xcap services remove URI');
  const { rlsServices, asUri } = await load();
  await changeDocument(run, rlsServices, (document) => document.removeService(serviceOf(document, asUri(uri))));
}

function serviceOf(document: RlsServicesDocument, uri: string) {
  const services = document.services();
  const found = services.find((service) => service.uri === uri);
  if (found) return found.selector;
  const meant = nearest(
    uri,
    services.flatMap((service) => service.uri ?? []),
  );
  throw new CliFailure(
    `There is no service ${uri}${meant === undefined ? '; see xcap services.' : `; did you mean ${meant}?`}`,
  );
}
