/** The types of what the verbs of a client read and write, by the selector or usage that they are given. */

import type { AttributeData, ElementData, ElementInput, ReadOnlyBindings } from '../documents/data/data-types.ts';
import type { XcapDocument } from '../documents/document.ts';
import type {
  AnySelector,
  AttributeSelector,
  ElementSelector,
  NamespaceBindingsSelector,
} from '../selector/builder-types.ts';
import type { UsageTable } from '../selector/usage-table.ts';

/** A usage with the table `U` and documents of class `D`. */
interface UsageLike<U extends UsageTable, D> extends AnySelector {
  readonly definition: U;
  create(): D;
}

/** A document of any usage. */
export type AnyDocument = Pick<XcapDocument, 'changes' | 'validate' | 'toString'>;

/** The value of the resource that a selector or usage addresses: a document, the data of a node, or `unknown` for an untyped selector. */
export type ResourceValue<S> =
  S extends UsageLike<UsageTable, infer D>
    ? D
    : S extends AttributeSelector<infer U, infer E, infer A>
      ? AttributeData<U, E, A>
      : S extends NamespaceBindingsSelector<UsageTable>
        ? Readonly<Record<string, string>>
        : S extends ElementSelector<infer U, infer E>
          ? ElementData<U, E>
          : unknown;

/** The content that can be written to the resource: a document for a usage, data, or XML text. */
export type ResourceContent<S> =
  S extends UsageLike<infer U, unknown>
    ? XcapDocument<U> | ElementInput<U, U['root']> | string
    : S extends AttributeSelector<infer U, infer E, infer A>
      ? AttributeData<U, E, A>
      : S extends NamespaceBindingsSelector<UsageTable>
        ? ReadOnlyBindings
        : S extends ElementSelector<infer U, infer E>
          ? ElementInput<U, E> | string
          : unknown;
