import { readFileSync } from 'node:fs';
import { parseXml } from '../../documents/xml/parse.ts';
import { childElements, declaredPrefix } from '../../documents/xml/walk.ts';
import { resolveAccount } from '../account/account.ts';
import { openSession } from '../account/session.ts';
import type { Options } from '../options/options.ts';
import { performAction } from '../requests/action.ts';
import type { ActionName } from '../requests/action-names.ts';
import { type Application, applicationOf } from '../requests/applications.ts';
import { guessApplication } from '../requests/guess.ts';
import { targetFor } from '../requests/target.ts';
import { type InputElement, selectorCandidates } from './candidates.ts';

/** Milliseconds. A shell that waits is worse than one that completes nothing. */
const PATIENCE = 2000;

/** Returns the document of an application on the server; `undefined` when there is none. */
export async function readLive(options: Options, application: Application): Promise<string | undefined> {
  const resolved = resolveAccount(options, () => {});
  const account = { ...resolved, timeout: Math.min(resolved.timeout, PATIENCE) };
  const target = targetFor(account, application, options, undefined);
  await using session = openSession(account, { ask: false });
  const answer = await performAction(session, { action: 'get', target, body: undefined, etag: undefined });
  return answer.status !== 200 ? undefined : Buffer.from(answer.body).toString('utf8');
}

/** Returns the selectors that continue what was typed, from the document on the server. Rejects on any failure. */
export async function liveCandidates(options: Options, action: ActionName, typed: string): Promise<string[]> {
  const file = action === 'get' || action === 'delete' ? undefined : options.text('i');
  const input = file === undefined ? undefined : readFileSync(file, 'utf8');
  const application = applicationOf(guessApplication({ app: options.text('app'), selector: typed, input: undefined }));
  const text = await readLive(options, application);
  if (text === undefined) return [];
  const { document } = parseXml(text);
  return selectorCandidates(
    {
      document,
      // The documents of an unknown application are assumed to be in the namespace of their root.
      defaultNamespace:
        application.defaultNamespace === undefined
          ? (document.documentElement?.namespaceURI ?? null)
          : application.defaultNamespace,
      prefixes: application.prefixes ?? {},
      action,
      input: input === undefined ? undefined : inputElement(input),
    },
    typed,
  );
}

function inputElement(text: string): InputElement | undefined {
  const root = childElements(parseXml(text).document)[0];
  if (!root) return undefined;
  const attributes: Record<string, string> = {};
  for (let index = 0; index < root.attributes.length; index++) {
    const attribute = root.attributes[index];
    if (attribute && declaredPrefix(attribute) === undefined) attributes[attribute.name] = attribute.value;
  }
  return { local: root.localName ?? '', attributes };
}
