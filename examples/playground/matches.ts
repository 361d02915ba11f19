import type { XcapDocument } from 'xcap/documents';
import type { NodeSelector } from 'xcap/selector';

type Found = ReturnType<XcapDocument['select']>;

/** Every node that fits a selector: RFC 4825 takes several for none, and a person wants to see them. */
export function matchesOf(doc: XcapDocument, { steps, terminal }: NodeSelector): Found {
  const namespaces: Record<string, string> = {};
  const name = ({ namespace, local }: { readonly namespace: string | null; readonly local: string }): string => {
    if (namespace === null) return local;
    const prefix = `n${Object.keys(namespaces).length}`;
    namespaces[prefix] = namespace;
    return `${prefix}:${local}`;
  };
  const path = steps.map(({ name: element, position, attribute }) => {
    const place = position === undefined ? '' : `[${position}]`;
    const test = attribute ? `[@${name(attribute.name)}=${literal(attribute.value)}]` : '';
    return `/${element === '*' ? '*' : name(element)}${place}${test}`;
  });
  const end = terminal?.kind === 'attribute' ? `/@${name(terminal.name)}` : '';
  return doc.select(path.join('') + end, namespaces);
}

/** XPath 1.0 has no escapes: a text with both quotes is put together. */
function literal(text: string): string {
  if (!text.includes('"')) return `"${text}"`;
  return `concat(${text
    .split('"')
    .map((part) => `"${part}"`)
    .join(`, '"', `)})`;
}
