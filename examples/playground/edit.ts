import type { XcapDocument } from 'xcap/documents';
import type { UntypedSelector } from 'xcap/selector';
import type { ShownEdit } from './code.ts';
import { markedLines } from './lines.ts';
import { page, showError } from './page.ts';

const TYPES = { element: 'application/xcap-el+xml', attribute: 'application/xcap-att+xml' } as const;

/**
 * Puts or deletes at the selector in a copy of the document, and shows the request and its result.
 *
 * @returns the edit; `undefined` if it is refused
 */
export function showEdit(
  doc: XcapDocument,
  selector: UntypedSelector,
  method: 'PUT' | 'DELETE',
): ShownEdit | undefined {
  const before = doc.toString();
  const copy = doc.clone();
  hideEdit();
  let content: unknown;
  try {
    content = method === 'DELETE' ? undefined : contentOf(page.content.value, selector);
    if (method === 'DELETE') copy.delete(selector);
    else copy.put(selector, content);
  } catch (error) {
    showError('edit', error);
    return undefined;
  }
  page.request.textContent = requestOf(copy, selector, method);
  page.edited.replaceChildren(...markedLines(before, copy.toString()));
  for (const element of [page.request, page.edited, page.keep]) element.hidden = false;
  return { method, content };
}

/** Takes the result of an earlier edit away. */
export function hideEdit(): void {
  showError('edit', undefined);
  for (const element of [page.request, page.edited, page.keep]) element.hidden = true;
}

/** What was typed: XML, an attribute's value as it is, or plain data where it reads as JSON. */
function contentOf(typed: string, { node }: UntypedSelector): unknown {
  if (node.terminal || !/^\s*[[{]/.test(typed)) return typed;
  return JSON.parse(typed);
}

function requestOf(doc: XcapDocument, selector: UntypedSelector, method: string): string {
  const line = `${method} .../~~${selector.toPath()}`;
  if (method === 'DELETE') return line;
  const type = selector.node.terminal?.kind === 'attribute' ? TYPES.attribute : TYPES.element;
  return `${line}\nContent-Type: ${type}\nIf-Match: "..."\n\n${doc.xml(selector) ?? ''}`;
}
