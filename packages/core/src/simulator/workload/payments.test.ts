import { describe, expect, test } from 'vitest'
import { deskForms } from '../testing/desk.protocol.ts'
import { allDesks, deskOf, deskWorld } from '../testing/desk-world.ts'
import { type PaymentSettings, PaymentWorkload } from './payments.ts'

const settings: PaymentSettings = {
  clients: 4,
  maximumAmount: 50,
  fee: 7,
  thinkMicros: 10_000,
  timeoutMicros: 30_000,
}

function start(changes: Partial<PaymentSettings> = {}, nodes = 3) {
  const all = { ...settings, ...changes }
  const workload = new PaymentWorkload(all, deskForms.pay)
  return { workload, world: deskWorld(workload, all.clients, { nodes }) }
}

describe('clients that pay', () => {
  test('ask one payment at a time of nodes drawn anew, to other nodes, within the amount', () => {
    const { workload, world } = start()
    const latencies: number[] = []
    workload.onLatency = (micros) => latencies.push(micros)
    world.advance(3_000_000)
    const payments = workload.finalPayments
    // A payment and the thought after it take 12 ms.
    expect(payments.length).toBeGreaterThan(4 * 240)
    expect(new Set(latencies)).toEqual(new Set([2_000]))
    expect(new Set(payments.map(({ from }) => from))).toEqual(new Set([0, 1, 2]))
    expect(payments.every(({ from, to }) => from !== to && to >= 0 && to < 3)).toBe(true)
    const amounts = payments.map(({ amount }) => amount)
    expect([Math.min(...amounts), Math.max(...amounts)]).toEqual([1, 50])
    const asked = deskOf(world, 0).asked.map(({ command }) => command)
    for (const command of asked) expect(command).toMatchObject({ kind: 'pay', fee: 7 })
    for (let client = 0; client < 4; client++) {
      const sequences = payments
        .filter(({ request }) => request.client === client)
        .map(({ request }) => request.sequence)
      expect(sequences).toEqual(sequences.map((_, i) => i + 1))
    }
  })

  test('ask the same node again under the same name while they have no answer', () => {
    const { workload, world } = start({ clients: 1 })
    allDesks(world, 'drop')
    world.advance(200_000)
    expect(workload.finalPayments).toEqual([])
    const asked = world.hosts.map(({ self }) => deskOf(world, self).asked)
    const [requests, ...others] = asked.filter((requests) => requests.length > 0)
    expect(others).toEqual([])
    expect(requests?.length).toBeGreaterThan(5)
    expect(new Set(requests?.map(({ sequence }) => sequence))).toEqual(new Set([1]))
    const [first, second] = requests ?? []
    expect(second?.atMicros).toBe((first?.atMicros as number) + settings.timeoutMicros)
    expect(second?.command).toEqual(first?.command)
  })

  test('go on to the next payment when one is refused', () => {
    const { workload, world } = start({ clients: 1 })
    allDesks(world, 'refuse')
    world.advance(100_000)
    allDesks(world, 'serve')
    world.advance(200_000)
    expect(workload.finalPayments[0]?.request.sequence).toBeGreaterThan(3)
  })

  test('pay themselves where there is nobody else', () => {
    const { workload, world } = start({}, 1)
    world.advance(100_000)
    expect(workload.finalPayments.length).toBeGreaterThan(10)
    for (const { from, to } of workload.finalPayments) expect([from, to]).toEqual([0, 0])
  })
})
