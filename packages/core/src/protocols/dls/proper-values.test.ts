import { describe, expect, test } from 'vitest'
import { Standing } from './dls.messages.ts'
import type { Dls } from './dls.ts'
import { ScriptedRounds, textOf, valueNamed } from './testing/scripted-rounds.ts'

const says = (initial: string, proper: string[] = [initial], everything = false): Standing =>
  Standing({ initial: valueNamed(initial), proper: proper.map(valueNamed), everything })

/** Processor 0 of 7 (t = 2), which begins with 'a' and hears these from 1, 2 and so on. */
function hearing(...standings: Standing[]): Dls {
  const zero = new ScriptedRounds(7).propose('a').processor(0)
  for (const [place, standing] of standings.entries()) zero.hear(place + 1, standing)
  return zero
}

const properOf = (processor: Dls): string[] => processor.proper.map(textOf)

describe('PROPER', () => {
  test('holds the initial value alone, at first', () => {
    expect(properOf(hearing())).toEqual(['a'])
  })

  test('takes in what t + 1 others hold proper, and not what t do', () => {
    expect(properOf(hearing(says('b'), says('b')))).toEqual(['a'])
    expect(properOf(hearing(says('b'), says('b'), says('a', ['a', 'b'])))).toEqual(['a', 'b'])
  })

  test('counts who holds everything proper for any value', () => {
    const zero = hearing(says('b', ['b'], true), says('b', ['b'], true), says('b'))
    expect(zero.everythingProper).toBe(false)
    expect(properOf(zero)).toEqual(['a', 'b'])
  })

  test('is all of V once t + 1 say that theirs is', () => {
    const all = says('b', ['b'], true)
    expect(hearing(all, all).everythingProper).toBe(false)
    expect(hearing(all, all, all).everythingProper).toBe(true)
  })

  test.each([
    ['abcde', true],
    ['aabbc', true],
    ['aaabb', false],
    ['aaaaa', false],
    ['aabb', false],
    // Of the five a's at most two go into a choice of 2t + 1 without t + 1 of one value.
    ['aaaaabb', false],
    ['aaaabbc', true],
  ])('is all of V if 2t + 1 initial values have no t + 1 alike: %s, %s', (initials, differ) => {
    const others = Array.from(initials.slice(1), (initial) => says(initial, []))
    expect(hearing(...others).everythingProper).toBe(differ)
  })

  test('counts what a processor said last', () => {
    const zero = hearing(says('b'), says('b'), says('a'))
    zero.hear(3, says('a', ['a', 'b']))
    expect(properOf(zero)).toEqual(['a', 'b'])
  })
})
