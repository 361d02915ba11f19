import { writeValue } from '../../documents/data/values.ts';
import { writeElement } from '../../documents/data/write-data.ts';
import { XcapDocument } from '../../documents/document.ts';
import { ValidationError } from '../../documents/errors.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { MethodNotAllowedError } from '../errors.ts';
import { type DocumentTarget, isDocument, type NodeTarget, type Target } from '../target.ts';

/**
 * Returns the text to send for the caller's content; for an attribute its value, without quotes.
 *
 * @throws ValidationError for data that the usage does not define
 */
export function bodyFor(context: ClientContext, target: Target, content: unknown): string {
  switch (target.kind) {
    case 'document':
      return documentBody(context, target, content);
    case 'element':
      return elementBody(target, content);
    case 'attribute':
      return attributeBody(target, content);
    case 'namespace-bindings':
      throw new MethodNotAllowedError(`PUT ${target.url}`, ['GET']);
  }
}

function documentBody(context: ClientContext, target: DocumentTarget, content: unknown): string {
  const { usage, url } = target;
  if (isDocument(content)) {
    const auid = content instanceof XcapDocument ? XcapDocument.stateOf(content).usage?.table.auid : undefined;
    if (auid !== undefined && auid !== usage.auid) {
      throw new InvalidArgumentError(`PUT ${url}: the content is a ${auid} document; put it with its own usage`);
    }
    const issues = context.validate ? content.validate() : [];
    if (issues.length > 0) throw new ValidationError(issues);
    return content.toString();
  }
  if (typeof content === 'string') {
    const issues = context.validate ? usage.parse(content).validate() : [];
    if (issues.length > 0) throw new ValidationError(issues);
    return content;
  }
  if (typeof content !== 'object' || content === null) {
    throw new InvalidArgumentError(
      `PUT ${url}: the content must be a document, XML text or data, not ${typeof content}`,
    );
  }
  const document = usage.create();
  // The data is checked against the table when it is written; the static type of any usage's root knows no members.
  document.put(usage, content as never);
  return documentBody(context, target, document);
}

/** Writes an element with declarations of its namespaces, since the prefixes of the document are not known here. */
function elementBody({ node, usage, url }: NodeTarget, content: unknown): string {
  const name = node.steps.at(-1)?.name;
  const row = name === undefined || name === '*' ? undefined : usage.element(name.namespace, name.local);
  if (typeof content === 'string' && (row?.row.text === undefined || /^\s*</.test(content))) return content.trim();
  if (!row)
    throw new InvalidArgumentError(
      `PUT ${url}: give the element as XML text; the usage does not define how to write it from data`,
    );
  return writeElement(usage, row, content, new Map());
}

function attributeBody({ node, usage, url }: NodeTarget, content: unknown): string {
  const element = node.steps.at(-1)?.name;
  const { terminal } = node;
  const row = element === undefined || element === '*' ? undefined : usage.element(element.namespace, element.local);
  const known =
    terminal?.kind === 'attribute'
      ? row?.attributes.find(
          ({ name }) => name.local === terminal.name.local && name.namespace === terminal.name.namespace,
        )
      : undefined;
  const written = writeValue(content, known?.row.type);
  if ('text' in written) return written.text;
  throw new ValidationError([{ selector: url, ...written }]);
}
