import type { Attr } from '@xmldom/xmldom';
import { changesOf } from './spans.ts';

const VALUE = Symbol('xcap.value');

interface Counted {
  [VALUE]?: string;
}

const property: PropertyDescriptor & ThisType<Attr & Counted> = {
  configurable: true,
  enumerable: true, // xmldom copies the enumerable properties of a node that it clones
  get() {
    return this[VALUE];
  },
  set(value: string) {
    this[VALUE] = value;
    if (this.ownerDocument) changesOf(this.ownerDocument)._inc++;
  },
};

/** Lets every later change of the value of an attribute be counted, as xmldom counts the other changes of a document. */
export function countChanges(attribute: Attr): void {
  const counted: Attr & Counted = attribute;
  if (VALUE in counted || Object.isFrozen(attribute)) return;
  const { value } = attribute;
  // The parser sets the value last. Without it, the engine adds the accessor to its fast representation of the object;
  // to redefine the value takes several times as long.
  delete (attribute as Partial<Attr>).value; // it is defined again at once
  Object.defineProperty(attribute, 'value', property);
  counted[VALUE] = value;
}
