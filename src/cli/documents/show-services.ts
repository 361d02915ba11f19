import type { Barring } from '../../documents/usages/simservs/barring.ts';
import type { SimservsDocument } from '../../documents/usages/simservs/document.ts';
import type { Forwarding } from '../../documents/usages/simservs/forwarding.ts';
import type { ServiceState } from '../../documents/usages/simservs/services.ts';
import type { Run } from '../command.ts';
import { shown } from '../output/escape.ts';
import { table } from '../output/table.ts';
import { print, printJson } from '../output/terminal.ts';
import { readServices } from './decide-call.ts';

/** Shows the supplementary services of a subscriber, as a table or as JSON. */
export async function showServices(run: Run): Promise<void> {
  const { value, etag, url } = await readServices(run);
  if (run.options.flag('json')) return printJson({ url, etag, ...dataOf(value) });
  const rows = value.services().flatMap((service) => rowsOf(value, service));
  for (const line of table(rows, ['SERVICE', 'STATE', 'SETTING'])) await print(line);
}

const dataOf = (document: SimservsDocument) => ({
  services: document.services(),
  forwarding: document.forwarding(),
  noReplyTimer: document.noReplyTimer(),
  barring: { incoming: document.barring('incoming'), outgoing: document.barring('outgoing') },
  identityRestriction: {
    originating: document.identityRestriction('originating'),
    terminating: document.identityRestriction('terminating'),
  },
  alertingIdentities: document.alertingIdentities(),
});

function rowsOf(document: SimservsDocument, { service, provisioned, active }: ServiceState): string[][] {
  const state = provisioned ? onOrOff(active) : 'not provisioned';
  const head = [service, state, settingOf(document, service)];
  return [head, ...rulesOf(document, service)].map((row) => row.map(shown));
}

const onOrOff = (isOn: boolean): string => (isOn ? 'on' : 'off');

function settingOf(document: SimservsDocument, service: string): string {
  const timer = document.noReplyTimer();
  if (service === 'communication-diversion') return timer === undefined ? '' : `no-reply timer: ${timer} s`;
  if (service === 'originating-identity-presentation-restriction')
    return document.identityRestriction('originating') ?? '';
  if (service === 'terminating-identity-presentation-restriction')
    return document.identityRestriction('terminating') ?? '';
  return '';
}

function rulesOf(document: SimservsDocument, service: string): string[][] {
  if (service === 'communication-diversion')
    return document.forwarding().map((rule) => [nameOf(rule), onOrOff(rule.active), rule.target ?? '']);
  if (service === 'incoming-communication-barring') return document.barring('incoming').map(barringRow);
  if (service === 'outgoing-communication-barring') return document.barring('outgoing').map(barringRow);
  if (service === 'flexible-alerting-specific')
    return document.alertingIdentities().map(({ uri, active }) => [`  ${uri}`, onOrOff(active), '']);
  return [];
}

const barringRow = (rule: Barring): string[] => [
  nameOf(rule),
  onOrOff(rule.active),
  rule.allow === true ? 'allows' : '',
];

/** The condition, with its media and whatever else must hold. */
function nameOf({ condition, media = [], further = [] }: Forwarding | Barring): string {
  const details = [...media, ...further];
  return `  ${condition}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
