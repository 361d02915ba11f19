/** Documents as text: where OpenXCAP believes that an element ends, and how lxml serializes a document. */

import type { Document, Element, Node } from '@xmldom/xmldom';
import { NodeType, spanOf } from '../../../documents/xml/spans.ts';

/** The text with spaces in place of its document type declaration, so that positions stay the same. */
export function withoutDoctype(text: string): string {
  const start = text.indexOf('<!DOCTYPE');
  // Behind the root element it is an error, which the parser reports.
  if (start < 0 || /<[^!?]/.test(text.slice(0, start))) return text;
  const subset = text.indexOf('[', start);
  const close = text.indexOf('>', start);
  const end = subset >= 0 && subset < close ? text.indexOf('>', text.indexOf(']', subset)) : close;
  if (end < 0) return text;
  return `${text.slice(0, start)}${' '.repeat(end + 1 - start)}${text.slice(end + 1)}`;
}

/**
 * Where OpenXCAP believes that an element ends. Behind a character outside ASCII, and in an element with a prefix, it
 * misses the end tag.
 */
export function endOf(text: string, element: Element): number {
  const span = spanOf(element);
  if (!span) return 0;
  const hasEndTag = span.closeStart < span.end;
  const isMissed = hasEndTag && (element.prefix || /[^\0-\x7f]/.test(text.slice(0, span.closeStart)));
  return isMissed ? span.closeStart : span.end;
}

/** The text of an element as OpenXCAP sees it. */
export const elementText = (text: string, element: Element): string =>
  text.slice(spanOf(element)?.start ?? 0, endOf(text, element));

/** Serializes a document as lxml does: one declaration, double quotes, empty elements in short form. */
export const rewrite = (document: Document): string =>
  `<?xml version='1.0' encoding='UTF-8'?>\n${Array.from(document.childNodes, writeNode).filter(Boolean).join('\n')}`;

function writeNode(node: Node): string {
  switch (node.nodeType) {
    case NodeType.element:
      return writeElement(node as Element); // its node type says so
    case NodeType.comment:
      return `<!--${node.nodeValue}-->`;
    case NodeType.processingInstruction:
      return node.nodeName === 'xml' ? '' : `<?${node.nodeName} ${node.nodeValue}?>`;
    default:
      return node.parentNode?.nodeType === NodeType.document ? '' : escapeContent(node.nodeValue ?? '');
  }
}

function writeElement(element: Element): string {
  const attributes = Array.from(element.attributes);
  const declarations = attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
  const others = attributes.filter((attribute) => !declarations.includes(attribute));
  const written = [...declarations, ...others].map(({ name, value }) => ` ${name}="${escapeValue(value)}"`).join('');
  const content = Array.from(element.childNodes, writeNode).join('');
  const tag = `${element.nodeName}${written}`;
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${element.nodeName}>`;
}

const escapeContent = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');

const escapeValue = (value: string): string =>
  escapeContent(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
