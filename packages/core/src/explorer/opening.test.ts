import { describe, expect, test } from 'vitest'
import type { CheckWorld } from '../model/index.ts'
import { byzantineGenerals } from '../protocols/byzantine-generals/oral-generals.protocol.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { explore, replay, worldFrom, worldOptions } from './index.ts'

const three = { name: 'three servers', nodes: 3, commands: [{ write: 'a', node: 0 }] } as const

function startOf(world: Partial<CheckWorld>) {
  return replay(worldOptions(raft, { ...three, ...world }), [])
}

describe('a world may begin after an opening', () => {
  test('in which timers fire, messages arrive and commands are put', () => {
    const opening = [
      { timeout: 'election', node: 0 },
      { settle: [0, 1] },
      { put: 0 },
      { settle: [0, 1] },
    ] as const
    const { nodes, history } = startOf({ opening })
    const roles = [...nodes.values()].map(({ role }) => role)
    expect(roles).toEqual(['leader', 'follower', 'follower'])
    expect([...nodes.values()].map(({ lastIndex }) => lastIndex)).toEqual([2, 2, 0])
    expect(history).toMatchObject({ fault: undefined })
    const { uniqueStates } = explore(worldOptions(raft, { ...three, opening }))
    expect(uniqueStates).toBe(1)
  })

  test('what is not delivered is lost, or late', () => {
    const opening = [
      { timeout: 'election', node: 0 },
      { settle: [0, 1], others: 'late' },
    ] as const
    const late = explore(worldOptions(raft, { ...three, commands: [], opening }))
    expect(late.uniqueStates).toBeGreaterThan(1)
    const lost = [...opening, { lose: 'all' }] as const
    const { uniqueStates } = explore(worldOptions(raft, { ...three, commands: [], opening: lost }))
    expect(uniqueStates).toBe(1)
  })

  test('in which nodes crash and come back with what their disks hold', () => {
    const opening = [
      { timeout: 'election', node: 0 },
      { deliver: [0, 1] },
      { deliver: [1, 0] },
      { crash: 0 },
      { crash: 2 },
      { restart: 0 },
    ] as const
    const { nodes } = startOf({ opening, bounds: { restarts: 0 } })
    expect([...nodes].map(([id, { currentTerm }]) => [id, currentTerm])).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  test.for([
    [{ timeout: 'heartbeat', node: 0 }, /opening: cannot happen: {"timeout":"heartbeat","node":0}/],
    [{ timeout: 'elections', node: 0 }, /'elections' is no timer/],
    [{ timeout: 'election', node: 3 }, /opening: node 3: must be 0 to 2/],
    [{ put: 1 }, /opening: command 1: must be 0 to 0/],
    [{ deliver: [0, 1] }, /opening: nothing is in flight: {"deliver":\[0,1\]}/],
    [{ restart: 0 }, /opening: cannot happen/],
  ] as const)('but nothing that cannot happen: %j', ([event, message]) => {
    expect(() => startOf({ opening: [event] })).toThrow(message)
  })

  test.for([
    [[{ crash: 0, restart: 0 }], /opening\[0\] must be such as/],
    [[{ settle: 'some' }], /opening\[0\] must be such as/],
    [[{ deliver: [0] }], /opening\[0\] must be such as/],
    [[{ timeout: 'election' }], /opening\[0\] must be such as/],
    ['begun', /opening must be started, settled or a list, not 'begun'/],
    [[{ wait: 1 }], /opening\[0\] has 'wait', which is not known/],
  ])('and nothing that a file cannot mean: %j', ([opening, message]) => {
    expect(() => worldFrom({ ...three, opening })).toThrow(message as RegExp)
  })
})

describe('attackers', () => {
  const attacked = { name: 'four generals', nodes: 4, timing: 'lockstep' } as const

  test('run an attack of the protocol, and no other', () => {
    const attackers = [{ node: 0, attack: 'equivocates' }]
    expect(() => worldOptions(byzantineGenerals, { ...attacked, attackers })).toThrow(
      "Byzantine Generals has no attack 'equivocates': its attacks are two-orders,",
    )
  })

  test.for([
    [[{ node: 4, attack: 'two-orders' }], /an attacker 4: must be 0 to 3/],
    [
      [
        { node: 0, attack: 'two-orders' },
        { node: 0, attack: 'says-anything' },
      ],
      /a node can be a twin or an attacker once/,
    ],
  ] as const)('are nodes, each once', ([attackers, message]) => {
    const options = worldOptions(byzantineGenerals, { ...attacked, attackers })
    expect(() => explore(options)).toThrow(message)
  })

  test('may have crashed before, and then hear nothing, not even at once', () => {
    const options = worldOptions(byzantineGenerals, {
      ...attacked,
      commands: [{ propose: 'attack', node: 0 }],
      attackers: [{ node: 3, attack: 'says-anything', hears: 'at once' }],
      opening: [{ put: 0 }, { crash: 3 }],
      bounds: { timeouts: 'any' },
    })
    const { violation, complete } = explore(options)
    expect({ violation, complete }).toEqual({ violation: undefined, complete: true })
  })

  test('may contradict themselves: what one throws breaks nothing', () => {
    class Throws extends byzantineGenerals.node {
      override relay(): void {
        throw new Error('a traitor is confused')
      }
    }
    const options = worldOptions(byzantineGenerals, { ...attacked, bounds: { timeouts: 'any' } })
    const attackers = [{ node: 3, nodeClass: Throws }]
    expect(explore({ ...options, attackers }).violation).toBeUndefined()
    expect(explore({ ...options, nodeClass: Throws }).violation?.property).toBe('assertion')
  })

  test('are not looked at', () => {
    const attackers = [{ node: 0, attack: 'two-orders' }]
    const world = { ...attacked, attackers, bounds: { timeouts: 'any' } } as const
    const seen = new Set<number>()
    const options = worldOptions(byzantineGenerals, world)
    explore({ ...options, constraint: (nodes) => [...nodes.keys()].every((id) => seen.add(id)) })
    expect([...seen]).toEqual([1, 2, 3])
  })
})

describe('in lockstep', () => {
  const world: CheckWorld = { name: 'rounds', nodes: 4, timing: 'lockstep' }

  test('clocks do not stand still, and every message arrives', () => {
    const options = (more: Partial<CheckWorld>) =>
      worldOptions(byzantineGenerals, { ...world, ...more })
    expect(() => explore(options({ clock: 'still' }))).toThrow('in lockstep clocks do not stand')
    expect(() => explore(options({ ignored: 'kept' }))).toThrow('in lockstep every message arrives')
  })

  test('nobody is a round ahead of anybody', () => {
    const options = worldOptions(byzantineGenerals, {
      ...world,
      commands: [{ propose: 'attack', node: 0 }],
      bounds: { timeouts: 'any' },
    })
    const apart = {
      property: 'rounds are apart by one at most',
      broken: (nodes: ReadonlyMap<number, { readonly round: number }>) => {
        const rounds = [...nodes.values()].map(({ round }) => round)
        const fits = Math.max(...rounds) - Math.min(...rounds) <= 1
        return fits ? undefined : { nodes: [], message: rounds.join(', ') }
      },
    }
    const { violation, complete } = explore({ ...options, invariants: [apart] })
    expect({ violation, complete }).toEqual({ violation: undefined, complete: true })
    const free = explore({ ...options, timing: 'free', invariants: [apart] })
    expect(free.violation?.property).toBe(apart.property)
  })
})
