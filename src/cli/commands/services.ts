import type { Command } from '../command.ts';
import { readDocument } from '../documents/document-access.ts';
import { EXIT } from '../failure.ts';
import { accountOptions, documentOptions, jsonOption, profileOption } from '../options/global-options.ts';
import { print, shown, table } from '../output/terminal.ts';

/** `xcap services`. */
export const command: Command = {
  name: 'services',
  synopsis: ['services [OPTIONS]'],
  description: [
    'Shows the list services (RLS): the URI to subscribe to, the event packages it takes, and the list behind it.',
    'A service without any event package takes every one.',
  ],
  options: [jsonOption, profileOption, ...documentOptions.filter(({ name }) => name !== 'app'), ...accountOptions],
  examples: [
    { line: 'xcap services', does: 'shows all services' },
    { line: 'xcap services --json', does: 'prints them for a program' },
  ],
  async run(run) {
    const { rlsServices } = await import('../../documents/usages/rls-services/usage.ts');
    const { value, etag, url } = await readDocument(run, rlsServices);
    const services = value.services().map((service) => ({
      ...service,
      selector: String(service.selector),
      list: service.list && String(service.list),
    }));
    if (run.options.flag('json')) await print(JSON.stringify({ url, etag, services }, null, 2));
    else if (services.length === 0) await print('There are no services.');
    else {
      const rows = services.map(({ uri = '', packages, resourceList, list }) =>
        [uri, packages?.join(', ') ?? 'every', resourceList ?? list ?? ''].map(shown),
      );
      for (const line of table(rows, ['SERVICE', 'PACKAGES', 'LIST'])) await print(line);
    }
    return EXIT.ok;
  },
};
