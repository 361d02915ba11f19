const { resourceLists, XcapClient } = require('xcap');
const { parseDocument } = require('xcap/documents');
const { parseSelector } = require('xcap/selector');
const { createXcapServer } = require('xcap/server');

console.log(typeof XcapClient, typeof createXcapServer, parseDocument('<a/>').toString());
console.log(String(parseSelector('/resource-lists/list[1]', resourceLists)));
