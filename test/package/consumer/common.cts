import xcap = require('xcap');

import { parseSelector } from 'xcap/selector';

console.log(typeof xcap.XcapClient, String(parseSelector('/resource-lists/list[1]', xcap.resourceLists)));
