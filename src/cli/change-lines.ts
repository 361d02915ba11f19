import { diff } from '../documents/diff.ts';
import type { XcapDocument } from '../documents/document.ts';
import type { NodeOperation } from '../documents/state.ts';
import { shown, styled } from './terminal.ts';

/** One difference: the node operation that makes it, and what it means for the first document. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly method: 'PUT' | 'DELETE';
  readonly selector: string;
  readonly body?: string;
}

/** The node operations that turn one document into the other, in order. */
export function changesBetween(before: XcapDocument, after: XcapDocument): Change[] {
  const at = before.clone();
  return diff(before, after).map((operation) => {
    const { method, selector, body } = operation;
    const kind = method === 'DELETE' ? 'removed' : at.xml(selector) === undefined ? 'added' : 'changed';
    follow(at, operation);
    return { kind, method, selector: String(selector), ...(body !== undefined && { body }) };
  });
}

function follow(document: XcapDocument, { method, selector, body }: NodeOperation): void {
  if (method === 'DELETE') document.delete(selector);
  else document.put(selector, body);
}

const LOOKS = { added: ['+', 'green'], removed: ['-', 'red'], changed: ['~', 'yellow'] } as const;

/** A change on one line. */
export function changeLine({ kind, selector, body }: Change): string {
  const [mark, colour] = LOOKS[kind];
  const content = body === undefined ? '' : `  ${shown(body.replace(/\s+/g, ' '))}`;
  return styled(colour, `${mark} ${shown(selector)}`) + content;
}
