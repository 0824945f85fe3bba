import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noCosts } from './costs.ts'
import { instantDisk } from './disk.ts'
import type { Action } from './testing/script.protocol.ts'
import { record, ScriptWorld, send, sendEagerly, setTimer } from './testing/script-world.ts'

// In a world of scripts a message takes 1,000 µs, a sync 200 µs, and nothing else any time.

const reply: Action = { kind: 'reply' }
const onBell = (alarm: 'set' | 'cancel'): Action => ({ kind: 'onBell', alarm })

describe('what a node sends', () => {
  test('waits until everything recorded before it is durable, unless it is sent eagerly', () => {
    const world = new ScriptWorld()
    world.tell(0, 5_000, send(1, 'a'), record('x'), send(1, 'b'), sendEagerly(1, 'c'), reply)
    world.tell(0, 9_000, record('y'), { kind: 'replyEagerly' }).until(20_000)
    expect(world.log(1)).toEqual(['6000 a from 0', '6000 c from 0', '6200 b from 0'])
    expect(world.answers.got).toEqual(['6200 1 done by 0', '10000 2 done by 0'])
    expect(world.log(0)).toEqual(['5200 durable 1', '9200 durable 2'])
  })

  test('waits for the second sync where it was recorded during the first', () => {
    const world = new ScriptWorld()
    world.tell(0, 5_000, record('x'))
    world.tell(0, 5_100, record('y'), send(1, 'after y'))
    world.tell(0, 5_300, send(1, 'later')).until(20_000)
    expect(world.log(0)).toEqual(['5200 durable 1', '5400 durable 2'])
    expect(world.log(1)).toEqual(['6400 after y from 0', '6400 later from 0'])
  })

  test('leaves in the order of sending, whatever is recorded in between', () => {
    const action = fc.constantFrom<'record' | 'send'>('record', 'send')
    const steps = fc.array(fc.tuple(fc.nat(300), fc.array(action, { maxLength: 5 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(steps, (steps) => {
        const world = new ScriptWorld()
        const sent: { name: string; recorded: number }[] = []
        let recorded = 0
        let at = 2_000
        for (const [pause, kinds] of steps) {
          at += pause
          const actions = kinds.map((kind) => {
            if (kind === 'record') {
              recorded++
              return record('r')
            }
            sent.push({ name: `m${sent.length}`, recorded })
            return send(1, `m${sent.length - 1}`)
          })
          world.tell(0, at, ...actions)
        }
        world.until(100_000)
        const heard = world.log(1).map((line) => line.split(' '))
        expect(heard.map(([, name]) => name)).toEqual(sent.map(({ name }) => name))
        const syncs = world.log(0).map((line) => line.split(' durable ').map(Number))
        for (const [i, { recorded: needed }] of sent.entries()) {
          const left = Number(heard[i]?.[0]) - 1_000
          const durable = syncs.findLast(([time]) => (time as number) <= left)?.[1] ?? 0
          expect(durable).toBeGreaterThanOrEqual(needed)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('a crash', () => {
  test('keeps what was durable and loses what was not, with messages, replies and state', () => {
    const kept = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      const world = new ScriptWorld({ seed })
      world.tell(0, 5_000, record('a'), record('b'))
      world.tell(0, 6_000, record('c'), record('d'), send(1, 'too late'), reply)
      world.world.at(6_100, () => world.world.hostOf(0).crash())
      world.world.at(8_000, () => world.world.hostOf(0).restart())
      world.until(20_000)
      const { log } = world.node(0)
      const notes = [...world.node(0).notes]
      expect(notes).toEqual(['a', 'b', 'c', 'd'].slice(0, notes.length))
      expect(notes.length).toBeGreaterThanOrEqual(2)
      kept.add(notes.length)
      expect(log).toEqual(['8000 start'])
      expect(world.log(1)).toEqual([])
      expect(world.answers.got).toEqual([])
      // Nor does a sync of the next life let go what was held in the last.
      for (const at of [21_000, 22_000, 23_000]) world.tell(0, at, record('e'))
      world.until(30_000)
      expect(world.log(0)).toHaveLength(3)
      expect(world.log(1)).toEqual([])
    }
    // What had not reached the disk survives in some crashes, in part in some, in others not at all.
    expect(kept).toEqual(new Set([2, 3, 4]))
  })

  test('ends timers; those of the next life are its own', () => {
    const world = new ScriptWorld()
    world.tell(0, 5_000, setTimer('alarm', 3_000), setTimer('bell', 8_000))
    world.world.at(6_000, () => world.world.hostOf(0).crash())
    world.world.at(7_000, () => world.world.hostOf(0).restart())
    world.tell(0, 7_500, setTimer('alarm', 4_000)).until(50_000)
    expect(world.log(0)).toEqual(['11500 alarm'])
  })

  test('lets a sync of the earlier life count for nothing in the next', () => {
    const world = new ScriptWorld()
    world.tell(0, 5_000, record('a'))
    world.world.at(5_050, () => world.world.hostOf(0).crash())
    world.world.at(5_100, () => world.world.hostOf(0).restart())
    world.tell(0, 5_150, record('b'), send(1, 'b')).until(20_000)
    expect(world.log(0).map((line) => line.split(' ')[0])).toEqual(['5350'])
    expect(world.log(1)).toEqual(['6350 b from 0'])
  })

  test('of a node that is down, and a restart of one that is up, change nothing', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    host.restart()
    expect(world.node(0).log).toEqual(['0 start'])
    host.crash()
    host.crash()
    host.pause()
    host.resume()
    expect(host.node).toBeUndefined()
    expect(world.world.trace.length).toBe(4)
  })

  test('of a disk whose records rot keeps the node down, whatever is tried', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    world.tell(0, 5_000, record('a')).until(10_000)
    host.crash()
    host.disk.corrupt()
    host.restart()
    expect(host.node).toBeUndefined()
    host.disk.lose()
    host.restart()
    expect(world.node(0).notes).toEqual([])
  })

  test('after a disk that lied shows it', () => {
    const notes = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      const world = new ScriptWorld({ seed })
      const host = world.world.hostOf(0)
      host.disk.lying = true
      world.tell(0, 5_000, record('a'), send(1, 'it is written')).until(10_000)
      expect(world.log(1)).toEqual(['6200 it is written from 0'])
      host.crash()
      host.restart()
      notes.add(world.node(0).notes.join())
    }
    expect(notes).toEqual(new Set(['', 'a']))
  })
})

describe('a pause', () => {
  test('holds timers, syncs, requests and messages, and lets them go in order', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    world.tell(0, 5_000, record('a'), setTimer('alarm', 400), setTimer('bell', 300), send(1, 'a'))
    world.world.at(5_100, () => host.pause())
    world.tell(1, 5_500, send(0, 'first'))
    world.tell(0, 7_000, record('b'))
    world.tell(1, 7_500, send(0, 'second'))
    world.world.at(20_000, () => host.resume())
    world.until(50_000)
    expect(host.node).toBe(world.node(0))
    expect(world.node(0).log).toEqual([
      '0 start',
      '5000 request 1',
      '20000 bell',
      '20000 alarm',
      '20000 durable 1',
      '20000 first from 1',
      '20000 request 3',
      '20000 second from 1',
      '20200 durable 2',
    ])
    expect(world.log(1)).toEqual(['21000 a from 0'])
  })

  test('keeps the order of what had been waiting for a busy node before it', () => {
    const world = new ScriptWorld({ costs: { ...noCosts, messageMicros: 100 } })
    const host = world.world.hostOf(0)
    // Ten messages come at once and take until 8,000; the pause begins among them and ends so too.
    for (let i = 0; i < 10; i++) world.tell(1, 6_000, send(0, `early ${i}`))
    world.world.at(8_350, () => host.pause())
    world.tell(2, 7_450, send(0, 'late'))
    for (const [pauseAt, resumeAt] of [
      [8_500, 8_560],
      [8_610, 9_999],
    ]) {
      world.world.at(pauseAt as number, () => host.pause())
      world.world.at(resumeAt as number, () => host.resume())
    }
    world.until(50_000)
    const heard = world.log(0).map((line) => line.replace(/^\d+ /, ''))
    expect(heard).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `early ${i} from 1`),
      'late from 2',
    ])
  })

  test('lets a timer that fires before it is over cancel one that fired with it', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    world.tell(0, 5_000, onBell('cancel'), setTimer('bell', 500), setTimer('alarm', 600))
    world.world.at(5_100, () => host.pause())
    world.world.at(9_000, () => host.resume())
    world.until(50_000)
    expect(world.log(0)).toEqual(['9000 bell'])
  })

  test('lets a timer that was moved fire at its new time alone', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    world.tell(0, 5_000, onBell('set'), setTimer('bell', 500), setTimer('alarm', 600))
    world.world.at(5_100, () => host.pause())
    world.world.at(9_000, () => host.resume())
    world.until(50_000)
    expect(world.log(0)).toEqual(['9000 bell', '10000 alarm'])
  })

  test('ends with a crash: what it held is lost', () => {
    const world = new ScriptWorld()
    const host = world.world.hostOf(0)
    world.tell(0, 5_000, setTimer('alarm', 500))
    world.world.at(5_100, () => host.pause())
    world.tell(1, 5_200, send(0, 'lost'))
    world.world.at(7_000, () => host.crash())
    world.world.at(8_000, () => host.restart())
    world.world.at(9_000, () => host.resume())
    world.until(50_000)
    expect(world.node(0).log).toEqual(['8000 start'])
  })
})

test('a timer far beyond the end of time never goes off, and can be moved', () => {
  const world = new ScriptWorld()
  world.world.hostOf(0).clock.setDrift(0, -500_000)
  world.tell(0, 5_000, setTimer('alarm', Number.MAX_SAFE_INTEGER), setTimer('bell', 2 ** 52))
  world.tell(0, 6_000, setTimer('bell', 1_000)).until(1e15)
  expect(world.log(0)).toEqual(['4000 bell'])
})

describe('a busy node', () => {
  const costs = { ...noCosts, messageMicros: 100, signMicros: 500 }

  test('handles one thing after the other, in order, and what it sends leaves when it is done', () => {
    const world = new ScriptWorld({ costs })
    for (let i = 0; i < 4; i++) world.tell(0, 5_000, send(1, `m${i}`))
    world.until(50_000)
    expect(world.node(0).log.slice(1)).toEqual([
      '5000 request 1',
      '5100 request 2',
      '5200 request 3',
      '5300 request 4',
    ])
    expect(world.log(1)).toEqual([
      '6100 m0 from 0',
      '6200 m1 from 0',
      '6300 m2 from 0',
      '6400 m3 from 0',
    ])
  })

  test('keeps others waiting while it signs', () => {
    const world = new ScriptWorld({ costs })
    world.tell(0, 5_000, { kind: 'sign', times: 2 }, send(1, 'signed'))
    world.tell(0, 5_000, send(1, 'next'))
    world.until(50_000)
    expect(world.node(0).log.slice(1)).toEqual(['5000 request 1', '6100 request 2'])
    expect(world.log(1)).toEqual(['7100 signed from 0', '7200 next from 0'])
  })

  test('lets timers and syncs interrupt it', () => {
    const world = new ScriptWorld({ costs })
    world.tell(0, 5_000, record('a'), setTimer('alarm', 250))
    for (let i = 0; i < 5; i++) world.tell(0, 5_000)
    world.until(50_000)
    expect(world.node(0).log.slice(1)).toEqual([
      '5000 request 1',
      '5100 request 2',
      '5200 request 3',
      '5250 alarm',
      '5300 durable 1',
      '5300 request 4',
      '5400 request 5',
      '5500 request 6',
    ])
  })

  test('takes as many times longer as it is slow, in whole microseconds', () => {
    const world = new ScriptWorld({ costs: { ...noCosts, messageMicros: 5 } })
    world.world.hostOf(0).occupation.slowness = 2.5
    for (let i = 0; i < 3; i++) world.tell(0, 5_000, send(0, 'to itself'))
    world.until(50_000)
    expect(world.node(0).log.slice(1, 4)).toEqual([
      '5000 request 1',
      '5013 request 2',
      '5026 request 3',
    ])
    expect(world.log(0)).toHaveLength(3)
  })

  test('answers later the more there is to do', () => {
    const latencyAt = (intervalMicros: number) => {
      const world = new ScriptWorld({ costs, disk: instantDisk })
      for (let i = 0; i < 50; i++) world.tell(0, 5_000 + i * intervalMicros, reply)
      world.until(100_000)
      const waits = world.answers.got.map(
        (line, i) => Number(line.split(' ')[0]) - (5_000 + i * intervalMicros),
      )
      return Math.max(...waits)
    }
    expect(latencyAt(200)).toBe(1_100)
    expect(latencyAt(100)).toBe(1_100)
    expect(latencyAt(90)).toBe(1_100 + 49 * 10)
    expect(latencyAt(50)).toBe(1_100 + 49 * 50)
  })

  test('forgets what waited when it crashes', () => {
    const world = new ScriptWorld({ costs })
    for (let i = 0; i < 9; i++) world.tell(0, 5_000)
    world.world.at(5_250, () => world.world.hostOf(0).crash())
    world.world.at(5_260, () => world.world.hostOf(0).restart())
    world.tell(0, 5_270)
    world.until(50_000)
    expect(world.node(0).log).toEqual(['5260 start', '5270 request 10'])
  })
})

describe('a protocol that breaks the rules', () => {
  test('by throwing is a violation that names the node and the event', () => {
    const world = new ScriptWorld()
    world.world.network.isolate(2)
    world.tell(0, 5_000, send(2, 'lost'), { kind: 'fail' }).until(50_000)
    const { violation, trace, nowMicros } = world.world
    expect(violation).toMatchObject({
      property: 'assertion',
      message: 'node 0 stopped itself: an invariant does not hold',
      nodes: [0],
    })
    expect(trace.at(violation?.events[0] as number)).toMatchObject({ kind: 'propose', node: 0 })
    expect(nowMicros).toBe(5_000)
  })

  test('by throwing while its records are replayed is one too', () => {
    const world = new ScriptWorld()
    world.tell(0, 5_000, record('poison')).until(10_000)
    expect(world.world.violation?.message).toBe('node 0 stopped itself: a record that cannot be')
    const other = new ScriptWorld()
    const host = other.world.hostOf(0)
    host.crash()
    host.disk.append({ kind: 'noted', value: 'poison' }, 8)
    host.disk.startSync(0)
    host.disk.completeSync()
    host.restart()
    expect(other.world.violation?.message).toBe('node 0 stopped itself: a record that cannot be')
    expect(host.node).toBeUndefined()
  })

  test('by changing a durable field without a record is found where the fold is verified', () => {
    const scribbled = (verifyFold: boolean) => {
      const world = new ScriptWorld({ verifyFold })
      world.tell(1, 5_000, record('a'), { kind: 'scribble', value: 'b' }).until(50_000)
      return world.world.violation
    }
    expect(scribbled(true)).toMatchObject({
      property: 'durable fields equal the fold of the records',
      message: 'node 1 changed notes without a record',
      nodes: [1],
    })
    expect(scribbled(false)).toBeUndefined()
    const honest = new ScriptWorld({ verifyFold: true }).tell(1, 5_000, record('a')).until(10_000)
    honest.world.hostOf(1).crash()
    honest.world.hostOf(1).restart()
    honest.tell(1, 15_000, record('b')).until(50_000)
    expect(honest.world.violation).toBeUndefined()
    expect(honest.node(1).notes).toEqual(['a', 'b'])
  })
})
