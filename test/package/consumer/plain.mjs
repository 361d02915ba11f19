import { resourceLists, XcapClient } from 'xcap';
import { parseDocument } from 'xcap/documents';
import { parseSelector } from 'xcap/selector';
import { createXcapServer } from 'xcap/server';

console.log(typeof XcapClient, typeof createXcapServer, parseDocument('<a/>').toString());
console.log(String(parseSelector('/resource-lists/list[1]', resourceLists)));
