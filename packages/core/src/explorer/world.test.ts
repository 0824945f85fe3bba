import { describe, expect, test } from 'vitest'
import { paxos } from '../protocols/paxos/paxos.protocol.ts'
import { pbft } from '../protocols/pbft/pbft.protocol.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { explore } from './index.ts'
import { worldOptions } from './world.ts'

const two = { name: 'two proposers', nodes: 2, commands: [{ propose: 'a' }, { propose: 'b' }] }

describe('a small world as data', () => {
  test('decides an exploration: proposals, bounds, and what fields may reach', () => {
    const election = {
      name: 'elections',
      nodes: 3,
      bounds: { timeouts: { election: 1 }, losses: 'any' },
      atMost: { currentTerm: 0 },
    } as const
    const { verdict, complete } = explore(worldOptions(raft, election))
    expect({ verdict, complete }).toEqual({ verdict: 'held', complete: true })
    const within = explore(worldOptions(paxos, two))
    expect(within).toMatchObject({ verdict: 'held', complete: true })
    expect(within.uniqueStates).toBeGreaterThan(100)
  })

  test('its clients sign where the protocol wants it, and ask every node where they are told to', () => {
    const world = { name: 'a request', nodes: 2, commands: [{ write: 'x', node: 'all' }] } as const
    const { commands } = worldOptions(pbft, world)
    expect(commands?.map(({ node }) => node)).toEqual([0, 1])
    expect(explore(worldOptions(pbft, world)).verdict).toBe('held')
  })

  test('asks for nothing that the protocol does not have', () => {
    expect(() => worldOptions(raft, two)).toThrow('Raft does not decide on proposals')
    const nothing = { ...two, commands: [{}] }
    expect(() => worldOptions(paxos, nothing)).toThrow('must write or propose')
    const strange = { ...two, atMost: { 'nothing.such': 1 } }
    expect(() => explore(worldOptions(paxos, strange))).toThrow("no field 'nothing.such'")
  })
})

describe('twins', () => {
  test('a node of which each other sees one copy says different things to them', () => {
    // Paxos trusts its nodes: one that answers as two gives two majorities of three.
    const world = {
      name: 'a twin',
      nodes: 3,
      commands: [
        { propose: 'a', node: 0 },
        { propose: 'b', node: 1 },
      ],
      twins: [{ node: 2, second: [1] }],
    }
    const { violation } = explore(worldOptions(paxos, world))
    expect(violation?.nodes).not.toContain(2)
    expect(violation?.property).toBe('agreement')
    const { twins: _, ...honest } = world
    expect(explore(worldOptions(paxos, { ...honest, bounds: { depth: 12 } })).violation).toBe(
      undefined,
    )
  })

  test('must exist, once, and see others', () => {
    const of = (...twins: { node: number; second: number[] }[]) =>
      explore(worldOptions(paxos, { ...two, twins }))
    expect(() => of({ node: 2, second: [] })).toThrow('must be 0 to 1')
    expect(() => of({ node: 1, second: [1] })).toThrow('cannot see itself')
    expect(() => of({ node: 1, second: [] }, { node: 1, second: [0] })).toThrow('once')
  })
})
