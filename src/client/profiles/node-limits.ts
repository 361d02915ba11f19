import type { NodeSelector } from '../../selector/ast.ts';
import type { ServerProfile } from './profile.ts';

/** A request on a node, as far as servers differ about it. */
export interface NodeRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** The request target as it would be sent. */
  readonly path: string;
  readonly node: NodeSelector;
}

/** Returns whether a server does this request as RFC 4825 says, so that it may be sent as it is. Pure. */
export function isSafe(profile: ServerProfile, request: NodeRequest): boolean {
  const { nodes, conditions } = profile;
  const { method, node } = request;
  if (!isAddressable(profile, request)) return false;
  if (node.terminal?.kind === 'namespace-bindings') return nodes.namespaceBindings;
  if (method === 'GET') return nodes.read;
  if (method === 'DELETE' && !nodes.delete) return false;
  // The server itself reads, edits and writes the document: what does not hold for documents does not for nodes.
  if (!nodes.write || conditions.ifMatch !== 'atomic') return false;
  return node.terminal?.kind !== 'attribute' || nodes.attributes !== 'none';
}

/** Returns whether a server understands the address of a node. */
export function isAddressable(
  { nodes, maxTarget }: ServerProfile,
  { path, node }: Pick<NodeRequest, 'path' | 'node'>,
): boolean {
  if (maxTarget !== null && path.length > maxTarget) return false;
  if (!nodes.prefixes && path.includes('?xmlns(')) return false;
  return nodes.unsafeInValues === '' || !holdsAny(node, nodes.unsafeInValues);
}

const holdsAny = ({ steps }: NodeSelector, characters: string): boolean =>
  steps.some(({ attribute }) => attribute && Array.from(attribute.value).some((char) => characters.includes(char)));
