import type { NodeId } from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import type { Nakamoto } from '../nakamoto.ts'
import { type NetworkOptions, ScriptedNetwork } from './scripted-network.ts'

/** How often each thing happens, in comparison. */
const weights = {
  deliver: 40,
  deliverMany: 10,
  lose: 2,
  mine: 8,
  pay: 4,
  timer: 4,
  crash: 1,
  restart: 3,
  stick: 1,
  judge: 1,
} as const
type Event = keyof typeof weights

/** A network in which anything may happen at any time, drawn from a seed; then it heals. */
export class RandomSchedule {
  readonly network: ScriptedNetwork
  private readonly random: Random

  constructor(options: NetworkOptions & { readonly seed: number }) {
    this.random = new Random(options.seed).split('schedule')
    this.network = new ScriptedNetwork({
      // Two confirmations, since forks of any length may happen; they are not what is tested here.
      parameters: { confirmations: 1_000, pushingPeers: this.random.below(4) },
      ...options,
    })
  }

  living(): Map<NodeId, Nakamoto> {
    return new Map(
      this.network.hosts.flatMap(({ self, node }) => (node === undefined ? [] : [[self, node]])),
    )
  }

  step(): void {
    const { network, random } = this
    network.now += random.below(3_000_000)
    const events = Object.keys(weights) as Event[]
    const event = events[random.weighted(Object.values(weights))] as Event
    const host = network.hosts[random.below(network.hosts.length)] as (typeof network.hosts)[number]
    switch (event) {
      case 'deliver':
        return this.deliver()
      case 'deliverMany':
        for (let i = 0; i < 20; i += 1) this.deliver()
        return
      case 'lose':
        network.inFlight.splice(random.below(network.inFlight.length + 1), 1)
        return
      case 'mine':
        if (host.node !== undefined) network.mine(host.self)
        return
      case 'pay':
        if (host.node !== undefined) this.pay(host.self)
        return
      case 'timer': {
        const timers = [...host.timers.keys()]
        if (timers.length > 0) network.fire(host, random.pick(timers))
        return
      }
      case 'crash':
        if (host.node !== undefined) network.crash(host.self)
        return
      case 'restart':
        for (const { self, node } of network.hosts) if (node === undefined) network.start(self)
        return
      case 'stick':
        host.diskStuck = !host.diskStuck
        if (!host.diskStuck) host.sync()
        return
      case 'judge':
        if (host.node !== undefined) this.judge(host.node)
        return
    }
  }

  /** Any message that is on its way, not only the oldest. */
  private deliver(): void {
    const { inFlight } = this.network
    if (inFlight.length === 0) return
    const [envelope] = inFlight.splice(this.random.below(inFlight.length), 1)
    if (envelope !== undefined) this.network.receive(envelope)
  }

  private pay(from: NodeId): void {
    const { network, random } = this
    const to = random.below(network.hosts.length)
    const amount = 1 + random.below(10_000_000_000)
    network.ask(from, { kind: 'pay', to, amount, fee: random.below(1_000) })
  }

  private judge(node: Nakamoto): void {
    const { random } = this
    const { activeChain, marks } = node
    if (marks.size > 0) {
      const block = random.pick([...marks.keys()].sort())
      this.network.ask(node.host.self, { kind: 'reconsider', block })
    } else if (activeChain.length > 1) {
      const block = activeChain[1 + random.below(activeChain.length - 1)] as string
      this.network.ask(node.host.self, { kind: 'invalidate', block })
    }
  }

  /** All nodes are up, all disks move, nothing is held against any block, and time passes. */
  heal(): void {
    const { network } = this
    for (const host of network.hosts) {
      if (host.node === undefined) network.start(host.self)
      host.diskStuck = false
      host.sync()
    }
    network.deliverAll()
    for (const host of network.hosts) {
      const node = host.node as Nakamoto
      for (const block of [...node.marks.keys()].sort()) {
        network.ask(host.self, { kind: 'reconsider', block })
      }
    }
    network.deliverAll()
    network.advance(200_000_000)
    network.mine(0)
    network.deliverAll()
    network.advance(200_000_000)
  }
}
