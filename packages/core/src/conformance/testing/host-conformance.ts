import { duty1 } from './duties/duty-1-own-world.ts'
import { duty2 } from './duties/duty-2-durable-before-sent.ts'
import { duty3 } from './duties/duty-3-after-a-crash.ts'
import { duty4 } from './duties/duty-4-plain-state.ts'
import { duty5 } from './duties/duty-5-atomic-steps.ts'
import { duty6 } from './duties/duty-6-messages-by-value.ts'
import type { Ability, HostUnderTest } from './host-under-test.ts'

/** A test of one duty of `Host`, the numbers being those of its documentation. */
export interface DutyTest {
  readonly duty: 1 | 2 | 3 | 4 | 5 | 6
  /** What a host does that passes. */
  readonly name: string
  readonly needs: readonly Ability[]
  /** @throws Error where the host does not */
  run(host: HostUnderTest): Promise<void>
}

export interface HostTest {
  /** A sentence: the duty, and what the host does. */
  readonly name: string
  /** Why this host cannot be tested so; undefined where it can. */
  readonly skipped: string | undefined
  run(): Promise<void>
}

export const dutyTests: readonly DutyTest[] = [
  ...duty1,
  ...duty2,
  ...duty3,
  ...duty4,
  ...duty5,
  ...duty6,
]

/**
 * What every host must pass, as tests for any test runner: it keeps the six duties that `Host`
 * states. The suite puts probes on the host and sees the world with their eyes; it knows nothing of
 * how the host works.
 */
export function hostConformance(host: HostUnderTest): HostTest[] {
  return dutyTests.map((test) => {
    const missing = test.needs.find((ability) => host.cannot[ability] !== undefined)
    const why = missing && `${host.name} has no ${missing}: ${host.cannot[missing]}`
    return {
      name: `duty ${test.duty}: it ${test.name}`,
      skipped: why,
      run: () => test.run(host),
    }
  })
}
