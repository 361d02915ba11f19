/** AUID of supplementary services (3GPP TS 24.623 clause 6.2). Clients need it without the rest of the usage. */
export const SIMSERVS_AUID = 'simservs.ngn.etsi.org';
