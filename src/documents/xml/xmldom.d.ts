/** The DOM of the package without its parser; the package has types for its main file only. */
declare module '@xmldom/xmldom/lib/dom.js' {
  export { DOMImplementation } from '@xmldom/xmldom';
}
