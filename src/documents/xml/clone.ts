import type { Document } from '@xmldom/xmldom';
import { parseXml, unreadDocument } from './parse.ts';
import { NO_LIMITS } from './parse-limits.ts';
import { printDocument } from './print.ts';

/**
 * Returns a copy that prints identically and shares nothing with the original but its text. Reading the printed text again
 * takes about as long as copying node by node, because both spend most time on creating the DOM nodes.
 */
export const cloneDocument = (document: Document): Document => parseXml(printDocument(document), NO_LIMITS).document;

/**
 * Returns such a copy, whose nodes are made when they are first used (`readDocument`). For a document that only this
 * library changed: what callers did to a DOM is checked when it is read again.
 */
export const cloneLater = (document: Document): Document => unreadDocument(printDocument(document));
