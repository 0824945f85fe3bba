import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../model/index.ts'
import { Block, Commit, Snapshot, SnapshotContent } from './tendermint.messages.ts'
import { among, ScriptedValidators } from './testing/scripted-validators.ts'

/** Validators 0 to 2 decide so many blocks while validator 3 is down; then it comes back. */
function behind(blocks: number, parameters = {}): ScriptedValidators {
  const world = new ScriptedValidators({ parameters })
  world.crash(3)
  for (let sequence = 1; sequence <= blocks; sequence += 1) {
    world.write(`${sequence}`, { client: 1, sequence })
    for (let round = 0; round < 3 && world.node(0).height < sequence; round += 1) {
      world.deliverAll(among(0, 1, 2))
      for (const timer of ['propose', 'prevote', 'precommit'] as const) {
        for (const id of [0, 1, 2]) if (world.host(id).timers.has(timer)) world.timeout(id, timer)
        world.deliverAll(among(0, 1, 2))
      }
    }
  }
  world.drop()
  world.start(3)
  return world
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, line) => `${line + 1}`).join(' ')

describe('a validator that is behind', () => {
  test('gets all the blocks that it lacks, however many', () => {
    const world = behind(40)
    world.deliverAll()
    expect(world.node(3).height).toBe(40)
    expect(world.journal(3)).toBe(lines(40))
  })

  test('gets a snapshot where its peers have dropped those blocks, and the rest as blocks', () => {
    const world = behind(23, { snapshotBlocks: 5, trailingBlocks: 1 })
    expect(world.node(0).discarded).toBe(19)
    world.deliverAll()
    expect(world.journal(3)).toBe(lines(23))
    expect(world.outputs.filter(({ node }) => node === 3)[0]?.output).toEqual({
      kind: 'restored',
      index: 20,
      term: 19,
    })
    expect(world.node(3).sessions).toEqual(world.node(0).sessions)
  })

  test('takes part again at once, and after another crash has what it was given', () => {
    const world = behind(23, { snapshotBlocks: 5, trailingBlocks: 1 })
    world.deliverAll()
    world.crash(3)
    world.start(3)
    expect(world.journal(3)).toBe(lines(23))
    world.crash(1)
    world.write('24', { client: 1, sequence: 24 })
    world.deliverAll()
    for (let step = 0; step < 5 && world.node(3).height < 24; step += 1) {
      for (const timer of ['propose', 'prevote', 'precommit'] as const) {
        for (const id of [0, 2, 3]) if (world.host(id).timers.has(timer)) world.timeout(id, timer)
        world.deliverAll()
      }
    }
    expect(world.journal(3)).toBe(lines(24))
  })

  test('that was idle asks as soon as it hears of a later height', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 }, [0, 1, 2])
    world.deliverAll(among(0, 1, 2))
    world.drop()
    world.write('b', { client: 1, sequence: 2 }, [0, 1, 2])
    world.deliverAll()
    expect(world.journal(3)).toBe('a b')
  })
})

describe('a snapshot', () => {
  test('and the decision that proves it survive a crash together, or not at all', () => {
    const before = behind(8, { snapshotBlocks: 5, trailingBlocks: 0 })
    const first = before.host(3).records.length
    before.deliverAll()
    const written = before.host(3).records.length
    expect(written).toBeGreaterThan(first)
    for (let surviving = first; surviving <= written; surviving += 1) {
      const world = behind(8, { snapshotBlocks: 5, trailingBlocks: 0 })
      world.deliverAll()
      world.crash(3, surviving)
      world.start(3)
      world.drop()
      // What it has it gives to those who are still further behind; the rest it gets.
      const { height } = world.node(3)
      world.receive(3, 1, { kind: 'status', height: 0, rounds: [], answer: true })
      expect(world.drop().map(({ message }) => message.kind)).toEqual(
        height > 0 ? ['snapshot'] : [],
      )
      world.timeout(3, 'status')
      world.deliverAll()
      expect(world.journal(3)).toBe(lines(8))
    }
  })

  test('answers those who wait for a request that has run in it', () => {
    const world = behind(8, { snapshotBlocks: 5, trailingBlocks: 0 })
    const held = world.drop()
    world.write('6', { client: 1, sequence: 6 }, [3])
    world.drop()
    expect(world.replies.filter(({ node }) => node === 3)).toEqual([])
    for (const { to, from, message } of held) world.receive(to, from, message)
    world.deliverAll()
    expect(world.journal(3)).toBe(lines(8))
    expect(world.node(3).pool.size).toBe(0)
  })
})

test('one peer that boasts of a height does not keep a validator from asking the others', () => {
  const world = behind(3)
  world.drop()
  const boast = world.vote('prevote', 2, 1_000_000, 0)
  world.receive(3, 2, { kind: 'vote', vote: boast })
  world.drop()
  world.receive(3, 0, { kind: 'vote', vote: world.vote('prevote', 0, 3, 0) })
  world.deliverAll()
  expect(world.journal(3)).toBe(lines(3))
})

describe('nothing is believed', () => {
  test('of a decision without the certificate of just this block', () => {
    const world = behind(3)
    world.drop()
    const [right, next] = world.node(0).commits as [Commit, Commit]
    const other = Block({
      height: 0,
      previous: right.block.previous,
      stateHash: right.block.stateHash,
      requests: [],
    })
    for (const wrong of [
      Commit({ block: other, certificate: right.certificate }),
      Commit({ block: right.block, certificate: next.certificate }),
    ]) {
      world.receive(3, 0, { kind: 'commits', commits: [wrong] })
      expect(world.node(3).height).toBe(0)
    }
    world.receive(3, 0, { kind: 'commits', commits: [right] })
    expect(world.node(3).height).toBe(1)
  })

  test('of a snapshot that is not the one whose hash the next block carries', () => {
    const world = behind(7, { snapshotBlocks: 5, trailingBlocks: 0 })
    world.drop()
    const { snapshot } = world.node(0)
    if (snapshot === undefined) throw new Error('there is a snapshot')
    const commit = world.node(0).commitAt(snapshot.height)
    const { height, index, lastBlock, content } = snapshot
    const { machine } = decode(SnapshotContent, content)
    const robbed = encode(SnapshotContent, { sessions: new Map(), machine })
    for (const wrong of [{ index: 9 }, { content: robbed }, { lastBlock: Uint8Array.of(1) }]) {
      const forged = Snapshot({ height, index, lastBlock, content, ...wrong })
      world.receive(3, 0, { kind: 'snapshot', snapshot: forged, commit })
      expect(world.node(3).height).toBe(0)
    }
    world.receive(3, 0, { kind: 'snapshot', snapshot, commit })
    expect(world.node(3).height).toBe(6)
  })

  test('twice: what is known already is passed over', () => {
    const world = behind(2)
    world.deliverAll()
    const { commits } = world.node(0)
    world.receive(3, 0, { kind: 'commits', commits })
    expect(world.journal(3)).toBe('1 2')
  })
})
