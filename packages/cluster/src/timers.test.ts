import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { monotonicMicros } from './monotonic-clock.ts'
import { Timers } from './timers.ts'

function startTimers() {
  const fired: { name: string; at: number }[] = []
  const timers = new Timers((name) => fired.push({ name, at: monotonicMicros() }))
  onTestFinished(() => timers.cancelAll())
  const until = async (count: number) => {
    while (fired.length < count) await sleep(5)
  }
  return { timers, fired, until }
}

test('timers fire once, not before their deadlines, the earlier first', async () => {
  const { timers, fired, until } = startTimers()
  const start = monotonicMicros()
  timers.set('late', start + 60_000)
  timers.set('early', start + 5_000)
  await until(2)
  expect(fired.map(({ name }) => name)).toEqual(['early', 'late'])
  expect((fired[0]?.at as number) - start).toBeGreaterThanOrEqual(5_000)
  expect((fired[1]?.at as number) - start).toBeGreaterThanOrEqual(60_000)
  await sleep(20)
  expect(fired).toHaveLength(2)
})

test('a deadline moves either way, and a cancelled timer stays silent', async () => {
  const { timers, fired, until } = startTimers()
  const start = monotonicMicros()
  timers.set('moved back', start + 1_000)
  timers.set('moved back', start + 50_000)
  timers.set('moved forward', start + 3_600_000_000)
  timers.set('moved forward', start + 2_000)
  timers.set('cancelled', start + 1_000)
  timers.cancel('cancelled')
  await until(2)
  expect(fired.map(({ name }) => name)).toEqual(['moved forward', 'moved back'])
  expect((fired[1]?.at as number) - start).toBeGreaterThanOrEqual(50_000)
})

test('after a pause of the process, the other events at hand come before the timers that are due', async () => {
  const { timers, fired } = startTimers()
  timers.set('election', monotonicMicros() + 1_000)
  const heartbeat = setTimeout(() => timers.set('election', monotonicMicros() + 3_600_000_000), 2)
  onTestFinished(() => clearTimeout(heartbeat))
  const end = monotonicMicros() + 20_000
  while (monotonicMicros() < end);
  await sleep(30)
  expect(fired).toEqual([])
})

test('a timer that is set again when it fires goes on, until it is cancelled', async () => {
  let count = 0
  const timers: Timers = new Timers((name) => {
    count += 1
    timers.set(name, monotonicMicros() + 1_000)
  })
  timers.set('heartbeat', monotonicMicros())
  while (count < 5) await sleep(5)
  timers.cancelAll()
  const settled = count
  await sleep(20)
  expect(count).toBe(settled)
})
