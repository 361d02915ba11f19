/**
 * What only Node has: stores and journals on disk.
 *
 * @module xcap/node
 */

export { FileJournal } from './client/provision/file-journal.ts';
export { FileStore, type FileStoreOptions } from './client/stores/file.ts';
