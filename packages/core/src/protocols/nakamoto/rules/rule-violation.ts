import { law, type RuleName } from './law.ts'

/** A rule of consensus was broken. Rules return this, or `undefined` where they hold; they do not throw. */
export interface RuleViolation {
  readonly kind: 'violation'
  readonly rule: RuleName
  /** What is wrong, where, and what would be right, in one line. */
  readonly message: string
  /** Nothing that happens later can make this block valid: its id may be remembered as invalid. */
  readonly permanent: boolean
  /** The body does not belong to the header: the same id may yet come with a good body. */
  readonly mutated: boolean
}

export function violation(rule: RuleName, message: string): RuleViolation {
  const { remembered } = law[rule]
  return {
    kind: 'violation',
    rule,
    message,
    permanent: remembered === 'for ever',
    mutated: remembered === 'never',
  }
}
