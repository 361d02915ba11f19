import type { Element } from '@xmldom/xmldom';

/** Reports a breach at the element that is being checked. */
export type ReportIssue = (rule: string, message: string) => void;

/** A rule that a table cannot express, checked for each element of one kind. */
export type UsageConstraint = (element: Element, report: ReportIssue) => void;

/** Constraints by the name of the element in the table. */
export type UsageConstraints = Readonly<Record<string, UsageConstraint>>;

const inSchema = new WeakSet<UsageConstraint>();

/** Marks a constraint as a rule of the schema that the table cannot express. Verbs keep it, unlike the rules of a standard's text. */
export function ofSchema(constraint: UsageConstraint): UsageConstraint {
  inSchema.add(constraint);
  return constraint;
}

/** Whether a constraint is a rule of the schema. */
export const isOfSchema = (constraint: UsageConstraint): boolean => inSchema.has(constraint);
