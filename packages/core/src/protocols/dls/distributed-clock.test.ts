import { describe, expect, test } from 'vitest'
import { Claim, type DlsMessage } from './dls.messages.ts'
import { claimText } from './signed-text.ts'
import { ScriptedRounds, type Sent } from './testing/scripted-rounds.ts'

const isClock = ({ message }: Sent): boolean => message.kind === 'claim' || message.kind === 'tick'

function claimOf(rounds: ScriptedRounds, node: number, round: number, signer = node): Claim {
  const signature = rounds.processor(signer).host.sign(claimText({ round }))
  return Claim({ node, round, signature })
}

function started(): ScriptedRounds {
  const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
  rounds.sent = []
  return rounds
}

const claim = (one: Claim, tick: Claim[] = []): DlsMessage => ({ kind: 'claim', claim: one, tick })

describe('the distributed clock', () => {
  test('begins with the initial value, or with the others', () => {
    const rounds = new ScriptedRounds(4)
    expect(rounds.processors.map(({ round }) => round)).toEqual([0, 0, 0, 0])
    rounds.propose('a', 'a').deliver()
    expect(rounds.processors.map(({ round }) => round)).toEqual([1, 1, 0, 0])
    rounds.endRound(0, 1).deliver()
    expect(rounds.processors.map(({ round }) => round)).toEqual([2, 2, 2, 2])
  })

  test('moves on when t + 1 claim a later round, and not for t', () => {
    const rounds = started()
    rounds.endRound(0).deliver()
    expect(rounds.processors.map(({ round }) => round)).toEqual([1, 1, 1, 1])
    rounds.endRound(2).deliver()
    expect(rounds.processors.map(({ round }) => round)).toEqual([2, 2, 2, 2])
  })

  test('goes no further than a correct processor claims, whatever t others do', () => {
    const rounds = started()
    const one = rounds.processor(1)
    one.receive(3, claim(claimOf(rounds, 3, 1_000)))
    expect(one.round).toBe(1)
    one.receive(2, claim(claimOf(rounds, 2, 5)))
    expect(one.round).toBe(5)
  })

  test('believes no claim in the name of another', () => {
    const rounds = started()
    const one = rounds.processor(1)
    one.receive(3, claim(claimOf(rounds, 3, 9)))
    one.receive(3, claim(claimOf(rounds, 2, 9, 3)))
    one.receive(3, claim(claimOf(rounds, 3, 10)))
    expect(one.round).toBe(1)
  })

  test('brings whoever was cut off to the round of the others, by one tick', () => {
    const rounds = started()
    rounds.untilRound(6, (sent) => isClock(sent) && sent.to !== 3)
    expect(rounds.processor(3).round).toBe(1)
    rounds.endRound(0)
    const told = rounds.sent.find(({ to }) => to === 3) as Sent
    rounds.processor(3).receive(0, told.message)
    expect(rounds.processor(3).round).toBe(rounds.processor(0).round)
  })

  test('passes the tick on, so that nobody can be the only one to know of a round', () => {
    const rounds = started()
    rounds.processor(1).receive(3, claim(claimOf(rounds, 3, 2)))
    rounds.processor(1).receive(2, claim(claimOf(rounds, 2, 2)))
    rounds.deliver(isClock)
    expect(rounds.processors.map(({ round }) => round)).toEqual([2, 2, 2, 2])
  })

  test('lets rounds of later phases last longer', () => {
    const rounds = started()
    const first = rounds.processor(0).roundMicros
    rounds.untilRound(5, isClock)
    const { roundGrowthMs } = rounds.processor(0).parameters
    expect(rounds.processor(0).roundMicros - first).toBeCloseTo(roundGrowthMs * 1_000, -1)
  })
})

describe('a message of the algorithm', () => {
  test('counts in its round', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a').deliver()
    expect(rounds.processor(0).lists.size).toBe(4)
  })

  test('counts for nothing where it comes after its round', () => {
    const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
    const { sent } = rounds
    rounds.sent = []
    rounds.untilRound(2, isClock)
    for (const { from, to, message } of sent) rounds.processor(to).receive(from, message)
    expect(rounds.processor(0).lists.size).toBe(1)
  })

  test('waits for its round where it comes before it, and only the latest of its kind', () => {
    const rounds = new ScriptedRounds(4).propose(undefined, 'a', 'a', 'a')
    rounds.sent.push(...rounds.sent)
    rounds.deliver()
    expect(rounds.processor(0).lists.size).toBe(0)
    expect(rounds.processor(0).early).toHaveLength(3)
    rounds.propose('a')
    expect(rounds.processor(0).lists.size).toBe(4)
    expect(rounds.processor(0).early).toEqual([])
  })
})
