import type { Element } from '@xmldom/xmldom';

/** Reports a breach at the element that is being checked. */
export type ReportIssue = (rule: string, message: string) => void;

/** A rule that a table cannot express, checked for each element of one kind. */
export type UsageConstraint = (element: Element, report: ReportIssue) => void;

/** Constraints by the name of the element in the table. */
export type UsageConstraints = Readonly<Record<string, UsageConstraint>>;
