import { describe, expect, test } from 'vitest'
import { Vote } from './tendermint.messages.ts'
import { idOf, ScriptedValidators } from './testing/scripted-validators.ts'

const real = 3

function started() {
  const world = new ScriptedValidators()
  const first = world.block('v', real)
  const second = world.block('w', real, 2)
  return { world, first, second, node: world.node(real) }
}

describe('votes', () => {
  test('count once, however often they come', () => {
    const { world, first, node } = started()
    for (let time = 0; time < 3; time += 1) world.votes(real, 'precommit', [1], 0, first)
    expect(node.roundAt(0).precommits.power).toBe(1)
  })

  test('count only with the signature of their voter, for just what they say', () => {
    const { world, first, node } = started()
    const vote = world.vote('prevote', 1, 0, 0, first)
    const { type, height, round, id, voter, signature } = vote
    for (const changed of [
      { type: 'precommit' as const },
      { round: 1 },
      { voter: 2 },
      { id: undefined },
      { voter: 9 },
      { signature: Uint8Array.of(1) },
    ]) {
      const forged = Vote({ type, height, round, id, voter, signature, ...changed })
      world.receive(real, 1, { kind: 'vote', vote: forged })
    }
    expect(node.rounds.size).toBe(0)
    world.receive(real, 1, { kind: 'vote', vote })
    expect(node.roundAt(0).prevotes.power).toBe(1)
  })

  test('of rounds far ahead are kept for two of them a voter: nobody fills the memory of others', () => {
    const { world, first, node } = started()
    for (let round = 0; round <= 1_000; round += 1) {
      world.votes(real, 'prevote', [1], round)
      world.votes(real, 'precommit', [1], round, first)
      if (round % 4 === 1) world.receive(real, 1, world.proposal(first, round))
    }
    expect([...node.rounds.keys()]).toEqual([0, 1, 2, 3])
    world.votes(real, 'prevote', [2], 1_000)
    expect([...node.rounds.keys()]).toEqual([0, 1, 2, 3, 1_000])
  })

  test('of f+1 in a round however far ahead take a validator there, whatever they said of others before', () => {
    const { world, node } = started()
    for (const [voter, rounds] of [
      [0, [5, 6, 900]],
      [1, [7, 8, 900]],
    ] as const) {
      for (const round of rounds) world.votes(real, 'prevote', [voter], round)
    }
    expect(node.round).toBe(0)
    world.votes(real, 'prevote', [2], 6)
    expect(node.round).toBe(6)
    for (const voter of [0, 1]) world.votes(real, 'prevote', [voter], 900)
    expect(node.round).toBe(900)
  })

  test('of 2f+1 together count however far ahead', () => {
    const { world, first, node } = started()
    world.votes(real, 'prevote', [0, 1], 5)
    world.votes(real, 'prevote', [0, 1], 6)
    const elsewhere = new ScriptedValidators().node(real)
    for (const voter of [0, 1, 2]) elsewhere.count(world.vote('precommit', voter, 0, 900, first))
    const tally = elsewhere.quorumIn(elsewhere.roundAt(900).precommits)
    if (tally === undefined) throw new Error('there is a quorum')
    world.receive(real, 1, { kind: 'certificate', certificate: elsewhere.certify(tally) })
    expect(node.round).toBe(900)
  })

  test('in its own name a validator believes from its own disk alone', () => {
    const { world, first, node } = started()
    world.votes(real, 'prevote', [real], 0, first)
    expect(node.rounds.size).toBe(0)
  })
})

describe('evidence', () => {
  test('is kept of two votes in one round, and only the first counts', () => {
    const { world, first, second, node } = started()
    world.votes(real, 'prevote', [1], 0, first)
    world.votes(real, 'prevote', [1], 0, second)
    expect(node.evidence.get(1)?.kind).toBe('votes')
    expect(node.roundAt(0).prevotes.power).toBe(1)
    expect(node.hasPolka(0, idOf(second))).toBe(false)
  })

  test('is kept of two proposals in one round, and only the first counts', () => {
    const { world, first, second, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.receive(real, 0, world.proposal(second, 0))
    expect(node.evidence.get(0)?.kind).toBe('proposals')
    expect(node.roundAt(0).proposals.length).toBe(1)
  })

  test('does not arise from a prevote and a precommit, nor from different rounds', () => {
    const { world, first, second, node } = started()
    world.votes(real, 'prevote', [1], 0, first)
    world.votes(real, 'precommit', [1], 0)
    world.votes(real, 'prevote', [1], 1, second)
    expect(node.evidence.size).toBe(0)
  })

  test('survives a crash, and one piece is enough', () => {
    const { world, first, second } = started()
    world.votes(real, 'prevote', [1], 0, first)
    world.votes(real, 'prevote', [1], 0, second)
    world.votes(real, 'precommit', [1], 0, first)
    world.votes(real, 'precommit', [1], 0, second)
    world.crash(real)
    world.start(real)
    const evidence = world.node(real).evidence.get(1)
    expect(evidence?.kind === 'votes' && evidence.first.type).toBe('prevote')
  })
})

describe('a second proposal', () => {
  test('is taken where 2f+1 have voted for it, so that an equivocating proposer stops nobody', () => {
    const { world, first, second, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [0, 1, 2], 0, second)
    world.receive(real, 0, world.proposal(second, 0))
    expect(node.lockedRound).toBe(0)
    expect(node.lockedValue && idOf(node.lockedValue)).toEqual(idOf(second))
  })
})

describe('a certificate', () => {
  test('counts as a whole, though some of its voters were first heard to vote otherwise', () => {
    const { world, first, second, node } = started()
    world.receive(real, 0, world.proposal(second, 0))
    world.votes(real, 'prevote', [0, 1], 0, first)
    world.votes(real, 'prevote', [2], 0, second)
    const other = new ScriptedValidators()
    const elsewhere = other.node(real)
    other.votes(real, 'prevote', [0, 1, 2], 0, second)
    const tally = elsewhere.quorumIn(elsewhere.roundAt(0).prevotes)
    if (tally === undefined) throw new Error('there is a quorum')
    const certificate = elsewhere.certify(tally)
    expect(node.lockedRound).toBe(-1)
    world.receive(real, 1, { kind: 'certificate', certificate })
    expect(node.lockedRound).toBe(0)
    expect([...node.evidence.keys()]).toEqual([0, 1])
  })

  test('proves nothing with too few signatures, one twice, or one that is wrong', () => {
    const { world, first, node } = started()
    const signed = (voter: number) => ({
      voter,
      signature: world.vote('precommit', voter, 0, 0, first).signature,
    })
    const certificate = (...signatures: { voter: number; signature: Uint8Array }[]) =>
      ({ type: 'precommit', height: 0, round: 0, id: idOf(first), signatures }) as never
    expect(node.isProof(certificate(signed(0), signed(1)))).toBe(false)
    expect(node.isProof(certificate(signed(0), signed(1), signed(1)))).toBe(false)
    expect(node.isProof(certificate(signed(0), signed(1), { ...signed(1), voter: 2 }))).toBe(false)
    expect(node.isProof(certificate(signed(0), signed(1), signed(2)))).toBe(true)
  })
})

test('votes weigh by power: a validator with two of seven votes makes a quorum with three others', () => {
  const world = new ScriptedValidators({ nodes: 6, parameters: { heaviestWeight: 2 } })
  const block = world.block('v', 5)
  const node = world.node(5)
  world.votes(5, 'precommit', [1, 2, 3, 4], 0, block)
  expect(node.quorumIn(node.roundAt(0).precommits)).toBeUndefined()
  world.votes(5, 'precommit', [0], 0, block)
  expect(node.quorumIn(node.roundAt(0).precommits)?.power).toBe(6)
  expect([node.quorum, node.oneCorrect]).toEqual([5, 3])
})
