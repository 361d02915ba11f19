import { documentUri } from '../../selector/document-uri.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';
import type { Account } from '../account/account.ts';
import { CliFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';
import type { Application } from './applications.ts';
import { encodeTyped } from './selector-text.ts';

/** What an action addresses. */
export interface Target {
  readonly application: Application;
  readonly url: string;
  /** The URL of the document; the same for a whole document. */
  readonly document: string;
  readonly kind: 'document' | 'element' | 'attribute' | 'namespace-bindings';
  readonly contentType: string;
  /** The percent-encoded selector with its query. */
  readonly path: string | undefined;
  readonly readEscapes: boolean;
}

const TYPES = {
  element: 'application/xcap-el+xml',
  attribute: 'application/xcap-att+xml',
  'namespace-bindings': 'application/xcap-ns+xml',
} as const;

/** The tree that -c names. Throws {@link CliFailure} for any other word. */
export function checkContext(options: Options): 'users' | 'global' | undefined {
  const context = options.text('context');
  if (context === undefined || context === 'users' || context === 'global') return context;
  throw new CliFailure(`Context must be either 'global' or 'users', not '${context}'`);
}

/**
 * The URL of a document or of a node in it.
 *
 * @throws CliFailure when a part of it can be in no URL
 */
export function targetFor(
  { root, user }: Pick<Account, 'root' | 'user'>,
  application: Application,
  options: Options,
  selector: string | undefined,
): Target {
  const tree = checkContext(options) ?? application.tree ?? 'users';
  const name = options.text('filename') ?? application.documentName ?? 'index';
  const document = urlOf({ root, usage: application.auid, tree, user, document: name });
  if (selector === undefined)
    return {
      application,
      url: document,
      document,
      kind: 'document',
      contentType: application.contentType,
      path: undefined,
      readEscapes: false,
    };
  const { path, readEscapes } = encodeTyped(selector, application.prefixes);
  const kind = kindOf(path);
  return { application, url: `${document}/~~${path}`, document, kind, contentType: TYPES[kind], path, readEscapes };
}

function urlOf(address: Parameters<typeof documentUri>[0]): string {
  try {
    return documentUri(address);
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError)) throw error;
    throw new CliFailure(
      `'${error.input}' cannot be part of a document's address: expected ${error.expected}; check --xcap-root, --sip-address, --app and --filename.`,
      undefined,
      { cause: error },
    );
  }
}

function kindOf(path: string): keyof typeof TYPES {
  const last = path.replace(/\?.*$/s, '').split('/').at(-1) ?? '';
  if (/^(?:@|%40)/.test(last)) return 'attribute';
  return last === 'namespace::*' || last === 'namespace%3A%3A*' ? 'namespace-bindings' : 'element';
}
