import { XcapError } from '../../selector/errors.ts';
import { StoreError } from '../errors.ts';

/**
 * Runs an operation of a store.
 *
 * @param url - URL of the document, for the message
 * @throws StoreError if the store fails; an `XcapError` of the store itself is passed on
 */
export async function withStore<T>(url: string, operation: 'load' | 'save', run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw cause instanceof XcapError ? cause : new StoreError(url, operation, { cause });
  }
}
