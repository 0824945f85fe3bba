import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListLog } from '../testing/list-log.ts'
import { PowerCutDisk } from '../testing/power-cut-disk.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { Disk, DiskFile } from './disk.ts'

const batches = [['a'], ['bb', '', 'ccc'], ['d'.repeat(40)], ['e', 'f']]
const everything = batches.flat()

/** A closed log whose frames hold these batches; returns the file and where each frame ends. */
async function writtenLog(directory: string): Promise<{ file: Buffer; ends: number[] }> {
  const log = await ListLog.open(directory)
  const ends = [readFileSync(join(directory, 'log')).length]
  for (const batch of batches) {
    for (const record of batch) log.append(record)
    await log.settled()
    ends.push(readFileSync(join(directory, 'log')).length)
  }
  await log.close()
  return { file: readFileSync(join(directory, 'log')), ends }
}

test('what was appended is there after the log is opened again', async () => {
  const directory = temporaryDirectory()
  await writtenLog(directory)
  const again = await ListLog.open(directory)
  expect(again.records).toEqual(everything)
  expect(again.opened.appended).toBe(everything.length)
  expect(again.opened.torn).toBe(0)
  again.append('later')
  await again.close()
  const third = await ListLog.open(directory)
  expect(third.records).toEqual([...everything, 'later'])
  await third.close()
})

test('records appended together become durable with one sync, in order', async () => {
  const disk = new CountingDisk()
  const log = await ListLog.open(temporaryDirectory(), { disk })
  disk.events.length = 0
  for (let i = 0; i < 100; i += 1) log.append(`record ${i}`)
  expect(log.opened.durable).toBe(0)
  await log.settled()
  expect(disk.events).toEqual(['write', 'sync'])
  expect(log.confirmed).toEqual([100])
  await log.close()
})

test('a record appended while a batch is synced waits for the next sync', async () => {
  const disk = new CountingDisk()
  const log = await ListLog.open(temporaryDirectory(), { disk })
  disk.events.length = 0
  disk.duringSync = () => {
    disk.duringSync = () => {}
    log.append('second')
  }
  log.append('first')
  await log.close()
  expect(disk.events).toEqual(['write', 'sync', 'write', 'sync'])
  expect(log.confirmed).toEqual([1, 2])
})

test('a log cut short anywhere gives back the batches that are whole, and goes on from there', async () => {
  const { file, ends } = await writtenLog(temporaryDirectory())
  const directory = temporaryDirectory()
  for (let length = 0; length < file.length; length += 1) {
    writeFileSync(join(directory, 'log'), file.subarray(0, length))
    if (length < (ends[0] as number)) {
      await expect(ListLog.open(directory), `length ${length}`).rejects.toThrow('log')
      continue
    }
    const whole = ends.filter((end) => end <= length).length - 1
    const expected = batches.slice(0, whole).flat()
    const log = await ListLog.open(directory)
    expect(log.records, `length ${length}`).toEqual(expected)
    expect(log.opened.torn).toBe(length - (ends[whole] as number))
    log.append('new')
    await log.close()
    const again = await ListLog.open(directory)
    expect(again.records, `length ${length}`).toEqual([...expected, 'new'])
    await again.close()
  }
})

test('a changed byte before the last batch is refused; in the last batch, that batch is dropped', async () => {
  const { file, ends } = await writtenLog(temporaryDirectory())
  const directory = temporaryDirectory()
  const lastStart = ends.at(-2) as number
  for (let place = 0; place < file.length; place += 1) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const damaged = Buffer.from(file)
      damaged[place] = (damaged[place] as number) ^ flip
      writeFileSync(join(directory, 'log'), damaged)
      if (place < lastStart) {
        await expect(ListLog.open(directory), `byte ${place}`).rejects.toThrow(/log (is|belongs)/)
      } else {
        const log = await ListLog.open(directory)
        expect(log.records, `byte ${place}`).toEqual(batches.slice(0, -1).flat())
        await log.close()
      }
    }
  }
})

test('damage before an interrupted write is still seen as damage', async () => {
  const { file, ends } = await writtenLog(temporaryDirectory())
  const directory = temporaryDirectory()
  const damaged = Buffer.from(file.subarray(0, file.length - 1))
  const place = (ends[2] as number) + 20
  damaged[place] = (damaged[place] as number) ^ 1
  writeFileSync(join(directory, 'log'), damaged)
  await expect(ListLog.open(directory)).rejects.toThrow(
    /damaged at byte \d+ \(batch 3\), yet batch 4 follows at byte \d+/,
  )
})

test('the log of another node or another protocol is refused in one line', async () => {
  const directory = temporaryDirectory()
  await writtenLog(directory)
  await expect(ListLog.open(directory, { node: 1 })).rejects.toThrow(
    'log belongs to node 0 of list, not to node 1 of list: give each node a data directory of its own',
  )
  await expect(ListLog.open(directory, { protocol: 'raft' })).rejects.toThrow('node 0 of raft')
  writeFileSync(join(directory, 'log'), 'hello, world')
  await expect(ListLog.open(directory)).rejects.toThrow('is not a log of this version')
})

for (const operation of ['write', 'sync'] as const) {
  test(`after a failed ${operation} nothing is confirmed any more, and the failure is told once`, async () => {
    const directory = temporaryDirectory()
    const disk = new CountingDisk()
    const log = await ListLog.open(directory, { disk })
    log.append('safe')
    await log.settled()
    disk.failing = operation
    log.append('lost')
    await log.close()
    expect(log.failure?.message).toBe('EIO: input/output error')
    disk.failing = undefined
    expect(() => log.append('later')).toThrow('closed')
    expect(log.confirmed).toEqual([1])
    const again = await ListLog.open(directory)
    expect(again.records[0]).toBe('safe')
    await again.close()
  })
}

test('the last batch is written and synced again before anything is built on it', async () => {
  const directory = temporaryDirectory()
  await writtenLog(directory)
  const disk = new CountingDisk()
  const log = await ListLog.open(directory, { disk })
  expect(disk.events).toEqual(['write', 'sync'])
  await log.close()
})

test('a long log is replaced by a checkpoint', async () => {
  const directory = temporaryDirectory()
  const log = await ListLog.open(directory, { checkpointBytes: 2000 })
  for (let i = 0; i < 500; i += 1) {
    log.append(`${i}`)
    if (i % 10 === 0) await log.settled()
  }
  await log.settled()
  const expected = log.records.slice()
  await log.close()
  // A frame a batch and a length a record would take more.
  expect(readFileSync(join(directory, 'log')).length).toBeLessThan(3000)
  const again = await ListLog.open(directory, { checkpointBytes: 2000 })
  expect(again.records).toEqual(expected)
  expect(again.opened.appended).toBe(500)
  await again.close()
})

test('no crash at any operation loses what was confirmed, or invents anything', async () => {
  const steps = fc.array(fc.array(fc.string({ maxLength: 700 }), { minLength: 1, maxLength: 3 }), {
    maxLength: 8,
  })
  const end = fc.constantFrom('power cut', 'killed', 'sync failed')
  const life = fc.record({ steps, end, cutAfter: fc.nat(40), seed: fc.nat() })
  const lives = fc.array(life, { minLength: 2, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(lives, fc.boolean(), async (lives, checkpoints) => {
      const directory = temporaryDirectory()
      const options = checkpoints ? { checkpointBytes: 400 } : {}
      let appended: string[] = []
      let confirmed = 0
      let disk = new PowerCutDisk(directory)
      const check = (log: ListLog): void => {
        expect(log.records.length).toBeGreaterThanOrEqual(confirmed)
        expect(log.records).toEqual(appended.slice(0, log.records.length))
        expect(log.opened.appended).toBe(log.records.length)
      }
      for (const { steps, end, cutAfter, seed } of lives) {
        disk.cutAfter = cutAfter
        const log = await ListLog.open(directory, { ...options, disk }).catch((error: Error) => {
          if (error.name !== 'PowerCut') throw error
        })
        if (log) {
          check(log)
          await appendUntilCut(log, steps)
          appended = log.records
          confirmed = Math.max(confirmed, log.opened.durable)
          disk.cutAfter = 0
          await untilStill(log)
        }
        if (end === 'power cut') {
          await disk.cutPower(mulberry32(seed))
          disk = new PowerCutDisk(directory)
        } else {
          await disk.killed(end === 'sync failed')
        }
      }
      const log = await ListLog.open(directory, { ...options, disk })
      check(log)
      await log.close()
    }),
    { numRuns: 100 },
  )
}, 300_000)

async function appendUntilCut(log: ListLog, steps: string[][]): Promise<void> {
  for (const records of steps) {
    for (const record of records) log.append(record.replaceAll(/[\uD800-\uDFFF]/g, '?'))
    if (records.length < 3) await untilStill(log)
    if (log.failure) return
  }
}

/** Until all that was appended is durable, or nothing will ever be. */
async function untilStill(log: ListLog): Promise<void> {
  while (!log.failure && log.opened.durable < log.opened.appended) {
    await new Promise(setImmediate)
  }
}

/** A small seeded generator, enough to choose what a power cut keeps. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Notes writes and syncs in their order, and fails when asked to. */
class CountingDisk extends Disk {
  readonly events: string[] = []
  failing: 'write' | 'sync' | undefined
  duringSync: () => void = () => {}

  override async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    return new CountingFile((await super.open(path, how)).handle, this)
  }
}

class CountingFile extends DiskFile {
  readonly #disk: CountingDisk

  constructor(handle: DiskFile['handle'], disk: CountingDisk) {
    super(handle)
    this.#disk = disk
  }

  override async write(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#disk.failing === 'write') throw new Error('EIO: input/output error')
    await super.write(bytes, position)
    this.#disk.events.push('write')
  }

  override async sync(): Promise<void> {
    if (this.#disk.failing === 'sync') throw new Error('EIO: input/output error')
    this.#disk.duringSync()
    await super.sync()
    this.#disk.events.push('sync')
  }
}
