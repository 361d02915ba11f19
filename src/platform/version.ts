/** Version of this package: that of package.json, which bundles do not have. */
export const VERSION = '0.4.0';
