/** The checkers of a run, and of histories that others recorded. */
export * from './history.ts'
export * from './linearizability/index.ts'
