import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Announcement, type Message } from './dls.messages.ts'
import { announcementText } from './signed-text.ts'
import { ScriptedRounds, type Sent, textOf, valueNamed } from './testing/scripted-rounds.ts'

const passesTo =
  (...nodes: number[]) =>
  ({ to, message }: Sent): boolean =>
    message.kind === 'claim' || message.kind === 'tick' || nodes.includes(to)

describe('a phase', () => {
  test('ends with a decision of its coordinator, in the third round', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    rounds.untilRound(2)
    expect(rounds.processors.map(({ locks }) => locks.map(({ value }) => textOf(value)))).toEqual([
      ['a'],
      ['a'],
      ['a'],
      ['a'],
    ])
    expect(rounds.decided.size).toBe(0)
    rounds.untilRound(3)
    expect(rounds.decided).toEqual(new Map([[0, 'a']]))
  })

  test('goes by without one where fewer than 2t + 1 have locked the value', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a').untilRound(1)
    rounds.untilRound(3, passesTo(0, 1))
    expect(rounds.processor(0).acknowledged.size).toBe(2)
    expect(rounds.decided.size).toBe(0)
  })

  test('has no proposal where fewer than N - t lists have come', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    rounds.untilRound(2, ({ from, message }) => message.kind !== 'list' || from === 1)
    expect(rounds.processor(0).proposal).toBeUndefined()
    expect(rounds.processors.flatMap(({ locks }) => locks)).toEqual([])
  })

  test('keeps to the value that an earlier one may have decided', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'b', 'c', 'd')
    // Everybody learns that any value is proper, and nobody hears of a lock.
    rounds.untilRound(4, ({ message }) => message.kind !== 'lock')
    // In phase 2 processors 1 to 3 lock 'b'; its coordinator decides, and falls silent.
    rounds.untilRound(
      7,
      ({ to, from, message }) => message.kind !== 'lock' || to !== 0 || from !== 1,
    )
    expect(rounds.decided).toEqual(new Map([[1, 'b']]))
    rounds.untilRound(12, ({ from, message }) => from !== 1 && message.kind !== 'decide')
    expect(rounds.decided.get(2)).toBe('b')
  })

  test('counts the lock of the coordinator once its disk has it', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a').untilRound(2)
    const zero = rounds.processor(0)
    zero.acknowledged.clear()
    zero.ownLock = 1_000
    rounds.untilRound(3, ({ from, message }) => message.kind !== 'acknowledge' || from !== 3)
    expect(rounds.decided.size).toBe(0)
    zero.durable(1_000)
    expect(rounds.decided).toEqual(new Map([[0, 'a']]))
  })
})

describe('the basic round model', () => {
  const nodes = 4

  test('ends in one decision within N + 1 phases of GST, whatever was lost before it, of whichever N - t are correct', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(undefined, 0, 1, 2, 3),
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: nodes, maxLength: nodes }),
        (gst, arrives, silent, values) => {
          const rounds = new ScriptedRounds(nodes).propose(...values)
          let next = 0
          const passes = ({ from, to, message }: Sent): boolean => {
            if (message.kind === 'claim' || message.kind === 'tick') return true
            if (from === silent) return false
            return (
              rounds.processor(to).round >= gst || (arrives[next++ % arrives.length] as boolean)
            )
          }
          rounds.untilRound(gst + 4 * (nodes + 1), passes)
          const correct = rounds.processors
            .map(({ host }) => host.self)
            .filter((id) => id !== silent)
          expect(correct.filter((id) => !rounds.decided.has(id))).toEqual([])
          expect(new Set(correct.map((id) => rounds.decided.get(id))).size).toBe(1)
          const proposed = new Set(correct.map((id) => values[id]))
          if (proposed.size === 1)
            expect(proposed).toContain(rounds.decided.get(correct[0] as number))
        },
      ),
      { numRuns: 150 },
    )
  })
})

function announcementBy(rounds: ScriptedRounds, node: number, text: string, signer = node) {
  const value = valueNamed(text)
  const signature = rounds.processor(signer).host.sign(announcementText({ value }))
  return Announcement({ node, value, signature })
}

const decide = (...announcements: Announcement[]): Message<'decide'> => ({
  kind: 'decide',
  announcements,
})

describe('a decision', () => {
  test('gets about once t + 1 have taken it, and then all halt', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a').untilRound(6)
    expect(rounds.decided).toEqual(new Map([[0, 'a']]))
    rounds.untilRound(8)
    expect(rounds.decided.size).toBe(4)
    expect(rounds.processors.every(({ halted }) => halted)).toBe(true)
    expect(rounds.sent).toEqual([])
  })

  test('is not believed of t, though they say it again and again', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    const one = rounds.processor(1)
    for (let i = 0; i < 3; i += 1) one.receive(3, decide(announcementBy(rounds, 3, 'z')))
    const said = announcementBy(rounds, 3, 'z')
    one.receive(3, decide(said, said))
    one.receive(3, decide(said, announcementBy(rounds, 2, 'z', 3)))
    one.receive(3, decide(said, announcementBy(rounds, 2, 'y')))
    expect(rounds.decided.size).toBe(0)
    one.receive(2, decide(announcementBy(rounds, 2, 'z')))
    expect(rounds.decided).toEqual(new Map([[1, 'z']]))
  })

  test('is proved to whoever missed it, even if another value was announced there before', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    rounds.processor(0).receive(3, decide(announcementBy(rounds, 3, 'z')))
    rounds
      .processor(0)
      .receive(1, decide(announcementBy(rounds, 2, 'a'), announcementBy(rounds, 3, 'a')))
    expect(rounds.decided).toEqual(new Map([[0, 'a']]))
  })

  test('is told by who has halted to who still claims rounds', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    rounds.untilRound(8, ({ from, to }) => from !== 3 && to !== 3)
    expect(rounds.decided.has(3)).toBe(false)
    rounds.endRound(3).deliver()
    expect(rounds.decided.get(3)).toBe('a')
    expect(rounds.sent).toEqual([])
  })

  test('answers those who asked, and whoever asks later', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a').untilRound(8)
    const done = { kind: 'done', result: valueNamed('a') }
    expect(rounds.replies).toHaveLength(4)
    rounds
      .processor(2)
      .propose({ kind: 'propose', value: valueNamed('b') }, { client: 9, sequence: 1 })
    expect(rounds.replies.at(-1)).toEqual({ request: { client: 9, sequence: 1 }, outcome: done })
  })
})
