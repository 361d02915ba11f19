import { MEDIA_TYPES } from '../../http/media-types.ts';
import { documentUri } from '../../selector/document-uri.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';
import type { Account } from '../account/account.ts';
import { CliFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';
import type { Application } from './applications.ts';
import { encodeTyped } from './selector-text.ts';

/** The resource of an action. */
export interface Target {
  readonly application: Application;
  readonly url: string;
  /** The URL of the document; the same for a whole document. */
  readonly document: string;
  /** The same as options of a client's call. */
  readonly place: {
    readonly user: { readonly xui: string };
    readonly tree: 'users' | 'global';
    readonly document: string;
  };
  readonly kind: 'document' | 'element' | 'attribute' | 'namespace-bindings';
  readonly contentType: string;
  /** The percent-encoded selector with its query. */
  readonly path: string | undefined;
  /** Whether `%` signs in the selector were read as escapes although the rest was typed raw. */
  readonly readEscapes: boolean;
}

/** Returns the tree that -c names. Throws {@link CliFailure} for any other word. */
export function checkContext(options: Options): 'users' | 'global' | undefined {
  const context = options.text('context');
  if (context === undefined || context === 'users' || context === 'global') return context;
  throw new CliFailure(`Context must be either 'global' or 'users', not '${context}'`);
}

/** The document of its application, where it is not the usual one. */
export interface DocumentChoice {
  readonly tree?: 'users' | 'global' | undefined;
  readonly document?: string | undefined;
}

/** Returns the URL of a document. Throws {@link CliFailure} when a part of it cannot be in a URL. */
export function documentUrl(
  { root, user }: Pick<Account, 'root' | 'user'>,
  application: Application,
  choice: DocumentChoice,
): string {
  try {
    return documentUri({
      root,
      usage: application.auid,
      tree: choice.tree ?? application.tree ?? 'users',
      user: { xui: user },
      document: choice.document ?? application.documentName ?? 'index',
    });
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError)) throw error;
    throw new CliFailure(
      `'${error.input}' cannot be part of a document's address: expected ${error.expected}; check --xcap-root, --sip-address, --app and --filename.`,
      undefined,
      { cause: error },
    );
  }
}

/** Returns the target that --app, --filename, -c and a selector name. Throws {@link CliFailure} as `documentUrl`. */
export function targetFor(
  account: Pick<Account, 'root' | 'user'>,
  application: Application,
  options: Options,
  selector: string | undefined,
): Target {
  const place = {
    user: { xui: account.user },
    tree: checkContext(options) ?? application.tree ?? 'users',
    document: options.text('filename') ?? application.documentName ?? 'index',
  };
  const document = documentUrl(account, application, place);
  const base = { application, document, place };
  if (selector === undefined) {
    const { contentType } = application;
    return { ...base, url: document, kind: 'document', contentType, path: undefined, readEscapes: false };
  }
  const { path, readEscapes } = encodeTyped(selector, application.prefixes);
  const kind = kindOf(path);
  return { ...base, url: `${document}/~~${path}`, kind, contentType: MEDIA_TYPES[kind], path, readEscapes };
}

function kindOf(path: string): Exclude<keyof typeof MEDIA_TYPES, 'error'> {
  const last = path.replace(/\?.*$/s, '').split('/').at(-1) ?? '';
  if (/^(?:@|%40)/.test(last)) return 'attribute';
  return last === 'namespace::*' || last === 'namespace%3A%3A*' ? 'namespace-bindings' : 'element';
}
