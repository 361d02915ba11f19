/** Saves a record of 100 KB, and prints the code of the error. */
import { argv } from 'node:process';
import { FileStore } from '../../../dist/node.js';

const [, , directory, key] = argv;
const record = { version: 2, base: null, etag: null, working: 'x'.repeat(100_000), pending: [] };
try {
  await new FileStore(directory).save(key, record);
} catch (error) {
  console.log(error.code);
}
