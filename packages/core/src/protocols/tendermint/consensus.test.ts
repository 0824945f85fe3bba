import { describe, expect, test } from 'vitest'
import { Request } from '../../machines/signed-request.ts'
import { Block } from './tendermint.messages.ts'
import { idOf, ScriptedValidators } from './testing/scripted-validators.ts'

// Height 0 of four validators; round r is proposed by validator r. Validator 3 is real in most of
// these tests, and the others are puppets: what they say, the script says in their name.

const real = 3

const noBytes = new Uint8Array(0)
const unsigned = Request({ client: 1, sequence: 1, body: noBytes, signature: noBytes })
const tooMany = Array.from({ length: 257 }, () =>
  new ScriptedValidators().request('a', { client: 1, sequence: 1 }),
)

function started() {
  const world = new ScriptedValidators()
  const first = world.block('v', real)
  const second = world.block('w', real, 2)
  const prevotes = () => world.votesSent(real, 'prevote')
  const precommits = () => world.votesSent(real, 'precommit')
  return { world, first, second, prevotes, precommits, node: world.node(real) }
}

/** Validator 3 has locked `first` in round 0, and round 1 has begun without a decision. */
function locked() {
  const started_ = started()
  const { world, first } = started_
  world.receive(real, 0, world.proposal(first, 0))
  world.votes(real, 'prevote', [0, 1], 0, first)
  world.votes(real, 'precommit', [0, 1], 0)
  world.timeout(real, 'precommit')
  return started_
}

describe('StartRound (lines 11 to 21)', () => {
  test('the proposer proposes what clients asked for; the others await it for a time', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    const proposals = world.inFlight.filter(({ message }) => message.kind === 'proposal')
    expect(proposals.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ])
    expect(world.nodes.map((id) => world.host(id).timers.has('propose'))).toEqual([
      false,
      true,
      true,
      true,
    ])
  })

  test('a block is decided after three message delays: proposal, prevotes, precommits', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    for (let delay = 1; delay <= 3; delay += 1) {
      expect(world.nodes.map((id) => world.journal(id))).toEqual(['', '', '', ''])
      for (const { from, to, message } of world.drop()) world.receive(to, from, message)
    }
    expect(world.nodes.map((id) => world.journal(id))).toEqual(['a', 'a', 'a', 'a'])
  })

  test('timeouts grow by timeoutDelta with every round (line 21)', () => {
    const { world } = started()
    world.write('a', { client: 1, sequence: 1 }, [real])
    const delays = [0, 1, 2].map((round) => {
      if (round > 0) world.startRound(real, round)
      return world.host(real).timers.get('propose')
    })
    expect(delays).toEqual([1_000_000, 1_250_000, 1_500_000])
  })
})

describe('a new proposal (lines 22 to 27)', () => {
  test('is prevoted where there is no lock (line 24)', () => {
    const { world, first, prevotes, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    expect(prevotes()).toEqual(['0 v'])
    expect(node.step).toBe('prevote')
  })

  test('is refused where another block is locked, and prevoted where it is the locked one (line 23)', () => {
    const other = locked()
    other.world.receive(real, 1, other.world.proposal(other.second, 1))
    expect(other.prevotes()).toEqual(['0 v', '1 nil'])
    const same = locked()
    same.world.receive(real, 1, same.world.proposal(same.first, 1))
    expect(same.prevotes()).toEqual(['0 v', '1 v'])
  })

  test('counts only from the proposer of its round, signed by it', () => {
    const { world, first, node } = started()
    world.receive(real, 1, world.proposal(first, 0, { proposer: 1 }))
    expect(node.step).toBe('newHeight')
    world.receive(real, 1, world.proposal(first, 0))
    expect(node.step).toBe('prevote')
  })
})

describe('a proposal with a polka of an earlier round (lines 28 to 33)', () => {
  test('waits for the 2f+1 prevotes of that round', () => {
    const { world, first, prevotes } = started()
    world.votes(real, 'precommit', [0, 1], 1)
    world.receive(real, 1, world.proposal(first, 1, { validRound: 0 }))
    world.votes(real, 'prevote', [0, 1], 0, first)
    expect(prevotes()).toEqual([])
    world.votes(real, 'prevote', [2], 0, first)
    expect(prevotes()).toEqual(['1 v'])
  })

  test('unlocks a validator whose lock is not later than that round (line 29)', () => {
    const { world, second, prevotes } = locked()
    world.votes(real, 'prevote', [0, 1, 2], 1, second)
    world.startRound(real, 2)
    world.receive(real, 2, world.proposal(second, 2, { validRound: 1 }))
    expect(prevotes()).toEqual(['0 v', '2 w'])
  })

  test('does not unlock one whose lock is later (line 29)', () => {
    const { world, first, second, prevotes, node } = started()
    // Both have a polka: that takes Byzantine voters, who prevote twice; the lock is of round 1.
    world.votes(real, 'prevote', [0, 1, 2], 0, second)
    world.votes(real, 'prevote', [0, 1], 1, first)
    world.receive(real, 1, world.proposal(first, 1))
    expect(node.lockedRound).toBe(1)
    world.startRound(real, 2)
    world.receive(real, 2, world.proposal(second, 2, { validRound: 0 }))
    expect(prevotes()).toEqual(['1 v', '2 nil'])
  })

  test('cannot claim a polka of its own round or of a later one', () => {
    const { world, first, node } = started()
    world.receive(real, 0, world.proposal(first, 0, { validRound: 0 }))
    world.receive(real, 0, world.proposal(first, 0, { validRound: 7 }))
    expect(node.rounds.size).toBe(0)
  })
})

describe('prevotes', () => {
  test('of 2f+1 that disagree start a timeout (line 34), at whose end nil is precommitted (line 61)', () => {
    const { world, first, precommits, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [0], 0, first)
    expect(world.host(real).timers.has('prevote')).toBe(false)
    world.votes(real, 'prevote', [1], 0)
    expect(precommits()).toEqual([])
    world.timeout(real, 'prevote')
    expect(precommits()).toEqual(['0 nil'])
    expect(node.lockedRound).toBe(-1)
  })

  test('of 2f+1 for the proposal lock it, and it is precommitted (line 36)', () => {
    const { world, first, precommits, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [0, 1], 0, first)
    expect(precommits()).toEqual(['0 v'])
    expect([node.lockedRound, node.validRound]).toEqual([0, 0])
    expect(node.validPolka?.signatures.map(({ voter }) => voter)).toEqual([0, 1, 3])
  })

  test('of 2f+1 that come after the precommit make the block valid, and do not lock it (line 42)', () => {
    const { world, first, precommits, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [0], 0)
    world.votes(real, 'prevote', [1], 0, first)
    world.timeout(real, 'prevote')
    world.votes(real, 'prevote', [2], 0, first)
    expect(precommits()).toEqual(['0 nil'])
    expect([node.lockedRound, node.validRound]).toEqual([-1, 0])
  })

  test('of 2f+1 for nil are answered by a precommit of nil (line 44)', () => {
    const { world, first, precommits } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [0, 1, 2], 0)
    expect(precommits()).toEqual(['0 nil'])
  })
})

describe('precommits', () => {
  test('of 2f+1 that disagree start a timeout (line 47), at whose end the next round begins (line 65)', () => {
    const { world, first, node } = started()
    world.votes(real, 'precommit', [0, 1], 0)
    expect(world.host(real).timers.has('precommit')).toBe(false)
    world.votes(real, 'precommit', [2], 0, first)
    world.timeout(real, 'precommit')
    expect([node.round, node.step]).toEqual([1, 'propose'])
  })

  test('of 2f+1 for a proposal decide it, in whatever round they were (line 49)', () => {
    const { world, first, node } = started()
    world.startRound(real, 2)
    world.votes(real, 'precommit', [0, 1, 2], 0, first)
    expect(node.height).toBe(0)
    world.receive(real, 0, world.proposal(first, 0))
    expect(node.height).toBe(1)
    expect(world.journal(real)).toBe('v')
  })

  test.each<[string, Partial<Parameters<typeof Block>[0]>]>([
    ['is for another height', { height: 1 }],
    ['does not follow the block before', { previous: Uint8Array.of(1) }],
    ['carries the hash of a snapshot that is not due', { stateHash: Uint8Array.of(1) }],
    ['has a request that its client did not sign', { requests: [unsigned] }],
    ['has too many requests', { requests: tooMany }],
  ])('decide no block that %s: it is not valid (lines 23, 50)', (_, changed) => {
    const { world, first, prevotes, node } = started()
    const { height, previous, stateHash, requests } = first
    const block = Block({ height, previous, stateHash, requests, ...changed })
    world.receive(real, 0, world.proposal(block, 0, { height: 0 }))
    world.votes(real, 'precommit', [0, 1, 2], 0, block)
    expect(prevotes()).toEqual(['0 nil'])
    expect(node.height).toBe(0)
  })
})

describe('a later round', () => {
  test('begins with messages of f+1 in it, and not of f (line 55)', () => {
    const { world, first, node } = started()
    world.receive(real, 0, world.proposal(first, 0))
    world.votes(real, 'prevote', [1], 5)
    world.votes(real, 'precommit', [1], 5)
    expect(node.round).toBe(0)
    world.votes(real, 'precommit', [0], 5)
    expect(node.round).toBe(5)
  })

  test('counts its proposal as a message of its proposer', () => {
    const { world, first, node } = started()
    world.votes(real, 'prevote', [0], 2)
    world.receive(real, 2, world.proposal(first, 2))
    expect(node.round).toBe(2)
  })
})

test('without a proposal in time nil is prevoted (line 57)', () => {
  const { world, prevotes } = started()
  world.write('a', { client: 1, sequence: 1 }, [real])
  world.timeout(real, 'propose')
  expect(prevotes()).toEqual(['0 nil'])
})

test('a value that had a polka is proposed again, with its round (lines 15 and 16)', () => {
  const { world, first } = locked()
  world.write('other', { client: 5, sequence: 1 }, [real])
  world.drop()
  world.startRound(real, 3)
  const [sent] = world.drop(({ message }) => message.kind === 'proposal')
  const proposal = sent?.message.kind === 'proposal' ? sent.message.proposal : undefined
  expect(proposal && [proposal.round, proposal.validRound]).toEqual([3, 0])
  expect(proposal && idOf(proposal.value)).toEqual(idOf(first))
})

test('a proposer that repeats a value shows its polka, so that nobody waits for gossip', () => {
  const world = new ScriptedValidators()
  const block = world.block('v', 1)
  // Validator 1 alone sees 2f+1 prevotes in round 0.
  world.receive(1, 0, world.proposal(block, 0))
  world.votes(1, 'prevote', [0, 3], 0, block)
  world.drop()
  for (const id of world.nodes) world.startRound(id, 1)
  world.deliverAll()
  expect(world.nodes.map((id) => world.journal(id))).toEqual(['v', 'v', 'v', 'v'])
})

test('the scenario that validValue is for: one validator is locked alone, and all go on', () => {
  const world = new ScriptedValidators()
  const block = world.block('v', 1)
  const correct = [1, 2, 3]
  world.crash(0)
  // The proposal reaches validators 1 and 2, and the prevote of validator 0, which then is silent, 1 alone.
  for (const id of [1, 2]) world.receive(id, 0, world.proposal(block, 0))
  world.votes(1, 'prevote', [0], 0, block)
  world.deliverAll()
  world.timeout(3, 'propose')
  world.deliverAll()
  for (const id of [2, 3]) world.timeout(id, 'prevote')
  world.deliverAll()
  expect(correct.map((id) => world.node(id).lockedRound)).toEqual([0, -1, -1])
  // Gossip brings the others the polka, too late to lock in round 0; line 28 needs it in round 1,
  // where the proposer shows it in vain.
  for (const id of correct) world.timeout(id, 'precommit')
  world.drop(({ message }) => message.kind === 'certificate')
  world.deliverAll()
  expect(correct.map((id) => world.votesSent(id, 'prevote').at(-1))).toEqual([
    '1 v',
    '0 v',
    '0 nil',
  ])
  for (const id of [2, 3]) {
    world.timeout(id, 'status')
    world.timeout(id, 'status')
  }
  world.deliverAll()
  expect(correct.map((id) => world.journal(id))).toEqual(['v', 'v', 'v'])
})

test('a validator never signs two votes where one is due', () => {
  const { world, first, node } = started()
  world.receive(real, 0, world.proposal(first, 0))
  expect(() => node.vote('prevote', undefined)).toThrow('would prevote twice in height 0, round 0')
})
