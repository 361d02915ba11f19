import type { Element, Node } from '@xmldom/xmldom';
import { refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { XcapDocument } from '../document.ts';
import { recordReplacement } from '../edit/recording.ts';
import { transaction } from '../edit/transaction.ts';
import { type ParseErrorKind, type PatchCondition, PatchError, XcapParseError } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import type { Undo } from '../xml/edit.ts';
import { parseXml } from '../xml/parse.ts';
import { PARSE_OPTIONS, type ParseOptions } from '../xml/parse-limits.ts';
import { isElement } from '../xml/spans.ts';
import { declaration } from '../xml/standalone-text.ts';
import { childElements } from '../xml/walk.ts';
import { patch } from './patch.ts';
import { PatchWork } from './patch-work.ts';

/**
 * Options of `applyPatch`.
 *
 * @example
 * const namespaces = { rl: 'urn:ietf:params:xml:ns:resource-lists' };
 * applyPatch(lists, '<remove sel="rl:resource-lists/rl:list[2]"/>', { namespaces });
 */
export interface PatchOptions extends ParseOptions {
  /** Prefixes (`''` for the default namespace) that the diff binds around its operations. Default: none. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

/**
 * Applies patch operations (RFC 5261), in order, all or none.
 *
 * @example
 * applyPatch(lists, '<remove xmlns="urn:ietf:params:xml:ns:resource-lists" sel="resource-lists/list[2]"/>');
 *
 * @param operations - XML text of `add`, `replace` and `remove` elements in a row, or of one element that holds them
 * @throws PatchError with the condition of RFC 5261 section 5; the document is then unchanged
 */
export function applyPatch<U extends UsageTable>(
  document: XcapDocument<U>,
  operations: string | readonly string[] | Element,
  options: PatchOptions = {},
): void {
  refuseUnknownOptions(options, { ...PARSE_OPTIONS, namespaces: true }, 'applyPatch');
  patchAll(XcapDocument.stateOf(document), operationsOf(operations, options));
}

/** Applies operations to a document, all or none. */
export function patchAll(state: DocumentState, operations: readonly Element[]): void {
  const work = new PatchWork();
  const apply = (undoable: (undo: Undo) => void) => {
    let isChanged = false;
    for (const operation of operations) {
      patch(state, operation, work, (undo) => {
        isChanged = true;
        undoable(undo);
      });
    }
    const root = state.dom.documentElement;
    if (isChanged && root) recordReplacement(state, root);
  };
  transaction(state, apply, { keepValid: false });
}

function operationsOf(operations: string | readonly string[] | Element, options: PatchOptions): Element[] {
  const given: unknown = operations;
  if (isElement(operations as Node)) return childElements(operations as Element); // isElement looks at any object
  const text = Array.isArray(given) && given.every((part) => typeof part === 'string') ? given.join('') : given;
  if (typeof text !== 'string')
    throw new InvalidArgumentError('give the patch operations as XML text, or as the element that holds them');
  const declarations = Object.entries(options.namespaces ?? {}).map(([prefix, uri]) => declaration(prefix, uri));
  const bare = text.replace(/^\uFEFF?\s*(?:<\?xml[\s?][\s\S]*?\?>)?/, '');
  const holder = readDiff(`<diff${declarations.join('')}>${bare}</diff>`, options);
  const found = childElements(holder);
  const [only] = found;
  const isHolder = only && found.length === 1 && !/^(?:add|replace|remove)$/.test(only.localName ?? '');
  return isHolder && (childElements(only).length > 0 || only.localName === 'diff') ? childElements(only) : found;
}

const CONDITIONS: Partial<Record<ParseErrorKind, PatchCondition>> = {
  encoding: 'invalid-character-set',
  entity: 'invalid-entity-declaration',
};

/**
 * Parses a diff and returns its root element.
 *
 * @throws PatchError `invalid-diff-format` if it is not well-formed, or a more specific condition
 */
export function readDiff(text: string, options: ParseOptions): Element {
  try {
    const root = parseXml(text, options).document.documentElement;
    if (root) return root;
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw new PatchError(CONDITIONS[cause.kind] ?? 'invalid-diff-format', 'the diff', cause.message, { cause });
  }
  throw new PatchError('invalid-diff-format', 'the diff', 'it has no root element');
}
