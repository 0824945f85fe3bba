import {
  type CrashedRun,
  type RunRow,
  rowFrom,
  type Scenario,
  ScenarioError,
  type ShrunkRow,
  shrunkRowFrom,
} from '@quorate/core/experiments'

/** What an engine has done somewhere: a run of the sweep, or a failing run made smaller. */
export interface Task {
  readonly kind: 'run' | 'shrink'
  /** The run's number in its sweep. */
  readonly run: number
  readonly scenario: Scenario
}

/** What became of a task. */
export type Result =
  | { readonly kind: 'run'; readonly row: RunRow }
  | { readonly kind: 'shrink'; readonly row: ShrunkRow }
  | ({ readonly kind: 'crashed' } & CrashedRun)

/**
 * Checks that data from a file or from another machine is a result that a sweep may keep.
 * @throws ScenarioError that says what is wrong
 */
export function resultFrom(data: unknown): Exclude<Result, { kind: 'crashed' }> {
  const { kind, row } = fieldsOf(data)
  switch (kind) {
    case 'run':
      return { kind, row: rowFrom(row) }
    case 'shrink':
      return { kind, row: shrunkRowFrom(row) }
    default:
      throw new ScenarioError('this is no result of a sweep')
  }
}

function fieldsOf(data: unknown): { readonly [field: string]: unknown } {
  return typeof data === 'object' && data !== null ? (data as { [field: string]: unknown }) : {}
}
