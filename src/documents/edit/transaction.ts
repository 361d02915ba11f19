import type { DocumentState } from '../state.ts';
import type { Undo } from '../xml/edit.ts';

/**
 * Runs several edits of a document as one: all of them take effect, or none. A transaction inside another one is rolled
 * back together with the outer one. The document's `onChange` is called after the outermost one.
 *
 * @param edit - passes the undo of each edit to its argument, in the order of the edits
 * @returns what `edit` returns
 * @throws whatever `edit` throws, after the document and its `changes` are restored
 */
export function transaction<T>(state: DocumentState, edit: (undoable: (undo: Undo) => void) => T): T {
  const outer = state.undos;
  const undos = outer ?? [];
  state.undos = undos;
  const undoMark = undos.length;
  const changeMark = state.changes.length;
  let result: T;
  try {
    result = edit((undo) => undos.push(undo));
  } catch (error) {
    for (const undo of undos.splice(undoMark).toReversed()) undo();
    state.changes.length = changeMark;
    throw error;
  } finally {
    state.undos = outer;
  }
  if (!outer) state.onChange?.();
  return result;
}
