import { createContext, Script } from 'node:vm'

/** Why work was ended in the middle. */
type Interruption = 'time' | 'signal'

export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly by: Interruption

  constructor(by: Interruption) {
    super(`interrupted by ${by}`)
    this.by = by
  }
}

const script = new Script('work()')

/**
 * Runs work that may never end, for it runs somebody else's code: a loop there would leave this thread
 * no chance to look at the clock, or to hear of Ctrl-C. The engine ends it.
 *
 * @throws Interrupted after so many milliseconds, or at Ctrl-C
 */
export function interruptible<T>(work: () => T, milliseconds: number): T {
  const timeout = Math.max(1, Math.min(Math.ceil(milliseconds), 0x7fffffff))
  try {
    return script.runInContext(createContext({ work }), { timeout, breakOnSigint: true })
  } catch (error) {
    // No instance of Error here: it is one of the context's own.
    const { code } = (error ?? {}) as { readonly code?: unknown }
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new Interrupted('time')
    if (code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw new Interrupted('signal')
    throw error
  }
}
