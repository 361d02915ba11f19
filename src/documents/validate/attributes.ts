import type { Attr, Element } from '@xmldom/xmldom';
import { type QName, qname, sameQName } from '../../selector/ast.ts';
import type { CompiledElement } from '../../selector/compile.ts';
import { isNCName, splitName } from '../../selector/names.ts';
import type { AttributeRow } from '../../selector/usage-table.ts';
import { collapse, describeType, isValue } from '../data/values.ts';
import { suggestion } from '../data/write-data.ts';
import { isElement } from '../xml/spans.ts';
import { attributeOf, declaredPrefix, lookupNamespace } from '../xml/walk.ts';
import type { Findings } from './findings.ts';
import { globalAttributeRow, isUnderstood, typeRow, XML_SCHEMA } from './known-schemas.ts';
import { isOfStringType, isStringType } from './string-types.ts';

/** Its attributes are allowed on every element (XML Schema part 1, section 2.6). */
export const XML_SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const INSTANCE_ATTRIBUTES = new Set(['type', 'nil', 'schemaLocation', 'noNamespaceSchemaLocation']);

/** Checks the attributes of an element that the table knows. */
export function checkAttributes(element: Element, row: CompiledElement, findings: Findings): void {
  for (const { name, tableName, row: attribute } of row.attributes) {
    const found = attributeOf(element, name.namespace, name.local);
    if (found) checkValue(element, found, attribute, findings, row);
    else if (attribute.required)
      findings.report(element, 'required-attribute', `<${row.tableName}> lacks the attribute "${tableName}"; add it`);
  }
  const { anyAttribute = 'other' } = row.row;
  for (const attribute of extraAttributes(element, row)) {
    const namespace = attribute.namespaceURI || null;
    if (isInstance(attribute)) checkInstance(element, attribute, row, findings);
    else if (anyAttribute === 'any' || (anyAttribute === 'other' && namespace && namespace !== row.schemaNamespace))
      checkForeign(element, attribute, findings, row);
    else {
      const legal = row.attributes.map((known) => known.tableName);
      const advice = suggestion(attribute.localName ?? '', legal);
      findings.report(element, 'unknown-attribute', `<${row.tableName}> has no attribute "${attribute.name}"${advice}`);
    }
  }
}

/** Checks the attributes of an element that no schema knows: only those that a schema declares globally. */
export function checkForeignAttributes(element: Element, findings: Findings): void {
  for (const attribute of extraAttributes(element)) {
    if (isInstance(attribute)) checkInstance(element, attribute, undefined, findings);
    else checkForeign(element, attribute, findings);
  }
}

const isInstance = ({ namespaceURI, localName }: Attr): boolean =>
  namespaceURI === XML_SCHEMA_INSTANCE && INSTANCE_ATTRIBUTES.has(localName ?? '');

/** Returns the row of the type that `xsi:type` names, if a schema has such a type. */
export function instanceRow(element: Element): CompiledElement | undefined {
  const value = attributeOf(element, XML_SCHEMA_INSTANCE, 'type')?.value;
  return value === undefined ? undefined : typeRow(expand(element, value));
}

function expand(element: Element, name: string): QName {
  const { prefix, local } = splitName(collapse(name));
  return qname(lookupNamespace(element, prefix) ?? null, local);
}

function checkForeign(element: Element, attribute: Attr, findings: Findings, parent?: CompiledElement): void {
  const namespace = attribute.namespaceURI || null;
  const row = globalAttributeRow(namespace, attribute.localName ?? '');
  // libxml2 does not validate an id of a wildcard on an element with an id of its own (XML Schema part 1, section 3.4.4).
  const isSecondId = row?.type === 'ID' && parent?.attributes.some((own) => own.row.type === 'ID') === true;
  if (isSecondId) checkSecondId(element, attribute, findings);
  else if (row) checkValue(element, attribute, row, findings);
  else if (isUnderstood(namespace))
    findings.report(
      element,
      'not-in-schema',
      `the schema of ${namespace} has no attribute "${attribute.name}"; remove it`,
    );
}

function checkValue(
  element: Element,
  { name, value }: Attr,
  attribute: AttributeRow,
  findings: Findings,
  row?: CompiledElement,
): void {
  const { type } = attribute;
  if (!isValue(value, type))
    findings.report(
      element,
      'type',
      `the attribute "${name}" is ${JSON.stringify(value)}, which is not ${describeType(type)}`,
    );
  // Where the table wants an id to be unique among siblings only, it does so against the schema.
  else if (type === 'ID' && row?.row.unique !== 'siblings' && isRepeated(attribute, value, findings, row))
    reportTaken(element, name, value, findings);
}

/** Checks that no validated id is the same. */
function checkSecondId(element: Element, { name, value }: Attr, findings: Findings): void {
  if (isNCName(value) && findings.isTakenBySecondId(value)) reportTaken(element, name, value, findings);
}

function reportTaken(element: Element, name: string, value: string, findings: Findings): void {
  const message = `the ${name} ${JSON.stringify(value)} of <${element.tagName}> is already taken in the document; choose another one`;
  findings.report(element, 'unique', message);
}

const isRepeated = (attribute: AttributeRow, value: string, findings: Findings, row: CompiledElement | undefined) =>
  findings.isRepeatedId(collapse(value), row?.key?.row === attribute ? row : undefined);

/** Checks `xsi:type`, `xsi:nil` and the two hints about schemas. */
function checkInstance(
  element: Element,
  { name, localName, value }: Attr,
  row: CompiledElement | undefined,
  findings: Findings,
): void {
  if (localName !== 'type' && (localName !== 'nil' || row === undefined)) return;
  if (localName === 'nil')
    findings.report(element, 'unknown-attribute', `<${element.tagName}> is not nillable; remove ${name}`);
  else if (!isTypeOf(expand(element, value), row, element))
    findings.report(
      element,
      'type',
      `${name} is ${JSON.stringify(value)}, which is not the type of <${element.tagName}>; remove it`,
    );
}

/** Whether `xsi:type` names the declared type of the element, or one that it restricts; without declaration, any type of XML Schema. */
function isTypeOf(type: QName, row: CompiledElement | undefined, element: Element): boolean {
  if (row?.schemaType) return sameQName(row.schemaType, type) && !isAnonymous(row, element);
  if (type.namespace !== XML_SCHEMA) return false;
  if (row) {
    const { text } = row.row;
    if (row.attributes.length > 0 || typeof text !== 'string') return false;
    if (text !== type.local && !isStringType(type.local, text)) return false;
  }
  return isOfStringType(collapse(element.textContent ?? ''), type.local);
}

/** Whether the schema gives the element a type without a name in its parent. */
function isAnonymous({ row }: CompiledElement, { parentNode }: Element): boolean {
  return (
    isElement(parentNode) && row.anonymousIn?.some((name) => splitName(name).local === parentNode.localName) === true
  );
}

/** Yields the attributes that are neither namespace declarations nor listed in the row. */
function* extraAttributes(element: Element, row?: CompiledElement): Generator<Attr> {
  const { attributes } = element;
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes.item(index);
    if (!attribute || declaredPrefix(attribute) !== undefined) continue;
    const namespace = attribute.namespaceURI || null;
    const isListed = row?.attributes.some(
      ({ name }) => name.namespace === namespace && name.local === attribute.localName,
    );
    if (!isListed) yield attribute;
  }
}
