import { describe, expect, test } from 'vitest'
import { narrateDls } from './dls.narration.ts'
import { ScriptedRounds } from './testing/scripted-rounds.ts'

const told = ({ processors }: ScriptedRounds): string =>
  narrateDls(new Map(processors.map((processor) => [processor.host.self, processor])))

describe('what is happening in DLS', () => {
  test('is told round by round', () => {
    const rounds = new ScriptedRounds(4)
    expect(told(rounds)).toBe('No processor has anything to propose yet.')
    rounds.propose('a', 'a', 'a', 'a').deliver()
    expect(told(rounds)).toBe(
      'Phase 1 of processor 0: it is told which values are acceptable and proper, so far by 4.',
    )
    expect(told(rounds.untilRound(2))).toBe(
      'Phase 1 of processor 0: it asks all to lock its proposal.',
    )
    expect(told(rounds.untilRound(3))).toBe(
      '1 has decided; phase 1 of processor 0: 4 have told it that they have locked the value.',
    )
    expect(told(rounds.untilRound(4))).toBe(
      '1 has decided; phase 1 of processor 0: all show each other their locks, of which 4 have some.',
    )
    expect(told(rounds.untilRound(8))).toBe('All 4 processors that are up have decided.')
  })

  test('says how many are behind', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    rounds
      .deliver(() => false)
      .endRound(0, 1)
      .deliver(({ to }) => to !== 3)
    expect(told(rounds)).toBe(
      'Phase 1 of processor 0: no value has come from it yet, and 1 is behind.',
    )
  })
})
