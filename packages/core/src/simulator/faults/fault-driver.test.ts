import { describe, expect, test } from 'vitest'
import { noCosts } from '../costs.ts'
import type { Action } from '../testing/script.protocol.ts'
import { record, ScriptWorld, send, setTimer } from '../testing/script-world.ts'
import type { WorldOptions } from '../world.ts'
import { FaultDriver } from './fault-driver.ts'
import { parseFault } from './fault-spec.ts'

/** A world of five scripts under these faults. */
function underFaults(
  specs: readonly string[],
  options: Partial<WorldOptions> = {},
): { world: ScriptWorld; driver: FaultDriver } {
  const world = new ScriptWorld({ nodes: 5, ...options })
  const faults = specs.map((spec) => parseFault(spec, 5, ['king', 'subject']))
  return { world, driver: new FaultDriver(world.world, faults) }
}

/** What node 1 and node 2 heard, and when, where node 0 told both of them the time every 10 ms until `endMs`. */
function heard(
  specs: readonly string[],
  endMs = 100,
  options: Partial<WorldOptions> = {},
): { one: string[]; two: string[] } {
  const { world } = underFaults(specs, options)
  for (let at = 10; at < endMs; at += 10) {
    world.tell(0, at * 1_000, send(1, `${at}`), send(2, `${at}`))
  }
  world.until(10_000_000)
  const names = (node: number) => world.log(node).map((line) => line.split(' ')[1] as string)
  return { one: names(1), two: names(2) }
}

const every10 = (from: number, to: number): string[] =>
  Array.from({ length: (to - from) / 10 + 1 }, (_, i) => `${from + i * 10}`)

/** At which times, in milliseconds, something is true of a world under these faults. */
function timesMs(
  specs: readonly string[],
  holds: (world: ScriptWorld) => boolean,
  prepare: (world: ScriptWorld) => void = () => {},
): number[] {
  const { world } = underFaults(specs)
  prepare(world)
  const times: number[] = []
  for (let at = 0; at < 100; at += 5) {
    // Half a millisecond after what happens on the millisecond.
    world.until(at * 1_000 + 500)
    if (holds(world)) times.push(at)
  }
  return times
}

const every5 = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 5 + 1 }, (_, i) => from + i * 5)

describe('a fault of the network', () => {
  test('partition: the groups do not hear each other; those in none hear all', () => {
    const { one, two } = heard(['partition:0,2|1,3@25ms+40ms'])
    expect(one).toEqual(['10', '20', '70', '80', '90'])
    expect(two).toEqual(every10(10, 90))
    expect(heard(['partition:1|2@25ms']).one).toEqual(every10(10, 90))
  })

  test('cut: messages pass one way only', () => {
    expect(heard(['cut:0>1@25ms+40ms']).one).toEqual(['10', '20', '70', '80', '90'])
    expect(heard(['cut:1>0@25ms+40ms']).one).toEqual(every10(10, 90))
  })

  test('isolate: the node hears nothing and is not heard, by clients neither', () => {
    expect(heard(['isolate:1@25ms+40ms'])).toEqual({
      one: ['10', '20', '70', '80', '90'],
      two: every10(10, 90),
    })
    expect(heard(['isolate:0@25ms+40ms']).two).toEqual(['10', '20', '70', '80', '90'])
  })

  test('loss: as many are lost as it says, until it ends', () => {
    expect(heard(['loss:100%@25ms+40ms']).one).toEqual(['10', '20', '70', '80', '90'])
    const { one } = heard(['loss:30%@0s'], 10_000)
    // The request and the message are both lost at that rate.
    expect(Math.abs(one.length - 999 * 0.49)).toBeLessThan(4 * Math.sqrt(999 * 0.25))
  })

  test('duplicate: as many messages come twice', () => {
    expect(heard(['duplicate:100%@25ms+40ms']).one).toEqual(
      every10(10, 90).flatMap((at) => (Number(at) > 25 && Number(at) < 65 ? [at, at] : [at])),
    )
  })

  test('reorder: some overtake others', () => {
    const { world } = underFaults(['reorder:50%@0s'])
    const names = Array.from({ length: 100 }, (_, i) => `${i}`)
    world.tell(0, 5_000, ...names.map((name) => send(1, name))).until(1_000_000)
    const order = world.log(1).map((line) => line.split(' ')[1])
    expect(order).not.toEqual(names)
    expect(order.sort((one, other) => Number(one) - Number(other))).toEqual(names)
  })

  test('delay: every message takes so much longer', () => {
    const { world } = underFaults(['delay:7ms@0s+50ms'])
    world.tell(0, 20_000, send(1, 'a'))
    world.tell(0, 70_000, send(1, 'b')).until(1_000_000)
    // The request took 7 ms longer too.
    expect(world.log(1)).toEqual(['35000 a from 0', '71000 b from 0'])
  })

  test('ends alone: another that overlaps it stays in force', () => {
    const { one, two } = heard(['partition:0|1@15ms+50ms', 'partition:0|2@35ms+50ms'])
    expect(one).toEqual(['10', '70', '80', '90'])
    expect(two).toEqual(['10', '20', '30', '90'])
    // The same fault twice ends twice.
    expect(heard(['cut:0>1@15ms+50ms', 'cut:0>1@35ms+50ms']).one).toEqual(['10', '90'])
    expect(heard(['isolate:1@15ms+20ms', 'loss:100%@25ms+30ms']).one).toEqual([
      '10',
      ...every10(60, 90),
    ])
  })

  test('is the worse of two that overlap, whichever came first', () => {
    const worse = heard(['loss:100%@15ms+50ms', 'loss:0%@25ms+10ms', 'loss:0%@55ms'])
    expect(worse.one).toEqual(['10', '70', '80', '90'])
    const { world } = underFaults(['delay:7ms@0s+50ms', 'delay:1ms@0s'])
    world.tell(0, 20_000, send(1, 'a'))
    world.tell(0, 70_000, send(1, 'b')).until(1_000_000)
    expect(world.log(1)).toEqual(['35000 a from 0', '73000 b from 0'])
  })

  test('heal: ends all of them, and none of the others', () => {
    const { one } = heard(['isolate:1@15ms', 'loss:100%@15ms+70ms', 'heal@45ms', 'cut:0>1@65ms'])
    expect(one).toEqual(['10', '50', '60'])
    expect(timesMs(['crash:1@10ms+50ms', 'heal@20ms'], isDown)).toEqual(every5(10, 55))
  })
})

const isDown = ({ world }: ScriptWorld) => !world.hostOf(1).node
const isPaused = ({ world }: ScriptWorld) => world.hostOf(1).paused

describe('a fault of a node', () => {
  test('crash: it is down until the end, or for good', () => {
    expect(timesMs(['crash:1@10ms+20ms'], isDown)).toEqual(every5(10, 25))
    expect(timesMs(['crash:1@10ms'], isDown)).toEqual(every5(10, 95))
  })

  test('restart: it is up again, though a crash would have lasted longer', () => {
    expect(timesMs(['crash:1@10ms', 'restart:1@40ms'], isDown)).toEqual(every5(10, 35))
    expect(timesMs(['crash:1@10ms+50ms', 'restart:1@40ms', 'crash:1@50ms+30ms'], isDown)).toEqual([
      ...every5(10, 35),
      ...every5(50, 75),
    ])
    // A later crash ends by itself: the one that was cut short holds nothing any more.
    expect(timesMs(['crash:1@10ms+50ms', 'restart:1@30ms', 'crash:1@40ms+10ms'], isDown)).toEqual([
      ...every5(10, 25),
      ...every5(40, 45),
    ])
  })

  test('of two crashes the longer counts', () => {
    expect(timesMs(['crash:1@10ms+20ms', 'crash:1@20ms+40ms'], isDown)).toEqual(every5(10, 55))
    expect(timesMs(['crash:1@10ms+60ms', 'crash:1@20ms+20ms'], isDown)).toEqual(every5(10, 65))
    expect(timesMs(['crash:1@10ms', 'crash:all@20ms+20ms'], isDown)).toEqual(every5(10, 95))
    expect(timesMs(['crash:1@10ms+60ms', 'disk-loss:1@20ms+20ms'], isDown)).toEqual(every5(10, 65))
  })

  test('pause: it stops until the end, of the longer of two', () => {
    expect(timesMs(['pause:1@10ms+20ms'], isPaused)).toEqual(every5(10, 25))
    expect(timesMs(['pause:1@10ms+20ms', 'pause:1@20ms+40ms'], isPaused)).toEqual(every5(10, 55))
    expect(timesMs(['pause:1@10ms+60ms', 'pause:1@20ms+20ms'], isPaused)).toEqual(every5(10, 65))
  })

  test('slow: it takes as many times longer, by the worse of two', () => {
    const costs = { ...noCosts, messageMicros: 100 }
    const { world } = underFaults(['slow:0:3x@0s+50ms', 'slow:0:20x@30ms+10ms'], { costs })
    for (const at of [20_000, 35_000, 45_000, 60_000]) world.tell(0, at, send(1, 'm'))
    world.until(100_000)
    const arrivals = world.log(1).map((line) => Number(line.split(' ')[0]))
    expect(arrivals).toEqual([21_300, 38_000, 46_300, 61_100])
  })

  test('clock: it jumps, and back at the end', () => {
    const { world } = underFaults(['clock:0:+1s@20ms+20ms', 'clock:0:-3ms@70ms'])
    const readings = [10, 30, 50, 80].map((at) => {
      world.until(at * 1_000)
      return world.world.hostOf(0).now()
    })
    expect(readings).toEqual([10_000, 1_030_000, 50_000, 77_000])
  })

  test('drift: its clock and timers run at another rate, then at their own again', () => {
    const { world } = underFaults(['drift:0:+100000ppm@10ms+20ms', 'drift:0:-500000ppm@15ms+5ms'])
    const { clock } = world.world.hostOf(0)
    clock.setDrift(0, 50)
    const own = new FaultDriver(world.world, [parseFault('drift:0:100ppm@40ms+10ms', 5, [])])
    const rates = [5, 12, 17, 25, 35, 45, 55].map((at) => {
      world.until(at * 1_000)
      return clock.driftPpm
    })
    // The first driver met a clock without drift, the second one that runs fast by 50 ppm.
    expect(rates).toEqual([50, 100_000, -500_000, 100_000, 0, 100, 50])
    expect(own.strikes.length).toBe(1)
  })

  test('disk-slow and disk-lies: syncs take longer, or count for nothing, until the end', () => {
    const { world } = underFaults(['disk-slow:0:10x@10ms+20ms', 'disk-slow:0:2x@10ms+40ms'])
    for (const at of [20_000, 40_000, 60_000]) world.tell(0, at, record('r'))
    world.until(100_000)
    expect(world.log(0)).toEqual(['22000 durable 1', '40400 durable 2', '60200 durable 3'])
    const lying = ({ world }: ScriptWorld) => world.hostOf(1).disk.lying
    expect(timesMs(['disk-lies:1@10ms+20ms', 'disk-lies:all@20ms+20ms'], lying)).toEqual(
      every5(10, 35),
    )
  })

  test('disk-loss: the node comes back with nothing', () => {
    const { world } = underFaults(['disk-loss:0@30ms+10ms'])
    world.tell(0, 10_000, record('gone'), setTimer('alarm', 25_000)).until(100_000)
    expect(world.node(0).notes).toEqual([])
    expect(world.node(0).log).toEqual(['40000 start'])
  })

  test('disk-corrupt: the node stays down, whatever ends', () => {
    const { world, driver } = underFaults(['disk-corrupt:0@30ms+10ms', 'restart:0@50ms'])
    world.tell(0, 10_000, record('rotten')).until(60_000)
    driver.healForGood()
    expect(world.until(100_000).world.hostOf(0).node).toBeUndefined()
  })
})

describe('a target', () => {
  test('of a role is whoever plays it when the fault strikes', () => {
    const { world } = underFaults(['crash:king@20ms', 'crash:king@40ms'])
    const crown: Action = record('crown')
    world.tell(2, 10_000, crown)
    world.tell(4, 30_000, crown)
    world.tell(3, 50_000, crown).until(100_000)
    expect([...world.world.alive().keys()]).toEqual([0, 1, 3])
  })

  test('is a smallest majority, a largest minority, everybody or anybody, drawn from the seed', () => {
    const down = (target: string, seed: number) => {
      const { world } = underFaults([`crash:${target}@20ms`], { seed })
      world.until(30_000)
      return [0, 1, 2, 3, 4].filter((id) => !world.world.alive().has(id)).join()
    }
    const seeds = Array.from({ length: 30 }, (_, seed) => seed)
    for (const [target, count] of [
      ['majority', 3],
      ['minority', 2],
      ['all', 5],
      ['random', 1],
    ] as const) {
      const drawn = seeds.map((seed) => down(target, seed))
      for (const nodes of drawn) expect(nodes.split(',')).toHaveLength(count)
      expect(seeds.map((seed) => down(target, seed))).toEqual(drawn)
      if (target !== 'all') expect(new Set(drawn).size).toBeGreaterThan(3)
    }
  })
})

describe('healing for good', () => {
  test('ends everything that is in force, and lets nothing more strike', () => {
    const { world, driver } = underFaults([
      'crash:0@10ms',
      'pause:1@10ms+80ms',
      'partition:2|3@10ms',
      'slow:4:9x@10ms',
      'disk-slow:4:9x@10ms+80ms',
      'disk-lies:4@10ms',
      'clock:4:+1s@10ms',
      'drift:3:100ppm@10ms',
      'crash:2@70ms',
      'loss:50%@70ms',
    ])
    world.until(50_000)
    expect(driver.networkBroken).toBe(true)
    driver.healForGood()
    const events = world.world.trace.length
    for (const at of [50_000, 100_000]) {
      world.until(at)
      expect(driver.networkBroken).toBe(false)
      expect(world.world.network.connected(2, 3)).toBe(true)
      expect([...world.world.alive().keys()]).toEqual([0, 1, 2, 3, 4])
      const { paused } = world.world.hostOf(1)
      const { occupation, disk } = world.world.hostOf(4)
      const { clock } = world.world.hostOf(3)
      expect({
        paused,
        slowness: occupation.slowness,
        lying: disk.lying,
        disk: disk.slowness,
        drifts: clock.driftPpm !== 0,
      }).toEqual({ paused: false, slowness: 1, lying: false, disk: 1, drifts: false })
      expect(world.world.hostOf(4).now()).toBe(at)
    }
    expect(driver.strikes.length).toBe(8)
    expect(world.world.trace.length).toBe(events)
  })

  test('leaves what strikes by hand afterwards its whole length', () => {
    const { world, driver } = underFaults([])
    driver.healForGood()
    driver.strike(parseFault('crash:1@0s+20ms', 5, []))
    world.until(10_000)
    expect(isDown(world)).toBe(true)
    expect(isDown(world.until(30_000))).toBe(false)
  })
})

test('every fault, and every end of one, is an event of the trace', () => {
  const { world } = underFaults(['delay:1ms@10ms+20ms', 'crash:1@10ms', 'clock:all:+1ms@15ms'])
  world.until(100_000)
  const { trace } = world.world
  const faults = Array.from({ length: trace.length }, (_, i) => trace.at(i))
    .filter(({ kind }) => kind === 'fault' || kind === 'crash')
    .map(({ kind, timeMicros }) => `${timeMicros} ${kind}`)
  expect(faults).toEqual([
    '10000 fault',
    '10000 fault',
    '10000 crash',
    '15000 fault',
    '30000 fault',
  ])
  const other = underFaults(['delay:2ms@10ms+20ms', 'crash:1@10ms', 'clock:all:+1ms@15ms']).world
  expect(other.until(100_000).world.trace.hash).not.toBe(trace.hash)
})
