/** The text of nodes without children. */

import type { Node } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { decodeText, escapeText, normalizeLineEnds } from './escape.ts';
import { mustBeLegal } from './reconcile.ts';
import { NodeType } from './spans.ts';

/** Whether a text, CDATA section, comment or instruction still has the data with which it was written. */
export const hasMeaning = (node: Node, written: string): boolean => meaning(node, written) === (node.nodeValue ?? '');

/** Returns the data that a text, CDATA section, comment or instruction had when it was read. */
function meaning(node: Node, written: string): string | undefined {
  switch (node.nodeType) {
    case NodeType.text:
      return decodeText(written);
    case NodeType.cdata:
      return normalizeLineEnds(written.slice(9, -3));
    case NodeType.comment:
      return normalizeLineEnds(written.slice(4, -3));
    default:
      return normalizeLineEnds(written.slice(2 + node.nodeName.length, -2)).replace(/^[ \t\n]+/, '');
  }
}

/**
 * Returns a text, CDATA section, comment or instruction as XML text.
 *
 * @throws InvalidArgumentError for data that XML cannot express
 */
export function leafText(node: Node): string {
  const data = node.nodeValue ?? '';
  const what = `the ${node.nodeName} ${JSON.stringify(data.slice(0, 40))}`;
  mustBeLegal(data, what);
  const refuse = (reason: string): never => {
    throw new InvalidArgumentError(`${what} cannot be written as XML: ${reason}`);
  };
  switch (node.nodeType) {
    case NodeType.text:
      return escapeText(data);
    case NodeType.cdata:
      return `<![CDATA[${data.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    case NodeType.comment:
      return /--|-$/.test(data) ? refuse('a comment must not contain -- nor end with -') : `<!--${data}-->`;
    case NodeType.processingInstruction:
      return data.includes('?>') ? refuse('it must not contain ?>') : `<?${node.nodeName}${data && ' '}${data}?>`;
    default:
      return refuse('only elements, text, CDATA sections, comments and processing instructions can');
  }
}
