import { XcapClient, XcapError } from 'xcap';
import { parseDocument } from 'xcap/documents';
import { FileStore } from 'xcap/node';
import { parseSelector } from 'xcap/selector';
import { createXcapServer } from 'xcap/server';

const thrown = async (work) => {
  try {
    await work();
  } catch (error) {
    return error instanceof XcapError;
  }
};
const actions = [
  () => new XcapClient({}),
  () => parseDocument('<a'),
  () => new FileStore(''),
  () => parseSelector('/'),
  () => createXcapServer({ auth: 'digest' }),
];
console.log(...(await Promise.all(actions.map(thrown))));
