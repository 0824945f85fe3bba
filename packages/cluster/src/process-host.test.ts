import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyValueStore } from '@quorate/core/machines'
import { DecodeError, type Output } from '@quorate/core/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Network, ProcessHost, type ProcessHostOptions } from './process-host.ts'
import { Disk, DiskFile } from './storage/disk.ts'
import { WriteAheadLog } from './storage/write-ahead-log.ts'
import { PowerCutDisk } from './testing/power-cut-disk.ts'
import { type Action, encodeScriptMessage, type Script, script } from './testing/script.protocol.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

interface Running {
  readonly host: ProcessHost
  readonly node: Script
  /** What happened, in order: syncs of the disk, messages that left, answers. */
  readonly events: string[]
  readonly failures: Error[]
  readonly outputs: Output[]
  /** Tells the node to do this, and says whether it was answered. */
  run(...actions: Action[]): { answered: boolean }
  /** Until everything recorded is durable. */
  settled(): Promise<void>
}

async function startScript(
  directory: string,
  options: Partial<ProcessHostOptions> = {},
): Promise<Running> {
  const events: string[] = []
  const failures: Error[] = []
  const outputs: Output[] = []
  const network: Network = {
    send: (to, frame) => events.push(`sent ${Buffer.from(frame.subarray(2)).toString()} to ${to}`),
    pause: () => events.push('pause'),
    resume: () => events.push('resume'),
  }
  const host = await ProcessHost.start({
    protocol: script,
    self: 0,
    nodes: 3,
    parameters: {},
    directory,
    network,
    application: new KeyValueStore(),
    disk: new WatchedDisk(events),
    failed: (error) => failures.push(error),
    output: (output) => outputs.push(output),
    ...options,
  })
  events.length = 0
  let sequence = 0
  return {
    host,
    node: host.node as unknown as Script,
    events,
    failures,
    outputs,
    run: (...actions) => {
      const result = { answered: false }
      sequence += 1
      const request = { client: 1, sequence }
      host.propose({ kind: 'run', actions }, request, () => {
        result.answered = true
        events.push('answered')
      })
      return result
    },
    settled: async () => {
      while (host.positions.durable < host.positions.recorded && failures.length === 0) {
        await new Promise(setImmediate)
      }
    },
  }
}

/** Notes each sync of the log when it is over. */
class WatchedDisk extends Disk {
  readonly #events: string[]

  constructor(events: string[]) {
    super()
    this.#events = events
  }

  override async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    return new WatchedFile((await super.open(path, how)).handle, this.#events)
  }
}

class WatchedFile extends DiskFile {
  readonly #events: string[]

  constructor(handle: DiskFile['handle'], events: string[]) {
    super(handle)
    this.#events = events
  }

  override async sync(): Promise<void> {
    await super.sync()
    this.#events.push('synced')
  }
}

const record = (value: string): Action => ({ kind: 'record', value })
const send = (value: string): Action => ({ kind: 'send', to: 1, value })
const sendEagerly = (value: string): Action => ({ kind: 'sendEagerly', to: 1, value })

test('duty 2: nothing leaves before what was recorded ahead of it is on the disk, unless sent eagerly', async () => {
  const { host, events, run, settled } = await startScript(temporaryDirectory())
  run(send('a'), record('x'), send('b'), sendEagerly('c'), { kind: 'reply' })
  expect(events).toEqual(['sent a to 1', 'sent c to 1'])
  await settled()
  expect(events).toEqual(['sent a to 1', 'sent c to 1', 'synced', 'sent b to 1', 'answered'])
  run(record('y'), { kind: 'replyEagerly' })
  expect(events.slice(5)).toEqual(['answered'])
  run(send('d'))
  await settled()
  expect(events.slice(5)).toEqual(['answered', 'synced', 'sent d to 1'])
  await host.stop()
})

test('duty 2 holds in any order of actions, and messages leave in the order they were sent', async () => {
  const action = fc.constantFrom<'record' | 'send'>('record', 'send')
  const runs = fc.array(fc.array(action, { maxLength: 6 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(runs, async (runs) => {
      const departures: { text: string; durable: number }[] = []
      const network: Network = {
        send: (_to, frame) => {
          const text = Buffer.from(frame.subarray(2)).toString()
          departures.push({ text, durable: host.positions.durable })
        },
        pause: () => {},
        resume: () => {},
      }
      const { host, run, settled } = await startScript(temporaryDirectory(), { network })
      const sent: { text: string; recorded: number }[] = []
      let recorded = 0
      for (const actions of runs) {
        const script = actions.map((kind): Action => {
          if (kind === 'record') {
            recorded += 1
            return record('r')
          }
          sent.push({ text: `message ${sent.length}`, recorded })
          return send(`message ${sent.length - 1}`)
        })
        run(...script)
        if (actions.length % 2 === 0) await settled()
      }
      await settled()
      await host.stop()
      expect(departures.map(({ text }) => text)).toEqual(sent.map(({ text }) => text))
      for (const [place, { durable }] of departures.entries()) {
        expect(durable).toBeGreaterThanOrEqual(sent[place]?.recorded as number)
      }
    }),
    { numRuns: 30 },
  )
})

test('duty 3: after a power cut a node has what was durable, and nothing else', async () => {
  for (let cutAfter = 0; cutAfter < 12; cutAfter += 1) {
    const directory = temporaryDirectory()
    const disk = new PowerCutDisk(directory)
    const { host, node, run, settled } = await startScript(directory, { disk })
    disk.cutAfter = disk.operations + cutAfter
    host.receive(1, encodeScriptMessage({ kind: 'said', value: 'hello' }))
    run({ kind: 'setTimer', delay: 1_000_000 })
    for (const value of ['a', 'b', 'c', 'd']) {
      run(record(value))
      await settled()
    }
    const { durable } = host.positions
    expect(node.heard).toEqual(['1: hello'])
    await host.stop().catch(() => {})
    await disk.cutPower(() => 0.4)

    const again = await startScript(directory)
    expect(again.node.notes.length).toBeGreaterThanOrEqual(durable)
    expect(again.node.notes).toEqual(['a', 'b', 'c', 'd'].slice(0, again.node.notes.length))
    expect(again.node.heard).toEqual([])
    expect(again.node.starts).toBe(1)
    expect(again.node.alarms).toBe(0)
    expect(again.host.positions.durable).toBe(again.node.notes.length)
    await again.host.stop()
  }
})

test('duty 3: the timers of a life end with it', async () => {
  const directory = temporaryDirectory()
  const first = await startScript(directory)
  first.run({ kind: 'setTimer', delay: 5_000 })
  await first.host.stop()
  const second = await startScript(directory)
  second.run({ kind: 'setTimer', delay: 20_000 })
  while (second.node.alarms === 0) await new Promise(setImmediate)
  expect(first.node.alarms).toBe(0)
  expect(second.node.alarms).toBe(1)
  await second.host.stop()
})

test('duty 3: a checkpoint stands for the records that it replaced', async () => {
  const directory = temporaryDirectory()
  const options = { checkpointBytes: 1_000 }
  const first = await startScript(directory, options)
  for (let i = 0; i < 300; i += 1) {
    first.run(record(`note ${i}`))
    if (i % 7 === 0) await first.settled()
  }
  await first.host.stop()
  const second = await startScript(directory, options)
  expect(second.node.notes).toEqual(first.node.notes)
  expect(second.host.positions.recorded).toBe(300)
  expect(second.node.heard).toEqual([])
  await second.host.stop()
})

test('duty 5: no step begins inside another, and the clock stands still within one', async () => {
  const { host, node, run, settled, failures } = await startScript(temporaryDirectory())
  for (let i = 0; i < 50; i += 1) {
    run(record(`${i}`), { kind: 'setTimer', delay: i % 3 }, { kind: 'reply' }, send('x'))
    const actions = [record('m'), { kind: 'setTimer', delay: 1 } as const]
    host.receive(1, encodeScriptMessage({ kind: 'run', actions }))
    if (i % 10 === 0) await settled()
  }
  await settled()
  while (node.alarms === 0) await new Promise(setImmediate)
  expect(failures).toEqual([])
  expect(node.confirmed.at(-1)).toBe(100)
  for (const { first, second } of node.times) expect(second).toBe(first)
  for (let i = 1; i < node.times.length; i += 1) {
    expect(node.times[i]?.first).toBeGreaterThanOrEqual(node.times[i - 1]?.first as number)
  }
  await host.stop()
})

test('duty 5: an answer that proposes again at once is refused, and ends the node', async () => {
  const { host, failures } = await startScript(temporaryDirectory())
  const command = { kind: 'run', actions: [{ kind: 'replyEagerly' }] }
  host.propose(command, { client: 2, sequence: 1 }, () => {
    host.propose(command, { client: 2, sequence: 2 }, () => {})
  })
  expect(failures.map(String)).toEqual(['Error: a node was entered while it was inside a step'])
  await host.stop()
})

test('what a protocol throws ends the node, which then neither acts nor sends', async () => {
  const { host, node, run, events, failures } = await startScript(temporaryDirectory())
  run(record('x'), send('a'), { kind: 'fail' })
  expect(failures.map(String)).toEqual(['Error: an invariant does not hold'])
  run(sendEagerly('b'))
  host.receive(1, encodeScriptMessage({ kind: 'said', value: 'hello' }))
  await host.stop()
  expect(node.heard).toEqual([])
  expect(events).toEqual(['synced'])
})

test('a disk that fails ends the node before anything leaves that waited for it', async () => {
  const directory = temporaryDirectory()
  const disk = new PowerCutDisk(directory)
  const { host, run, settled, events, failures } = await startScript(directory, { disk })
  disk.cutAfter = disk.operations + 1
  const { answered } = run(record('x'), send('a'), { kind: 'reply' })
  await settled()
  expect(failures.map(String)).toEqual(['PowerCut: the power is gone'])
  expect(events).toEqual([])
  expect(answered).toBe(false)
  await host.stop().catch(() => {})
  await disk.killed(false)
})

test('bytes that are no message are refused without a step', async () => {
  const { host, node } = await startScript(temporaryDirectory())
  const steps = node.times.length
  expect(() => host.receive(1, Uint8Array.of(99))).toThrow(DecodeError)
  expect(() => host.receive(1, new Uint8Array(0))).toThrow(DecodeError)
  expect(node.times.length).toBe(steps)
  await host.stop()
})

test('a host slows the network down while too much waits for the disk, and lets go again', async () => {
  const { host, run, settled, events } = await startScript(temporaryDirectory())
  const large = 'x'.repeat(1 << 20)
  for (let i = 0; i < 20; i += 1) run(record(large))
  expect(events.filter((event) => event === 'pause')).toHaveLength(1)
  await settled()
  run()
  expect(events.filter((event) => event === 'resume')).toHaveLength(1)
  await host.stop()
})

test('a log whose records the protocol does not know is refused in one line', async () => {
  const directory = temporaryDirectory()
  const { host, run } = await startScript(directory)
  run(record('x'))
  await host.stop()
  const writer = await WriteAheadLog.open({
    directory,
    owner: { protocol: 'script', node: 0, restore: () => {}, replay: () => {} },
    durable: () => {},
    failed: () => {},
  })
  writer.append(Uint8Array.of(200))
  await writer.close()
  await expect(startScript(directory)).rejects.toThrow(
    `the log in ${directory} has a record that is none of script as it is now`,
  )
  appendFileSync(join(directory, 'log'), 'torn')
  await expect(startScript(directory)).rejects.toThrow('none of script')
})
