import type { Document } from '@xmldom/xmldom';
import { sourceOf } from './spans.ts';

/** Returns the 1-based line and column of the root element in the text of a document. */
export function placeOfRoot(document: Document, source: string): { readonly line: number; readonly column: number } {
  const before = source.slice(0, sourceOf(document)?.rootStart ?? 0);
  const lines = before.split(/\r\n?|\n/);
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}
