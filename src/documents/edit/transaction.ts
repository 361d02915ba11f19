import { ValidationError } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { mayBeInvalid } from '../validate/touched.ts';
import { breaksSchema, schemaIssues } from '../validate/validate.ts';
import type { Undo } from '../xml/edit.ts';

/** A part of an edit: passes the undo of each change to its argument, in the order of the changes. */
type Edit<T> = (undoable: (undo: Undo) => void) => T;

/** Options of a transaction. */
export interface TransactionOptions {
  /** Whether to refuse edits after which a valid document would break its schema. Default: true. */
  readonly keepValid?: boolean;
}

/**
 * Runs several edits of a document as one: all of them take effect, or none. A transaction inside another one is rolled
 * back together with the outer one, which also determines whether the document must stay valid. The document's `onChange`
 * is called after the outermost one.
 *
 * @param edit - is called again if the document was not valid before
 * @returns what `edit` returns
 * @throws ValidationError if a valid document would break its schema
 * @throws whatever `edit` throws, after the document and its `changes` are restored
 */
export function transaction<T>(state: DocumentState, edit: Edit<T>, { keepValid = true }: TransactionOptions = {}): T {
  if (state.undos) return attempt(state, edit);
  const result = keepValid && state.usage ? attemptValid(state, edit) : attempt(state, edit);
  state.onChange?.();
  return result;
}

function attempt<T>(state: DocumentState, edit: Edit<T>): T {
  const outer = state.undos;
  const undos = outer ?? [];
  state.undos = undos;
  const undoMark = undos.length;
  const changeMark = state.changes.length;
  try {
    return edit((undo) => undos.push(undo));
  } catch (error) {
    for (const undo of undos.splice(undoMark).toReversed()) undo();
    state.changes.length = changeMark;
    throw error;
  } finally {
    state.undos = outer;
  }
}

/** Runs an edit that must not make a valid document invalid. */
function attemptValid<T>(state: DocumentState, edit: Edit<T>): T {
  let refusal: ValidationError | undefined;
  state.touched = new Map();
  try {
    return attempt(state, (undoable) => {
      const result = edit(undoable);
      const issues = mayBeInvalid(state) ? schemaIssues(state, MOST_REPORTED) : [];
      if (issues.length === 0) return result;
      refusal = new ValidationError(issues);
      throw refusal;
    });
  } catch (error) {
    if (error !== refusal || !breaksSchema(state)) throw error;
  } finally {
    state.touched = undefined;
  }
  // The document was not valid before either.
  return attempt(state, edit);
}

/** Maximum number of breaches in an error. */
const MOST_REPORTED = 20;
