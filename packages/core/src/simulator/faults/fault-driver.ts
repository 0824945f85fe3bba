import type { NodeId } from '../../model/index.ts'
import type { World } from '../world.ts'
import type { Fault, FaultAction, Target } from './fault.ts'
import { formatFault } from './fault-spec.ts'

/** A fault of the network that is in force. Two may overlap; the network is set anew from all of them whenever one comes or goes. */
type NetworkFault = Extract<
  FaultAction,
  { kind: 'partition' | 'cut' | 'isolate' | 'loss' | 'duplicate' | 'reorder' | 'delay' }
>

interface ActiveFault {
  readonly action: NetworkFault
  /** The nodes the target meant when the fault struck. */
  readonly nodes: readonly NodeId[]
}

/** Lets the faults of a scenario strike a world, each at its time, and end. */
export class FaultDriver {
  /** How many faults have struck. */
  struck = 0
  private readonly world: World
  private active: ActiveFault[] = []
  /** Set once everything was healed for good: what was still to come does not strike any more. */
  private over = false

  constructor(world: World, faults: readonly Fault[]) {
    this.world = world
    for (const fault of faults) this.schedule(fault)
  }

  schedule(fault: Fault): void {
    this.world.at(fault.atMicros, () => {
      if (!this.over) this.strike(fault)
    })
  }

  /** Whether a fault of the network is in force. */
  get networkBroken(): boolean {
    return this.active.length > 0
  }

  /** Strikes now. */
  strike(fault: Fault): void {
    const { action } = fault
    const nodes = 'target' in action ? this.resolve(action.target) : []
    this.struck++
    this.world.noteFault(`${formatFault(fault)} ${nodes.join(',')}`)
    const end = this.apply(action, nodes)
    if (fault.forMicros === undefined) return
    this.world.at(this.world.nowMicros + fault.forMicros, () => {
      if (this.over) return
      this.world.noteFault(`end of ${formatFault(fault)}`)
      end()
    })
  }

  /** Ends every fault for good: the network heals, every node that can come back does, clocks and disks behave. */
  healForGood(): void {
    this.over = true
    this.world.noteFault('heal for good')
    this.active = []
    this.resetNetwork()
    for (const host of this.world.hosts) {
      host.slowness = 1
      host.disk.slowness = 1
      host.disk.lying = false
      host.resume()
      host.restart()
    }
  }

  /** Makes it so; returns what undoes it. */
  private apply(action: FaultAction, nodes: readonly NodeId[]): () => void {
    const { world } = this
    const hosts = nodes.map((node) => world.hostOf(node))
    const restart = () => {
      for (const host of hosts) host.restart()
    }
    switch (action.kind) {
      case 'crash':
        for (const host of hosts) host.crash()
        return restart
      case 'restart':
        restart()
        return nothing
      case 'pause':
        for (const host of hosts) host.pause()
        return () => {
          for (const host of hosts) host.resume()
        }
      case 'slow':
        for (const host of hosts) host.slowness = action.factor
        return () => {
          for (const host of hosts) host.slowness = 1
        }
      case 'clock':
        for (const host of hosts) host.clock.jump(world.nowMicros, action.jumpMicros)
        return nothing
      case 'drift':
        for (const host of hosts) host.clock.setDrift(world.nowMicros, action.ppm)
        return () => {
          for (const host of hosts) host.clock.setDrift(world.nowMicros, 0)
        }
      case 'disk-slow':
        for (const host of hosts) host.disk.slowness = action.factor
        return () => {
          for (const host of hosts) host.disk.slowness = 1
        }
      case 'disk-lies':
        for (const host of hosts) host.disk.lying = true
        return () => {
          for (const host of hosts) host.disk.lying = false
        }
      case 'disk-loss':
        for (const host of hosts) host.crash()
        for (const host of hosts) host.disk.lose()
        return restart
      case 'disk-corrupt':
        for (const host of hosts) host.crash()
        for (const host of hosts) host.disk.corrupt()
        return restart
      case 'heal':
        this.active = []
        this.resetNetwork()
        return nothing
      default:
        return this.applyToNetwork({ action, nodes })
    }
  }

  private applyToNetwork(fault: ActiveFault): () => void {
    this.active.push(fault)
    this.resetNetwork()
    return () => {
      this.active = this.active.filter((other) => other !== fault)
      this.resetNetwork()
    }
  }

  private resetNetwork(): void {
    const { network } = this.world
    network.clearFaults()
    for (const { action, nodes } of this.active) {
      switch (action.kind) {
        case 'partition':
          network.partition(action.groups)
          break
        case 'cut':
          network.cutOneWay(action.from, action.to)
          break
        case 'isolate':
          for (const node of nodes) network.isolate(node)
          break
        case 'loss':
          network.setLoss(action.probability)
          break
        case 'duplicate':
          network.setDuplication(action.probability)
          break
        case 'reorder':
          network.setReordering(action.probability)
          break
        case 'delay':
          network.setExtraDelay(action.extraMicros)
          break
      }
    }
  }

  private resolve(target: Target): readonly NodeId[] {
    const { hosts, faultRandom, options } = this.world
    switch (target.kind) {
      case 'nodes':
        return target.nodes
      case 'all':
        return hosts.map((host) => host.self)
      case 'random':
        return [faultRandom.below(hosts.length)]
      case 'majority':
        return this.draw(Math.floor(hosts.length / 2) + 1)
      case 'minority':
        return this.draw(Math.floor((hosts.length - 1) / 2))
      case 'role':
        return hosts
          .filter((host) => host.node && options.protocol.roleOf(host.node) === target.role)
          .map((host) => host.self)
    }
  }

  private draw(count: number): NodeId[] {
    const nodes = this.world.hosts.map((host) => host.self)
    this.world.faultRandom.shuffle(nodes)
    return nodes.slice(0, count).sort((left, right) => left - right)
  }
}

function nothing(): void {}
