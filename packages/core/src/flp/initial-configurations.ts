import type { AsynchronousSystem, Coin } from './asynchronous-system.ts'
import type { Configuration } from './configuration.ts'
import type { LookAhead, Witnesses } from './look-ahead.ts'

/** An initial configuration: and what a look ahead has found. */
export interface InitialConfiguration {
  readonly configuration: Configuration
  readonly witnesses: Witnesses
}

export function isBivalent([zero, one]: Witnesses): boolean {
  return zero !== undefined && one !== undefined
}

/**
 * Every initial configuration, in an order in which each differs from the one before in a single
 * process (a Gray code): so does the proof of lemma 2 go from one in which only the first value can be
 * decided to one in which only the second can, and finds one between them that is bivalent.
 */
export function* initialConfigurations(
  system: AsynchronousSystem,
  lookAhead: LookAhead,
  coin: Coin,
): Generator<InitialConfiguration> {
  const count = 2 ** system.nodes.length
  for (let i = 0; i < count; i += 1) {
    const code = i ^ (i >> 1)
    const proposals = system.nodes.map((node) => (code >> node) & 1)
    const configuration = system.initial(proposals, coin)
    const witnesses = lookAhead.witnesses(configuration, 'thorough')
    for (const witness of witnesses) if (witness) lookAhead.toTheEnd(configuration, witness)
    yield { configuration, witnesses }
  }
}
