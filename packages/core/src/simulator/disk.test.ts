import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../model/random.ts'
import { Disk, instantDisk, usualDisk } from './disk.ts'

const diskOf = (seed: number): Disk => new Disk(usualDisk, new Random(seed))

/** Appends the numbers from `first` to `last`, each of 100 bytes. */
function appendAll(disk: Disk, first: number, last: number): void {
  for (let record = first; record <= last; record++) disk.append(record, 100)
}

function sync(disk: Disk): void {
  if (disk.startSync(0) !== undefined) disk.completeSync()
}

describe('a disk', () => {
  test('after any crash keeps all that was durable, then a prefix of the rest, and nothing else', () => {
    const step = fc.constantFrom('append', 'append', 'start', 'complete', 'checkpoint', 'crash')
    fc.assert(
      fc.property(fc.nat(), fc.array(step, { maxLength: 100 }), (seed, steps) => {
        const disk = diskOf(seed)
        let written: number[] = []
        let acknowledged = 0
        let next = 1
        for (const step of steps) {
          switch (step) {
            case 'append':
              written.push(next)
              expect(disk.append(next++, 10)).toBe(written.length)
              break
            case 'start':
              disk.startSync(0)
              break
            case 'complete':
              if (disk.syncing) acknowledged = disk.completeSync()
              expect(disk.durablePosition).toBe(acknowledged)
              break
            case 'checkpoint':
              expect(disk.checkpoint(written.slice(0, acknowledged), acknowledged)).toBe(true)
              break
            case 'crash': {
              disk.crash()
              const folded = (disk.checkpointState ?? []) as number[]
              const survived = [...folded, ...(disk.recover() as number[])]
              expect(survived).toEqual(written.slice(0, survived.length))
              expect(survived.length).toBeGreaterThanOrEqual(acknowledged)
              expect(disk.durablePosition).toBe(survived.length)
              expect(disk.position).toBe(survived.length)
              expect(disk.syncing).toBe(false)
              written = survived
              acknowledged = survived.length
            }
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a crash keeps none, some or all of what was not synced, and sometimes tears a record', () => {
    const kept = new Set<number>()
    const conditions = new Set<string>()
    for (let seed = 0; seed < 100; seed++) {
      const disk = diskOf(seed)
      appendAll(disk, 1, 3)
      disk.crash()
      kept.add(disk.position)
      conditions.add(`${disk.position} ${disk.condition}`)
    }
    expect(kept).toEqual(new Set([0, 1, 2, 3]))
    expect(conditions).toContain('2 torn')
    expect(conditions).toContain('2 intact')
    expect(conditions).not.toContain('3 torn')
  })

  test('syncs in groups: what is appended during a sync waits for the next', () => {
    const disk = diskOf(1)
    expect(disk.startSync(50)).toBeUndefined()
    appendAll(disk, 1, 2)
    expect(disk.startSync(50)).toBeGreaterThan(50)
    appendAll(disk, 3, 3)
    expect(disk.startSync(60)).toBeUndefined()
    expect(disk.completeSync()).toBe(2)
    expect(disk.startSync(400)).toBeGreaterThan(400)
    expect(disk.completeSync()).toBe(3)
    expect(disk.startSync(800)).toBeUndefined()
    expect(() => disk.completeSync()).toThrow(/no sync is in flight/)
  })

  test('a sync takes its time and that of its bytes, and longer on a slow disk', () => {
    const duration = (bytes: number, slowness = 1): number => {
      const disk = diskOf(3)
      disk.slowness = slowness
      disk.append('record', bytes)
      return (disk.startSync(1_000) as number) - 1_000
    }
    const short = duration(0)
    expect(short).toBeGreaterThanOrEqual(100)
    expect(short).toBeLessThanOrEqual(300)
    expect(duration(2_000_000)).toBe(short + 2_000)
    expect(duration(0, 20)).toBeGreaterThan(short * 19)
    const instant = new Disk(instantDisk, new Random(1))
    instant.append('record', 1_000_000)
    expect(instant.startSync(7)).toBe(7)
  })

  test('a disk that lies can lose what it acknowledged, and an honest sync makes it all safe', () => {
    const survivors = (honestAtLast: boolean): Set<number> => {
      const lengths = new Set<number>()
      for (let seed = 0; seed < 100; seed++) {
        const disk = diskOf(seed)
        appendAll(disk, 1, 2)
        sync(disk)
        disk.lying = true
        appendAll(disk, 3, 4)
        sync(disk)
        expect(disk.durablePosition).toBe(4)
        expect(disk.checkpoint('too early', 3)).toBe(false)
        if (honestAtLast) {
          disk.lying = false
          appendAll(disk, 5, 5)
          sync(disk)
        }
        disk.crash()
        lengths.add(disk.recover().length)
      }
      return lengths
    }
    expect(survivors(false)).toEqual(new Set([2, 3, 4]))
    expect(survivors(true)).toEqual(new Set([5]))
  })

  test('a corrupt disk does not pass for a good one', () => {
    const disk = diskOf(5)
    expect(disk.corrupt()).toBe(false)
    appendAll(disk, 1, 10)
    sync(disk)
    disk.crash()
    expect(disk.corrupt()).toBe(true)
    expect(disk.condition).toBe('corrupt')
    expect(() => disk.recover()).toThrow(/does not match its checksum/)
    disk.crash()
    expect(disk.condition).toBe('corrupt')
  })

  test('a lost disk is empty, says so, and can be written again', () => {
    const disk = diskOf(6)
    disk.lose()
    expect(disk.condition).toBe('intact')
    appendAll(disk, 1, 5)
    sync(disk)
    disk.checkpoint('state', 3)
    disk.lose()
    expect([disk.condition, disk.position, disk.durablePosition]).toEqual(['lost', 0, 0])
    expect(disk.checkpointState).toBeUndefined()
    expect(disk.recover()).toEqual([])
    appendAll(disk, 1, 2)
    sync(disk)
    expect(disk.recover()).toEqual([1, 2])
  })

  test('a checkpoint stands for what is durable, and for nothing else', () => {
    const disk = diskOf(7)
    appendAll(disk, 1, 5)
    sync(disk)
    appendAll(disk, 6, 6)
    disk.checkpoint('first three', 3)
    expect([disk.checkpointState, disk.checkpointPosition]).toEqual(['first three', 3])
    expect(disk.recover()).toEqual([4, 5, 6])
    expect(() => disk.checkpoint('not durable', 6)).toThrow(/from 3 .* to 5 \(durable\)/)
    expect(() => disk.checkpoint('backwards', 2)).toThrow(RangeError)
  })
})
