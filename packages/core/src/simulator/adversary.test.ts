import { describe, expect, test } from 'vitest'
import type { AttackerHost, Checker, NodeId } from '../model/index.ts'
import { natural, withFields } from '../model/index.ts'
import type { ByzantineStrategy } from './byzantine.ts'
import { type Action, Script, script } from './testing/script.protocol.ts'
import { ScriptWorld } from './testing/script-world.ts'

const send = (to: NodeId, value: string): Action => ({ kind: 'send', to, value })

function byzantine(...strategies: [NodeId, ByzantineStrategy][]) {
  return { byzantine: new Map(strategies) }
}

const copies = (world: ScriptWorld, id: NodeId): Script[] =>
  world.world.copiesOf(id).map((host) => host.node as unknown as Script)

const twins = { kind: 'twins', periodMicros: 10_000 } as const

describe('twins', () => {
  test('are two copies under one identity, each of which hears part of the network', () => {
    const nodes = 40
    const world = new ScriptWorld({ nodes, ...byzantine([0, twins]) })
    for (let node = 1; node < nodes; node++) world.tell(node, 5_000, send(0, `from ${node}`))
    world.until(8_000)
    const heard = copies(world, 0).map(
      ({ log }) =>
        new Set(log.filter((line) => line.includes('from')).map((line) => line.split(' ')[2])),
    )
    const [first, second] = heard as [Set<string>, Set<string>]
    expect(first.union(second).size).toBe(nodes - 1)
    // About 45 of a hundred hear the first alone, as many the second, and ten both.
    expect(first.size).toBeGreaterThan(12)
    expect(second.size).toBeGreaterThan(12)
    expect(first.intersection(second).size).toBeLessThan(12)
  })

  test('send to those whom they hear, each its own', () => {
    const nodes = 40
    const world = new ScriptWorld({ nodes, ...byzantine([0, twins]) })
    const actions = Array.from({ length: nodes - 1 }, (_, i) => send(i + 1, 'hello'))
    world.tell(0, 5_000, ...actions).until(8_000)
    const got = Array.from({ length: nodes - 1 }, (_, i) => world.log(i + 1).length)
    expect(got.every((count) => count === 1 || count === 2)).toBe(true)
    expect(got.filter((count) => count === 2).length).toBeLessThan(12)
  })

  test('are seen by others in another period', () => {
    const nodes = 40
    const world = new ScriptWorld({ nodes, ...byzantine([0, twins]) })
    const sees = (atMicros: number): string => {
      const before = copies(world, 0)[0]?.log.length ?? 0
      for (let node = 1; node < nodes; node++) world.tell(node, atMicros, send(0, 'x'))
      world.until(atMicros + 3_000)
      const log = copies(world, 0)[0]?.log.slice(before) ?? []
      return log.map((line) => line.split(' ').at(-1)).join(' ')
    }
    const first = sees(5_000)
    expect(sees(15_000)).not.toBe(first)
  })

  test('of one side hear each other, and crash and restart together', () => {
    const world = new ScriptWorld({ nodes: 4, ...byzantine([0, twins], [1, twins]) })
    world.tell(0, 5_000, send(1, 'psst')).until(8_000)
    expect(
      copies(world, 1).map(({ log }) => log.filter((line) => line.includes('psst')).length),
    ).toEqual([1, 1])
    for (const host of world.world.copiesOf(0)) host.crash()
    expect(copies(world, 0)).toEqual([undefined, undefined])
    for (const host of world.world.copiesOf(0)) host.restart()
    expect(copies(world, 0).every((copy) => copy !== undefined)).toBe(true)
  })
})

describe('a node that corrupts', () => {
  const world = (probability: number) => {
    const strategy = { kind: 'corrupting', probability } as const
    const all = new ScriptWorld(byzantine([0, strategy]))
    for (let i = 0; i < 200; i++) all.tell(0, 5_000 + i * 10, send(1, 'honest words'))
    return all.until(50_000)
  }
  const words = (log: readonly string[]) =>
    log.map((line) => line.replace(/^\d+ /, '').replace(/ from 0$/, ''))

  test('sends some bits wrong, and what no decoder takes does not arrive', () => {
    const got = words(world(1).log(1))
    expect(got).not.toContain('honest words')
    expect(got.length).toBeGreaterThan(50)
    expect(got.length).toBeLessThan(200)
  })

  test('leaves alone what it does not corrupt', () => {
    const got = words(world(0.25).log(1))
    const honest = got.filter((word) => word === 'honest words').length
    expect(honest).toBeGreaterThan(110)
    expect(honest).toBeLessThan(190)
    expect(words(world(0).log(1))).toEqual(new Array(200).fill('honest words'))
  })
})

describe('an attack', () => {
  const Shouting = class extends withFields(Script, { shouts: natural }) {
    override receive(): void {
      this.shouts += 1
      const { accomplices } = this.host as unknown as AttackerHost<unknown, unknown, string>
      this.host.send(2, { kind: 'said', value: `${this.shouts} of ${accomplices.join('+')}` })
    }
  }
  const attacks = [{ name: 'shout', what: 'it shouts', node: Shouting as never, inChaos: false }]
  const strategy = { kind: 'attack', name: 'shout' } as const

  test('runs on the Byzantine node alone, with fields of its own, and knows its accomplices', () => {
    const world = new ScriptWorld({
      protocol: { ...script, attacks },
      ...byzantine([1, strategy], [2, { kind: 'silent' }]),
    })
    world.tell(0, 5_000, send(1, 'a'), send(1, 'b')).until(20_000)
    expect(world.log(2).map((line) => line.replace(/^\d+ /, ''))).toEqual([
      '1 of 1+2 from 1',
      '2 of 1+2 from 1',
    ])
  })
})

test('nobody is told what a Byzantine node does, and its failures are no violations', () => {
  const seen: string[] = []
  const checker: Checker = {
    property: 'none',
    kind: 'safety',
    violation: undefined,
    stepped: (id) => seen.push(`stepped ${id}`),
    recorded: (id) => seen.push(`recorded ${id}`),
    proposed: (id) => seen.push(`proposed ${id}`),
    replied: (id) => seen.push(`replied ${id}`),
    crashed: (id) => seen.push(`crashed ${id}`),
    finished: (nodes) => seen.push(`finished ${[...nodes.keys()].join('+')}`),
  }
  const world = new ScriptWorld(byzantine([0, { kind: 'delayed', delayMicros: 5 }]), [checker])
  const all: Action[] = [{ kind: 'record', value: 'r' }, { kind: 'reply' }, { kind: 'fail' }]
  world.tell(0, 5_000, ...all).until(20_000)
  world.world.hostOf(0).crash()
  world.world.finish()
  expect(seen.some((what) => what.endsWith(' 0'))).toBe(false)
  expect(seen.at(-1)).toBe('finished 1+2')
  expect(world.world.violation).toBeUndefined()
  expect(world.answers.got.length).toBeLessThanOrEqual(1)
  const honest = new ScriptWorld({}, [checker])
  honest.tell(0, 5_000, ...all).until(20_000)
  expect(seen).toContain('proposed 0')
  expect(honest.world.violation?.property).toBe('assertion')
})
