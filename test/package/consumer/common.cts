import xcap = require('xcap');
import selector = require('xcap/selector');

console.log(typeof xcap.XcapClient, String(selector.parseSelector('/resource-lists/list[1]', xcap.resourceLists)));
