import { describe, expect, test } from 'vitest'
import type { Checker } from '../model/index.ts'
import {
  latencyMicros,
  placeOf,
  record,
  ScriptWorld,
  send,
  setTimer,
} from './testing/script-world.ts'
import type { WorldOptions } from './world.ts'

const jittery = placeOf({ kind: 'uniform', lowMicros: 100, highMicros: 10_000 })

/** A world in which much goes on at once. */
function busyWorld(options: Partial<WorldOptions> = {}): ScriptWorld {
  const world = new ScriptWorld({
    nodes: 5,
    seed: 7,
    network: jittery,
    clockDriftPpm: 500,
    clockOffsetMicros: 5_000,
    ...options,
  })
  world.world.network.setLoss(0.1)
  world.world.network.setDuplication(0.1)
  for (let i = 0; i < 200; i++) {
    const node = (i * 7) % 5
    const others = [(node + 1) % 5, (node + 2) % 5].map((to) => send(to, `m${i}`))
    world.tell(
      node,
      i * 777,
      record(`r${i}`),
      ...others,
      { kind: 'draw' },
      setTimer('alarm', i * 13),
    )
  }
  world.world.at(40_000, () => world.world.hostOf(2).crash())
  world.world.at(60_000, () => world.world.hostOf(2).restart())
  world.world.at(70_000, () => world.world.hostOf(3).pause())
  world.world.at(90_000, () => world.world.hostOf(3).resume())
  return world
}

const logsOf = (world: ScriptWorld) => [0, 1, 2, 3, 4].map((id) => world.node(id).log)

describe('a world', () => {
  test('is the same for the same seed, and another for another', () => {
    const one = busyWorld().until(300_000)
    const same = busyWorld().until(300_000)
    expect(logsOf(same)).toEqual(logsOf(one))
    expect(same.answers.got).toEqual(one.answers.got)
    expect(same.world.trace.hash).toBe(one.world.trace.hash)
    expect(busyWorld({ seed: 8 }).until(300_000).world.trace.hash).not.toBe(one.world.trace.hash)
  })

  test('does not depend on how it is cut into slices of events and of time', () => {
    const whole = busyWorld().until(300_000)
    for (const slice of [1, 7, 100]) {
      const { world } = busyWorld()
      let result = world.advance(300_000, slice)
      while (result === 'events') result = world.advance(300_000, slice)
      expect(result).toBe('time')
      expect(world.trace.hash).toBe(whole.world.trace.hash)
      expect(world.nowMicros).toBe(300_000)
    }
    const byTime = busyWorld()
    for (let at = 0; at < 300_000; at += 1_234) byTime.until(at)
    expect(byTime.until(300_000).world.trace.hash).toBe(whole.world.trace.hash)
  })

  test('is the same whether messages pass by reference, frozen or encoded', () => {
    const hashes = (['reference', 'frozen', 'encoded'] as const).map((passing) => {
      const world = busyWorld({ passing }).until(300_000)
      return `${world.world.trace.hash} ${JSON.stringify(logsOf(world))}`
    })
    expect(new Set(hashes).size).toBe(1)
  })

  test('is the same whether its trace is recorded or not', () => {
    const recorded = busyWorld({ recordTrace: true }).until(300_000).world.trace
    const hashed = busyWorld({ recordTrace: false }).until(300_000).world.trace
    expect([hashed.hash, hashed.length]).toEqual([recorded.hash, recorded.length])
    expect([recorded.recorded, hashed.recorded]).toEqual([true, false])
  })

  test('stops when it is told to, after the event that goes on', () => {
    const world = new ScriptWorld()
    world.world.at(5_000, () => {
      world.world.stopped = true
    })
    expect(world.world.advance(50_000)).toBe('stopped')
    expect(world.world.nowMicros).toBe(5_000)
    expect(world.world.advance(50_000)).toBe('stopped')
    expect(world.world.nowMicros).toBe(5_000)
  })

  test('has a clock of its own at each node, and ends at its limit though nothing happens', () => {
    const world = new ScriptWorld({ nodes: 20, clockOffsetMicros: 1_000, clockDriftPpm: 500 })
    world.until(1_000_000_000)
    const readings = world.world.hosts.map((host) => host.now() - 1_000_000_000)
    expect(new Set(readings).size).toBeGreaterThan(10)
    for (const reading of readings) expect(Math.abs(reading)).toBeLessThanOrEqual(501_000)
  })

  test('knows its nodes', () => {
    const { world } = new ScriptWorld()
    world.hostOf(1).crash()
    expect([...world.alive().keys()]).toEqual([0, 2])
    expect(() => world.hostOf(3)).toThrow('no node 3: the nodes are 0 to 2')
  })
})

describe('a message', () => {
  test('that its sender changes afterwards is seen by the freezing world, and sent as it was by the encoding one', () => {
    const heard = (passing: WorldOptions['passing']) => {
      const world = new ScriptWorld({ passing })
      world.tell(0, 5_000, { kind: 'order', to: 1, value: 'a' }).until(50_000)
      return { heard: world.log(1), violation: world.world.violation?.message }
    }
    expect(heard('reference').heard).toEqual(['6000 a+changed from 0'])
    expect(heard('encoded').heard).toEqual(['6000 a from 0'])
    expect(heard('frozen').violation).toContain('node 0 stopped itself: Cannot add property')
  })

  test('is counted with its bytes, also where it is lost', () => {
    const world = new ScriptWorld()
    world.world.network.isolate(2)
    const before = world.world.transmission.messages
    world.tell(0, 5_000, send(1, 'abc'), send(2, 'abc')).until(50_000)
    expect(world.world.transmission.messages - before).toBe(2)
    // The kind, the length of the text, and the text.
    expect(world.world.transmission.bytes).toBe(2 * 5)
    const { trace } = world.world
    const last = Array.from({ length: trace.length }, (_, i) => trace.at(i)).slice(-2)
    expect(last.map(({ kind, node, peer }) => `${kind} at ${node} from ${peer}`)).toEqual([
      'lost at 2 from 0',
      'deliver at 1 from 0',
    ])
  })
})

describe('a Byzantine node', () => {
  test('that is silent acts, and sends nothing, to clients neither', () => {
    const world = new ScriptWorld({ byzantine: new Map([[0, { kind: 'silent' }]]) })
    world.tell(0, 5_000, send(1, 'a'), record('r'), send(1, 'b'), { kind: 'reply' })
    world.tell(1, 5_000, send(0, 'c')).until(50_000)
    expect(world.log(0)).toEqual(['5200 durable 1', '6000 c from 1'])
    expect(world.log(1)).toEqual([])
    expect(world.answers.got).toEqual([])
  })

  test('that delays sends everything so much later', () => {
    const strategy = { kind: 'delayed', delayMicros: 3_000 } as const
    const world = new ScriptWorld({ byzantine: new Map([[0, strategy]]) })
    world.tell(0, 5_000, send(1, 'a'), { kind: 'reply' })
    world.tell(1, 5_000, send(2, 'b')).until(50_000)
    expect(world.log(1)).toEqual(['9000 a from 0'])
    expect(world.log(2)).toEqual(['6000 b from 1'])
    expect(world.answers.got).toEqual(['9000 1 done by 0'])
  })
})

describe('a client', () => {
  test('is answered over the network, once, whatever is duplicated', () => {
    const world = new ScriptWorld()
    world.world.network.setDuplication(1)
    world.tell(0, 5_000, { kind: 'reply' }, send(1, 'twice')).until(50_000)
    expect(world.answers.got).toEqual([`${5_000 + latencyMicros} 1 done by 0`])
    expect(world.log(1)).toHaveLength(2)
  })

  test('gets answers whose content is part of the trace hash', () => {
    const hash = (kind: 'reply' | 'refuse' | 'stopMining') =>
      new ScriptWorld().tell(0, 5_000, { kind }).until(50_000).world.trace.hash
    expect(new Set([hash('reply'), hash('refuse'), hash('stopMining')]).size).toBe(3)
  })
})

describe('checkers', () => {
  test('are told what happens, with the event and the time, and stop the world when one objects', () => {
    const told: string[] = []
    const watcher: Checker & { violation: Checker['violation'] } = {
      property: 'nothing happens twice',
      kind: 'safety',
      violation: undefined,
      recorded: (id, _, { event, timeMicros }) => told.push(`record ${id} ${event} ${timeMicros}`),
      crashed: (id, { event }) => told.push(`crash ${id} ${event}`),
      restarted: (id, _, { event }) => told.push(`restart ${id} ${event}`),
      replied: (id, { sequence }, { kind }) => told.push(`${kind} ${sequence} by ${id}`),
      finished: (nodes) => told.push(`finished with ${nodes.size}`),
    }
    const { world } = new ScriptWorld({}, [watcher])
      .tell(0, 5_000, record('a'), { kind: 'reply' })
      .until(10_000)
    world.hostOf(2).crash()
    world.hostOf(2).restart()
    world.hostOf(1).crash()
    world.finish()
    // The events 0 to 2 are the starts.
    expect(told).toEqual([
      'record 0 3 5000',
      'done 1 by 0',
      'crash 2 6',
      'restart 2 7',
      'crash 1 8',
      'finished with 2',
    ])
    const violation = { property: watcher.property, message: 'it did', nodes: [0], events: [3] }
    watcher.violation = violation
    world.finish()
    expect(world.violation).toBe(violation)
  })

  test('are looked at often enough that a violation ends a run soon', () => {
    const objector: Checker & { violation: Checker['violation'] } = {
      property: 'p',
      kind: 'safety',
      violation: undefined,
      recorded: (id, _, { event }) => {
        objector.violation ??= { property: 'p', message: 'm', nodes: [id], events: [event] }
      },
    }
    const world = new ScriptWorld({}, [objector])
    for (let i = 0; i < 1_000; i++) world.tell(0, 5_000 + i * 1_000, record('r'))
    expect(world.world.advance(10_000_000)).toBe('stopped')
    expect(world.world.violation?.events).toEqual([3])
    expect(world.world.trace.length).toBeLessThan(200)
  })
})

describe('mining', () => {
  const nBits = 1_000 // Hashes a block, in a world of scripts; each node makes one a second.

  test('finds blocks for those who mine, while they do', () => {
    const world = new ScriptWorld({ nodes: 3, hashesPerSecond: [100, 100, 100] })
    for (const node of [0, 1]) world.tell(node, 5_000, { kind: 'mine', nBits })
    world.until(1_000_000_000)
    const [first, second, third] = [0, 1, 2].map((id) => world.log(id).length) as [
      number,
      number,
      number,
    ]
    // A hundred blocks each are due.
    expect(Math.abs(first - 100)).toBeLessThan(40)
    expect(Math.abs(second - 100)).toBeLessThan(40)
    expect(third).toBe(0)
    world.tell(0, 1_000_001_000, { kind: 'stopMining' }).until(2_000_000_000)
    expect(world.log(0).length).toBe(first)
    expect(Math.abs(world.log(1).length - second - 100)).toBeLessThan(40)
  })

  test('is over for a node that somebody stops between two events', () => {
    const world = new ScriptWorld({ nodes: 1, hashesPerSecond: [1e9] })
    world.tell(0, 5_000, { kind: 'mine', nBits }).until(10_000)
    const blocks = world.log(0).length
    expect(blocks).toBeGreaterThan(100)
    world.world.hostOf(0).crash()
    world.until(20_000).world.hostOf(0).restart()
    expect(world.until(30_000).log(0)).toEqual([])
  })

  test('that would take longer than time itself never finds a block', () => {
    const world = new ScriptWorld({ nodes: 1, hashesPerSecond: [1e-12] })
    world.tell(0, 5_000, { kind: 'mine', nBits }).until(1e12)
    expect(world.log(0)).toEqual([])
  })

  test('ends with a crash, and is lost while a node is paused', () => {
    const world = new ScriptWorld({ nodes: 2, hashesPerSecond: [100, 100] })
    for (const node of [0, 1]) world.tell(node, 5_000, { kind: 'mine', nBits })
    world.until(10_000)
    world.world.hostOf(0).crash()
    world.world.hostOf(0).restart()
    world.world.hostOf(1).pause()
    world.until(1_000_000_000)
    world.world.hostOf(1).resume()
    expect([world.log(0), world.log(1)]).toEqual([[], []])
    world.until(2_000_000_000)
    expect(world.log(0)).toEqual([])
    expect(world.log(1).length).toBeGreaterThan(60)
  })
})
