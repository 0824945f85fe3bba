import { describe, expect, test } from 'vitest'
import type { PaxosMessage } from './paxos.messages.ts'
import { paxos } from './paxos.protocol.ts'
import type { Paxos } from './paxos.ts'
import { among, Script, type ScriptOptions } from './testing/script.ts'

type PaxosScript = Script<Paxos, PaxosMessage>

function script(options: Partial<ScriptOptions<Paxos>> = {}): PaxosScript {
  return new Script({ node: paxos.node, nodes: 3, ...options })
}

function propose(world: PaxosScript, node: number, value: number): void {
  world.propose(node, { kind: 'propose', value: Uint8Array.of(value) }, node)
}

function decisions(world: PaxosScript): (number | undefined)[] {
  return [...world.living.values()].map(({ decision }) => decision?.[0])
}

const kinds = ({ inFlight }: PaxosScript): string[] => inFlight.map(({ message }) => message.kind)

describe('one proposer, nothing goes wrong', () => {
  test('phase 1a, 1b, 2a, 2b: and every learner knows two delays after phase 2 began', () => {
    const world = script()
    propose(world, 0, 7)
    expect(kinds(world)).toEqual(['prepare', 'prepare'])
    world.deliver(({ message }) => message.kind === 'prepare')
    expect(kinds(world)).toEqual(['promise', 'promise'])
    world.deliver(({ message }) => message.kind === 'promise')
    expect(kinds(world).filter((kind) => kind === 'accept')).toHaveLength(2)
    world.deliver(({ message }) => message.kind === 'accept')
    world.deliver(({ message }) => message.kind === 'accepted')
    expect(decisions(world)).toEqual([7, 7, 7])
    expect(world.inFlight).toEqual([])
  })

  test('its client is told what was decided, also when it asks again', () => {
    const world = script()
    propose(world, 0, 7)
    world.deliver()
    expect(world.answer(0)).toEqual({ kind: 'done', result: Uint8Array.of(7) })
    world.crash(0)
    world.restart(0)
    world.replies.length = 0
    propose(world, 0, 7)
    expect(world.answer(0)).toEqual({ kind: 'done', result: Uint8Array.of(7) })
  })

  test('a node alone decides by itself, once its disk holds the acceptance', () => {
    const world = script({ nodes: 1, autoSync: false })
    propose(world, 0, 7)
    expect(decisions(world)).toEqual([undefined])
    world.sync(0)
    expect(decisions(world)).toEqual([7])
  })

  test('nodes beyond the given number of proposers take no proposals', () => {
    const world = script({ parameters: { proposers: 1 } })
    propose(world, 1, 7)
    expect(world.answer(1)).toMatchObject({ kind: 'refused', reason: 'takes no proposals' })
    expect(world.inFlight).toEqual([])
  })
})

describe('a ballot that meets another', () => {
  test('takes over the value that an acceptor of its majority has accepted (P2c)', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver(({ message }) => message.kind !== 'accept' && message.kind !== 'accepted')
    world.deliver(({ to, message }) => message.kind === 'accept' && to === 1)
    world.drop()
    world.crash(0)
    propose(world, 2, 2)
    world.deliver()
    expect(decisions(world)).toEqual([1, 1])
    expect(world.answer(2)).toEqual({ kind: 'done', result: Uint8Array.of(1) })
  })

  test('is free where nobody of its majority has accepted anything', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver(({ message }) => message.kind !== 'accept' && message.kind !== 'accepted')
    world.drop()
    world.crash(0)
    propose(world, 2, 2)
    world.deliver()
    expect(decisions(world)).toEqual([2, 2])
  })

  test('takes the value of the highest-numbered proposal where there are several', () => {
    const world = script({ nodes: 5 })
    const promised = (proposer: number, acceptors: number[]): void => {
      world.deliver(
        ({ from, to, message }) =>
          (message.kind === 'prepare' || message.kind === 'promise') &&
          among([proposer, ...acceptors])({ from, to, message }),
      )
      world.drop(({ message }) => message.kind !== 'accept')
    }
    propose(world, 0, 1)
    promised(0, [1, 2])
    world.drop()
    propose(world, 4, 2)
    promised(4, [2, 3])
    world.drop()
    expect(world.node(0).accepted?.value[0]).toBe(1)
    expect(world.node(4).accepted?.value[0]).toBe(2)
    world.crash(1)
    world.crash(2)
    propose(world, 3, 3)
    world.deliver()
    expect(decisions(world)).toEqual([2, 2, 2])
  })

  test('is abandoned, and its proposer tries again above it', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver(({ message }) => message.kind === 'prepare')
    propose(world, 1, 2)
    world.deliver(({ message }) => message.kind === 'prepare')
    expect(world.node(0).phase).toBe('waiting')
    world.drop()
    world.timeout(0, 'ballot')
    expect(world.node(0).ballot).toBeGreaterThan(world.node(1).ballot)
    world.deliver()
    expect(decisions(world)).toEqual([1, 1, 1])
  })

  test('is told so by acceptors that have promised more', () => {
    const world = script()
    propose(world, 0, 1)
    const late = world.drop()
    propose(world, 1, 2)
    world.deliver(({ to }) => to === 2)
    for (const sent of late) if (sent.to === 2) world.hand(sent)
    world.deliver(({ message }) => message.kind === 'rejected')
    expect(world.node(0).phase).toBe('waiting')
    expect(world.node(0).highestSeen).toBe(world.node(1).ballot)
  })

  test('is told the decision by those that know it', () => {
    const world = script()
    propose(world, 0, 1)
    const late = world.drop()
    propose(world, 1, 2)
    world.deliver(among([1, 2]))
    world.drop()
    for (const sent of late) if (sent.to === 2) world.hand(sent)
    expect(kinds(world)).toEqual(['decided'])
    world.deliver()
    expect(decisions(world)).toEqual([2, 2, 2])
  })
})

describe('what disks hold', () => {
  test('a promise is not told before it is written, and not forgotten after', () => {
    const world = script({ autoSync: false })
    propose(world, 0, 1)
    expect(kinds(world)).toEqual([])
    world.sync(0)
    world.deliver()
    expect(kinds(world)).toEqual([])
    world.sync(1)
    expect(kinds(world)).toEqual(['promise'])
    world.crash(1)
    world.restart(1)
    expect(world.node(1).promised).toBe(world.node(0).ballot)
  })

  test('a node does not count its own acceptance before it is written', () => {
    const world = script({ autoSync: false })
    propose(world, 0, 1)
    for (const id of [0, 1, 0]) {
      world.sync(id)
      world.deliver(among([0, 1]))
    }
    // Node 0 has accepted on disk, node 1 in memory: together they are no majority yet.
    expect(world.node(1).accepted?.value[0]).toBe(1)
    expect(decisions(world)).toEqual([undefined, undefined, undefined])
    world.sync(1)
    world.deliver(among([0, 1]))
    expect(decisions(world).slice(0, 2)).toEqual([1, 1])
  })

  test('a proposer that comes back takes another ballot', () => {
    const world = script()
    propose(world, 0, 1)
    const { ballot } = world.node(0)
    world.drop()
    world.crash(0)
    world.restart(0)
    propose(world, 0, 2)
    expect(world.node(0).ballot).toBeGreaterThan(ballot)
  })

  test('a node that comes back says again what it decided', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver()
    world.crash(2)
    world.restart(2)
    const said = world.outputs.filter(({ node }) => node === 2).map(({ output }) => output)
    expect(said).toEqual([
      { kind: 'decided', value: Uint8Array.of(1) },
      { kind: 'decided', value: Uint8Array.of(1) },
    ])
  })
})

describe('what was lost', () => {
  test('a learner that heard nothing asks, and is told', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver(({ to }) => to !== 2)
    world.drop()
    expect(decisions(world)).toEqual([1, 1, undefined])
    world.timeout(2, 'enquiry')
    world.deliver()
    expect(decisions(world)).toEqual([1, 1, 1])
    expect(world.timers(2)).toEqual([])
  })

  test('learners find out from the acceptors what was chosen though no message of it arrived', () => {
    const world = script()
    propose(world, 0, 1)
    world.deliver(({ message }) => message.kind !== 'accepted')
    world.drop()
    world.crash(0)
    expect(decisions(world)).toEqual([undefined, undefined])
    world.timeout(1, 'enquiry')
    world.deliver()
    world.timeout(2, 'enquiry')
    world.deliver()
    expect(decisions(world)).toEqual([1, 1])
  })

  test('a proposer whose ballot has been silent for too long begins another', () => {
    const world = script()
    propose(world, 0, 1)
    world.drop()
    world.timeout(0, 'ballot')
    world.deliver()
    expect(decisions(world)).toEqual([1, 1, 1])
  })
})
